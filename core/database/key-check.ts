import { OtherMasterKey, SealBroken, Sealer, secretPlace } from '../secrets/index.ts'

interface Client {
  query(sql: string, values?: unknown[]): Promise<{ rows: unknown[] }>
}

/** The row of `core.secret` that says which master key a database belongs to: it opens with that one alone. */
const check = 'master-key-check'

/**
 * A database belongs to the master key of the node that first started on it. One from before this was checked belongs to
 * the key of any secret in it; one without a secret to whoever comes next.
 * @param masterKey null where the node has none yet
 * @throws OtherMasterKey
 */
export async function refuseOtherKey(client: Client, masterKey: Buffer | null): Promise<void> {
  if (!(await hasSecrets(client))) return
  const { rows } = await client.query('SELECT name, sealed FROM core.secret ORDER BY name = $1 DESC LIMIT 1', [check])
  const [row] = rows as { name: string; sealed: string }[]
  if (!row) return
  if (!masterKey) throw new OtherMasterKey()
  try {
    new Sealer(masterKey).unseal(row.sealed, secretPlace(row.name))
  } catch (error) {
    throw error instanceof SealBroken ? new OtherMasterKey() : error
  }
}

/** From here on the database belongs to this key. Under the migration lock, so that of two first nodes one is the first. */
export async function claimForKey(client: Client, masterKey: Buffer): Promise<void> {
  if (!(await hasSecrets(client))) return
  await client.query('INSERT INTO core.secret (name, sealed) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING', [
    check,
    new Sealer(masterKey).seal(check, secretPlace(check)),
  ])
}

async function hasSecrets(client: Client): Promise<boolean> {
  const { rows } = await client.query("SELECT to_regclass('core.secret') IS NOT NULL AS present")
  return (rows[0] as { present: boolean }).present
}

/**
 * For a lost key: the database is free for the next one. The platform's own keys go, because nothing opens them any more.
 * @throws Error while other nodes are connected, whose key it still is
 */
export async function forgetKey(client: Client): Promise<void> {
  const { rows } = await client.query(
    `SELECT 1 FROM pg_stat_activity
      WHERE datname = current_database() AND application_name ~ '^guildhall (rw|platform|presence|listen|jobs) '`,
  )
  if (rows.length > 0)
    throw new Error(
      'Another Guildhall is connected to this database, and has its key. Take the key from there, or stop it.',
    )
  if (await hasSecrets(client)) await client.query('DELETE FROM core.secret')
}
