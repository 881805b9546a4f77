import { spawn } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Test } from 'tap'
import { createEmptyDatabase } from '#core/testing/index.ts'

const program = resolve(import.meta.dirname, '../../../core/cli/guildhall.ts')

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** The real command line as a process of its own, on a data folder of its own. */
export class CommandLine {
  readonly dataDir: string
  readonly #env: NodeJS.ProcessEnv

  private constructor(dataDir: string, env: NodeJS.ProcessEnv) {
    this.dataDir = dataDir
    const { PATH = '', HOME = '', NODE_COMPILE_CACHE } = process.env
    this.#env = {
      PATH,
      HOME,
      GUILDHALL_DATA_DIR: dataDir,
      LOG_LEVEL: 'warn',
      ...(NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {}),
      ...env,
    }
  }

  static async create(env: NodeJS.ProcessEnv = {}): Promise<CommandLine> {
    const dataDir = await mkdtemp(join(tmpdir(), 'guildhall-cli-'))
    // The embedded server runs as another account when the tests run as root; it has to pass through.
    await chmod(dataDir, 0o711)
    return new CommandLine(dataDir, env)
  }

  start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    return spawn(process.execPath, [program, ...args], {
      env: { ...this.#env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  run(...args: string[]): Promise<Ran> {
    const child = this.start(args)
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
    return new Promise((done) => child.once('close', (code) => done({ code, out, err })))
  }

  async json<T = Record<string, unknown>>(...args: string[]): Promise<T> {
    const { out } = await this.run(...args, '--json')
    return JSON.parse(out) as T
  }

  /** Whether an embedded server is still there. */
  databaseRuns(): Promise<boolean> {
    return this.#signal(0)
  }

  /** Also ends a server that a failed test left behind. */
  async remove(): Promise<void> {
    await this.#signal('SIGINT')
    await rm(this.dataDir, { recursive: true, force: true, maxRetries: 10 })
  }

  async #signal(signal: 0 | 'SIGINT'): Promise<boolean> {
    const pid = await readFile(join(this.dataDir, 'postgres/data/postmaster.pid'), 'utf8').then(
      (text) => Number(text.split('\n')[0]),
      () => 0,
    )
    try {
      return pid > 0 && process.kill(pid, signal)
    } catch {
      return false
    }
  }
}

/**
 * The command line on a database of its own, migrated, with the organisation `club`. A server that stands is two thirds
 * quicker than one that each command starts for itself.
 * @returns also what other command lines need to work on the same database
 */
export async function commandLineOfClub(t: Test, more: NodeJS.ProcessEnv = {}) {
  const database = await createEmptyDatabase()
  const env = { ...more, DATABASE_URL: database.ownerUrl }
  const cli = await CommandLine.create(env)
  t.teardown(async () => {
    await cli.remove()
    await database.drop()
  })
  t.equal((await cli.run('migrate')).code, 0)
  t.equal((await cli.run('organization', 'create', '--slug', 'club', '--name', 'Club')).code, 0)
  return { cli, env }
}
