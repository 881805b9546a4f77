import { execFile, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Account } from './account.ts'
import type { Binaries } from './binaries.ts'
import { CHILD_ENVIRONMENT, type Cluster } from './cluster.ts'
import { serverSettings } from './settings.ts'

/** What postmaster.pid says: PostgreSQL writes it at start, keeps `status` in it, and removes it at a clean stop. */
export interface Postmaster {
  pid: number
  port: number
  status: string
}

const LOOK_AGAIN_MS = 8

/** @returns undefined when no server has this cluster open; a file left by a crash counts only while its process lives */
export function readPostmaster({ data }: Cluster): Postmaster | undefined {
  const file = join(data, 'postmaster.pid')
  if (!existsSync(file)) return undefined
  const lines = readFileSync(file, 'utf8').split('\n')
  const pid = Number(lines[0])
  if (!(pid > 0) || !isPostgres(pid)) return undefined
  return { pid, port: Number(lines[3] ?? 0), status: lines[7]?.trim() ?? 'starting' }
}

/**
 * Starts the server and waits until it takes connections.
 * @returns false when another process opened the cluster in the meantime, or the port was gone: look again
 */
export async function startPostmaster(
  cluster: Cluster,
  binaries: Binaries,
  account: Account | undefined,
  options: { port: number | undefined; volatile: boolean },
): Promise<boolean> {
  forgetStalePidFile(cluster)
  const settings = serverSettings({ port: options.port ?? (await freePort()), volatile: options.volatile })
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  if (process.platform === 'win32') return startOnWindows(cluster, binaries, flags)
  const log = openSync(cluster.log, 'w', 0o600)
  const child = spawn(binaries.postgres, ['-D', cluster.data, ...flags], {
    ...account,
    cwd: '/',
    env: CHILD_ENVIRONMENT,
    detached: true, // Ctrl-C goes to the whole process group: it would end the database before we have drained
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  let ended = false
  child.once('exit', () => (ended = true)).once('error', () => (ended = true))
  child.unref()
  while (!ended) {
    const found = readPostmaster(cluster)
    if (found?.pid === child.pid && found?.status === 'ready') return true
    await pause(LOOK_AGAIN_MS)
  }
  return false
}

/** Fast shutdown: open transactions are rolled back, everything committed is on disk. Resolves when it is gone. */
export async function stopPostmaster(pid: number, { pgCtl }: Binaries): Promise<void> {
  if (!isPostgres(pid)) return
  if (process.platform === 'win32') await promisify(execFile)(pgCtl, ['kill', 'INT', String(pid)])
  else process.kill(pid, 'SIGINT')
  while (isPostgres(pid)) await pause(LOOK_AGAIN_MS)
}

/** pg_ctl, because postgres.exe itself refuses to run for a member of the administrators. */
async function startOnWindows(cluster: Cluster, { pgCtl }: Binaries, flags: string[]): Promise<boolean> {
  const options = ['start', '-D', cluster.data, '-l', cluster.log, '-w', '-s', '-o', flags.join(' ')]
  return promisify(execFile)(pgCtl, options, { env: CHILD_ENVIRONMENT }).then(
    () => true,
    () => false,
  )
}

/**
 * PostgreSQL ignores a pid file whose process is gone, but believes one whose number another process of the same
 * account has taken since, as happens after a restart of a container.
 */
function forgetStalePidFile(cluster: Cluster): void {
  if (!readPostmaster(cluster)) rmSync(join(cluster.data, 'postmaster.pid'), { force: true })
}

function isPostgres(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  if (process.platform !== 'linux') return true
  try {
    // A zombie (Z) is dead, only nobody has collected it: the first process of a container often does not.
    return /\(postgres\) [^ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}
