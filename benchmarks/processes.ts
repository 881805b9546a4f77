import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** As `npm start` gives them (core/cli/launch/runtime.mjs). */
const flags = ['--max-semi-space-size=4', '--heap-growing-percent=40']

export interface Started {
  readonly address: string
  readonly process: ChildProcess
  stop(): Promise<void>
}

/** Starts a program of this folder; its first line that is an address is where it listens. */
export async function start(file: string, o: { env?: NodeJS.ProcessEnv; input?: string } = {}): Promise<Started> {
  const child = spawn(process.execPath, [...flags, new URL(file, import.meta.url).pathname], {
    env: { ...process.env, ...o.env },
    stdio: ['pipe', 'pipe', 'inherit', 'ipc'],
  })
  child.stdin?.end(o.input ?? '')
  const address = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', (line) => line.startsWith('http') && resolve(line.trim()))
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code}`)))
  })
  return {
    address,
    process: child,
    stop: async () => {
      if (child.exitCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
