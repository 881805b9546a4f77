/**
 * Memory of the server process that `npm start` leaves behind, a while after the start, with nobody asking: of the first
 * start, which migrates and makes the demo, and of the next one. At most 150 MB.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'

const settleMs = 20_000
const command = new URL('../core/cli/start.mjs', import.meta.url).pathname

export async function idle(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'guildhall-idle-'))
  try {
    for (const which of ['first start', 'warm start'])
      console.log(`${which}: ${(await residentAfter(dataDir)).toFixed(0)} MiB (wanted: at most 150 MB, 143 MiB)`)
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** In MiB. */
async function residentAfter(dataDir: string): Promise<number> {
  const { PATH = '', HOME = '' } = process.env
  const launcher = spawn(process.execPath, [command], {
    env: { PATH, HOME, GUILDHALL_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  try {
    await new Promise<void>((resolve, reject) => {
      createInterface({ input: launcher.stdout }).on('line', (line) => line.includes('Server listening') && resolve())
      launcher.once('exit', (code) => reject(new Error(`npm start ended with ${code}`)))
    })
    await pause(settleMs)
    const [server] = (await readFile(`/proc/${launcher.pid}/task/${launcher.pid}/children`, 'utf8')).trim().split(' ')
    return Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${server}/status`, 'utf8'))?.[1]) / 1024
  } finally {
    launcher.kill('SIGTERM')
    if (launcher.exitCode === null) await once(launcher, 'exit')
  }
}
