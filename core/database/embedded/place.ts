import { createHash, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { canEnter, serverAccount } from './account.ts'

/**
 * Where the cluster of a data folder lives: `postgres/` in it, or, where the server's account cannot enter it (a
 * checkout under /root), a folder outside that `postgres.path` in the data folder names. Whoever deletes the data
 * folder therefore starts afresh, and two checkouts never share one.
 * @param passable the folder is a temporary one made for the server: open it for that account instead of going outside
 */
export function clusterFolder(dataDir: string, { passable }: { passable: boolean }): string {
  // Root lets the server's account pass through, not list; what lies beside the cluster has its own modes.
  const root = process.getuid?.() === 0
  mkdirSync(dataDir, { recursive: true, mode: root ? 0o711 : 0o700 })
  if (root && passable) chmodSync(dataDir, 0o711)
  const inside = join(realpathSync(dataDir), 'postgres')
  const record = join(dataDir, 'postgres.path')
  if (existsSync(record)) return readFileSync(record, 'utf8').trim()
  if (existsSync(inside) || canEnter(serverAccount(inside), dataDir)) return inside
  const name = createHash('sha256').update(realpathSync(dataDir)).digest('hex').slice(0, 12)
  const outside = join(sharedFolder(), `cluster-${name}-${randomBytes(3).toString('hex')}`)
  return recordOnce(record, outside)
}

/**
 * A folder every account can pass through and only root can write: only root has need of it.
 * Not under /tmp or /var/tmp: systemd clears what nobody has touched there for a while.
 */
export function sharedFolder(): string {
  const folder = '/var/lib/guildhall'
  try {
    mkdirSync(folder, { recursive: true })
    chmodSync(folder, 0o711)
  } catch (cause) {
    throw new Error(
      `The embedded PostgreSQL does not run as root, and the account it would run as reaches neither this folder nor ` +
        `${folder}. Set GUILDHALL_DATA_DIR to a folder everybody can enter, start as another user, or set DATABASE_URL.`,
      { cause },
    )
  }
  return folder
}

/** Two starts at once agree on one folder: a hard link appears whole or not at all, and only for the first. */
function recordOnce(record: string, folder: string): string {
  const draft = `${record}.${process.pid}`
  writeFileSync(draft, `${folder}\n`)
  try {
    linkSync(draft, record)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft)
  }
  return readFileSync(record, 'utf8').trim()
}
