import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Account } from './account.ts'
import type { Binaries } from './binaries.ts'

/** An initialised cluster on disk. The superuser is `guildhall`. */
export interface Cluster {
  data: string
  password: string
  log: string
}

/** Children get no secrets of ours and no PG* variable that would point them elsewhere. */
export const CHILD_ENVIRONMENT = Object.fromEntries(
  ['PATH', 'LD_LIBRARY_PATH', 'SystemRoot', 'TEMP', 'TMP']
    .flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))
    .concat([['TZ', 'UTC']]), // initdb otherwise compares the host's zone with every zone it knows
)

/**
 * Opens the cluster in `folder`, making it first when there is none. It is made beside its place and renamed into it
 * with its password, so it is there whole or not at all: after a kill -9, and when two processes start at once.
 * @throws when initdb fails, with what it printed
 */
export async function openCluster(folder: string, binaries: Binaries, account: Account | undefined): Promise<Cluster> {
  if (!existsSync(folder)) await makeCluster(folder, binaries, account)
  return {
    data: join(folder, 'data'),
    log: join(folder, 'server.log'),
    password: readPassword(join(folder, 'password')),
  }
}

async function makeCluster(folder: string, { initdb }: Binaries, account: Account | undefined): Promise<void> {
  const draft = join(dirname(folder), `.${basename(folder)}.${process.pid}.${randomBytes(3).toString('hex')}`)
  const password = join(draft, 'password')
  removeAbandonedDrafts(folder)
  mkdirSync(draft, { mode: 0o700 })
  try {
    writeFileSync(password, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 })
    if (account) for (const path of [draft, password]) chownSync(path, account.uid, account.gid)
    const options = ['-D', join(draft, 'data'), '-U', 'guildhall', '--auth=scram-sha-256', `--pwfile=${password}`]
    await runInitdb(initdb, [...options, '-E', 'UTF8', ...LOCALE, '--no-sync', '--no-instructions'], account)
    renameSync(draft, folder)
  } catch (error) {
    // Somebody else was faster: his cluster is as good as ours.
    if (!existsSync(folder)) throw error
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
  chmodSync(folder, 0o700)
}

/** Of starts that were killed on the way; a draft's name has the number of its maker. */
function removeAbandonedDrafts(folder: string): void {
  const prefix = `.${basename(folder)}.`
  for (const name of readdirSync(dirname(folder)).filter((one) => one.startsWith(prefix))) {
    if (isAbandoned(Number(name.slice(prefix.length).split('.')[0]))) {
      rmSync(join(dirname(folder), name), { recursive: true, force: true })
    }
  }
}

function isAbandoned(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

// C.UTF-8 of the C library exists on every Linux we know and nowhere else; PostgreSQL's own one exists everywhere.
const LOCALE =
  process.platform === 'linux'
    ? ['--locale=C.UTF-8']
    : ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']

async function runInitdb(initdb: string, options: string[], account: Account | undefined): Promise<void> {
  const ours = account ?? {}
  await promisify(execFile)(initdb, options, { ...ours, cwd: '/', env: CHILD_ENVIRONMENT }).catch((cause) => {
    const said = String(cause.stderr ?? '').trim() || String(cause.message)
    throw new Error(`initdb could not make the embedded database: ${said}`, { cause })
  })
}

function readPassword(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    throw new Error(
      `The embedded database in ${dirname(file)} cannot be read. ` +
        'If another user started it first, start as that user, give the folder to yourself, or set GUILDHALL_DATA_DIR.',
      { cause },
    )
  }
}
