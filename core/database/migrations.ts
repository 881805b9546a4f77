import { createHash } from 'node:crypto'
import type { Migration } from '@guildhall/sdk'
import pg from 'pg'
import { Sequelize } from 'sequelize'
import { applicationName } from './connections.ts'
import { claimForKey, refuseOtherKey } from './key-check.ts'
import { type DatabaseRoles, ensureRoles } from './roles.ts'

/** The migrations of core or of one plugin, in their order. */
export interface MigrationSet {
  readonly owner: string
  readonly migrations: readonly Migration[]
}
export interface AppliedMigration {
  readonly owner: string
  readonly name: string
  readonly ms: number
}

/** One number for the whole database: two runners never meet. */
const lock = 0x6775696c

export const checksum = (migration: Migration): string =>
  createHash('sha256')
    .update(migration.sql ?? migration.up?.toString() ?? '')
    .digest('hex')

/** Work of the owner, one runner at a time; a second one waits. @throws OtherMasterKey before anything is touched */
async function asOwner<R>(
  o: { ownerUrl: string; masterKey: Buffer },
  work: (client: pg.Client) => Promise<R>,
): Promise<R> {
  const client = new pg.Client({ connectionString: o.ownerUrl, application_name: applicationName('migrate') })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lock])
    await refuseOtherKey(client, o.masterKey)
    return await work(client)
  } finally {
    await client.end()
  }
}

interface Owned {
  readonly ownerUrl: string
  readonly roles: DatabaseRoles
  readonly masterKey: Buffer
  /** False where the operator made the roles himself. */
  readonly makeRoles: boolean
}

/** The roles alone: what a backup needs that is restored into a new database. @throws OtherMasterKey */
export const prepareRoles = (o: Owned): Promise<void> => asOwner(o, (client) => ensureRoles(client, o.roles, o))

/**
 * Brings a database up to date: roles, then core, then plugins in the order of their dependencies, each migration in a
 * transaction of its own with its row in the ledger. One runner at a time; a second one waits, then finds nothing to do.
 * @throws OtherMasterKey before anything is touched
 * @throws when an applied migration's text has changed, or the database knows a migration that this version does not.
 */
export async function migrate(
  o: Owned & {
    readonly sets: readonly MigrationSet[]
    /** Installs the job queue's schema, between core and the plugins. */
    afterCore?(client: pg.Client): Promise<void>
  },
): Promise<AppliedMigration[]> {
  const sequelize = new Sequelize(o.ownerUrl, { dialect: 'postgres', logging: false, pool: { max: 1 } })
  try {
    return await asOwner(o, async (client) => {
      await ensureRoles(client, o.roles, o)
      await prepare(client, o.roles)
      const ledger = await readLedger(client)
      refuseDrift(ledger, o.sets)
      const applied: AppliedMigration[] = []
      for (const set of o.sets) {
        for (const migration of set.migrations) {
          if (ledger.has(key(set.owner, migration.name))) continue
          const start = performance.now()
          await apply(client, sequelize, set.owner, migration)
          applied.push({ owner: set.owner, name: migration.name, ms: performance.now() - start })
        }
        if (set.owner !== 'core') continue
        await claimForKey(client, o.masterKey)
        await o.afterCore?.(client)
      }
      return applied
    })
  } finally {
    await sequelize.close()
  }
}

/** What is not applied yet, without changing anything. */
export async function pendingMigrations(
  client: { query(sql: string): Promise<{ rows: unknown[] }> },
  sets: readonly MigrationSet[],
): Promise<{ owner: string; name: string }[]> {
  const { rows } = await client.query("SELECT to_regclass('app.migration') IS NOT NULL AS present")
  const present = (rows[0] as { present: boolean }).present
  const ledger = present ? await readLedger(client) : new Map()
  return sets.flatMap(({ owner, migrations }) =>
    migrations.filter(({ name }) => !ledger.has(key(owner, name))).map(({ name }) => ({ owner, name })),
  )
}

const key = (owner: string, name: string) => `${owner}/${name}`

async function prepare(client: pg.Client, roles: DatabaseRoles): Promise<void> {
  const { rows } = await client.query("SELECT to_regclass('app.migration') IS NOT NULL AS present")
  if ((rows[0] as { present: boolean }).present) return
  await client.query(`
    BEGIN;
    CREATE SCHEMA IF NOT EXISTS app;
    CREATE TABLE app.migration (
      owner text NOT NULL, name text NOT NULL, checksum text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (owner, name));
    CREATE TABLE app.role_name (purpose text PRIMARY KEY CHECK (purpose IN ('rw', 'platform', 'lookup')), name name NOT NULL);
    COMMIT;`)
  await client.query(`INSERT INTO app.role_name VALUES ('rw', $1), ('platform', $2), ('lookup', $3)`, [
    roles.rw,
    roles.platform,
    roles.lookup,
  ])
}

async function readLedger(client: { query(sql: string): Promise<{ rows: unknown[] }> }): Promise<Map<string, string>> {
  const { rows } = await client.query('SELECT owner, name, checksum FROM app.migration')
  return new Map(
    (rows as { owner: string; name: string; checksum: string }[]).map((r) => [key(r.owner, r.name), r.checksum]),
  )
}

function refuseDrift(ledger: ReadonlyMap<string, string>, sets: readonly MigrationSet[]): void {
  for (const { owner, migrations } of sets) {
    const known = new Map(migrations.map((migration) => [key(owner, migration.name), migration]))
    for (const [name, sum] of ledger) {
      if (!name.startsWith(`${owner}/`)) continue
      const migration = known.get(name)
      if (!migration)
        throw new Error(
          `The database has the migration ${name}, which this version does not know. Start the version that made it, or a newer one.`,
        )
      if (checksum(migration) !== sum)
        throw new Error(
          `The migration ${name} was changed after it had been applied. Put its old text back and write a new migration.`,
        )
    }
  }
}

async function apply(client: pg.Client, sequelize: Sequelize, owner: string, migration: Migration): Promise<void> {
  const record = 'INSERT INTO app.migration (owner, name, checksum) VALUES ($1, $2, $3)'
  const row = [owner, migration.name, checksum(migration)]
  try {
    if (migration.sql !== undefined) {
      await client.query('BEGIN')
      await client.query(migration.sql)
      await client.query(record, row)
      await client.query('COMMIT')
    } else {
      await sequelize.transaction(async (transaction) => {
        await migration.up?.(sequelize.getQueryInterface(), transaction)
        await sequelize.query(record, { bind: row, transaction })
      })
    }
  } catch (cause) {
    // Where the connection itself is gone, that is what has to be told.
    await client.query('ROLLBACK').catch(() => {})
    throw new Error(`The migration ${owner}/${migration.name} failed: ${(cause as Error).message}`, { cause })
  }
}
