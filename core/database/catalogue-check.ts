import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { installQueue } from '../jobs/queue.ts'
import { type Catalogue, compareCatalogues, type Difference, readCatalogue } from './catalogue.ts'
import { applicationName, databaseName } from './connections.ts'
import { refuseOtherKey } from './key-check.ts'
import { checksum, type MigrationSet, migrate, pendingMigrations } from './migrations.ts'
import { roleNames, rolePassword } from './roles.ts'

export interface CatalogueCheck {
  /** Migrations that were not applied yet; their things are missing, and told by these names alone. */
  readonly pending: readonly { owner: string; name: string }[]
  readonly differences: readonly Difference[]
}

export interface CatalogueCheckOptions {
  readonly ownerUrl: string
  readonly sets: readonly MigrationSet[]
  readonly masterKey: Buffer
  readonly platformUrl?: string
}

/**
 * Compares a database with what its migrations should have made: they run once more in a scratch database beside it,
 * with the same roles, and the two catalogues are held against each other. Changes nothing in the database itself.
 * @throws OtherMasterKey
 * @throws when the owner may not create databases
 */
export async function checkCatalogue(o: CatalogueCheckOptions): Promise<CatalogueCheck> {
  return withClient(o.ownerUrl, async (client) => {
    await refuseOtherKey(client, o.masterKey)
    const pending = await pendingMigrations(client, o.sets)
    const unapplied = new Set(pending.map(({ owner, name }) => `${owner}/${name}`))
    const applied = o.sets.map((set) => ({
      ...set,
      migrations: set.migrations.filter(({ name }) => !unapplied.has(`${set.owner}/${name}`)),
    }))
    if (applied.every(({ migrations }) => migrations.length === 0)) return { pending, differences: [] }
    const schemas = ['app', 'pgboss', ...o.sets.flatMap(({ owner }) => schemasOf(owner))]
    const found = await readCatalogue(client, schemas)
    const { rows } = await client.query<{ purpose: 'rw' | 'platform' | 'lookup'; name: string }>(
      'SELECT purpose, name FROM app.role_name',
    )
    const roles = {
      ...roleNames(databaseName(o.ownerUrl)),
      ...Object.fromEntries(rows.map(({ purpose, name }) => [purpose, name])),
    }
    const expected = await withScratch(client, o, (scratchUrl) =>
      expectedCatalogue(o, scratchUrl, applied, roles, schemas),
    )
    return {
      pending,
      differences: [...changedTexts(await ledger(client), applied), ...compareCatalogues(expected, found)],
    }
  })
}

async function expectedCatalogue(
  o: CatalogueCheckOptions,
  scratchUrl: string,
  sets: readonly MigrationSet[],
  roles: ReturnType<typeof roleNames>,
  schemas: readonly string[],
): Promise<Catalogue> {
  const platformUrl = new URL(o.platformUrl || scratchUrl)
  platformUrl.pathname = new URL(scratchUrl).pathname
  if (!o.platformUrl) {
    platformUrl.username = encodeURIComponent(roles.platform)
    platformUrl.password = rolePassword(o.masterKey, roles.platform)
  }
  await migrate({
    ownerUrl: scratchUrl,
    sets,
    roles,
    masterKey: o.masterKey,
    makeRoles: false,
    afterCore: (client) => installQueue({ client, platformUrl: platformUrl.href, roles }),
  })
  return withClient(scratchUrl, (client) => readCatalogue(client, schemas))
}

async function withScratch<R>(client: pg.Client, o: { ownerUrl: string }, fn: (url: string) => Promise<R>): Promise<R> {
  const name = `guildhall_check_${randomBytes(6).toString('hex')}`
  try {
    await client.query(`CREATE DATABASE ${name}`)
  } catch (cause) {
    throw new Error(
      `The check needs a scratch database, and the owner may not make one (${(cause as Error).message}). ` +
        'Let it: ALTER ROLE <owner> CREATEDB.',
      { cause },
    )
  }
  try {
    const url = new URL(o.ownerUrl)
    url.pathname = `/${name}`
    return await fn(url.href)
  } finally {
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  }
}

const ledger = async (client: pg.Client): Promise<Map<string, string>> => {
  const { rows } = await client.query<{ owner: string; name: string; checksum: string }>(
    'SELECT owner, name, checksum FROM app.migration',
  )
  return new Map(rows.map((row) => [`${row.owner}/${row.name}`, row.checksum]))
}

/** A migration whose text was changed after it ran made something else than it says now. */
function changedTexts(applied: ReadonlyMap<string, string>, sets: readonly MigrationSet[]): Difference[] {
  return sets.flatMap(({ owner, migrations }) =>
    migrations.flatMap((migration): Difference[] => {
      const [expected, found] = [checksum(migration), applied.get(`${owner}/${migration.name}`) ?? null]
      return expected === found
        ? []
        : [{ kind: 'migration', name: `${owner}/${migration.name}`, problem: 'differs', expected, found }]
    }),
  )
}

/** A plugin's schema is named as the plugin; where its id has dashes, with underscores. */
export const schemasOf = (pluginId: string): string[] => [...new Set([pluginId, pluginId.replaceAll('-', '_')])]

async function withClient<R>(url: string, fn: (client: pg.Client) => Promise<R>): Promise<R> {
  const client = new pg.Client({ connectionString: url, application_name: applicationName('check') })
  await client.connect()
  try {
    return await fn(client)
  } finally {
    await client.end()
  }
}
