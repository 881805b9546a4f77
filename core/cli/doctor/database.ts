import pg from 'pg'
import { coreMigrations } from '#migrations/core/index.ts'
import type { Config } from '../../config/index.ts'
import {
  applicationName,
  databaseName,
  findRoles,
  pendingMigrations,
  roleNames,
  rolePassword,
  roleStatements,
} from '../../database/index.ts'
import { refuseOtherKey } from '../../database/key-check.ts'
import type { MigrationSet } from '../../database/migrations.ts'
import { findDatabase } from '../../database/prepare.ts'
import { loadMasterKey, readMasterKey } from '../../secrets/index.ts'
import type { Finding } from './findings.ts'

const oldest = 150_000

/** @param plugins the migrations of the installed plugins; null where they could not be loaded */
export async function* databaseFindings(
  config: Config,
  plugins: readonly MigrationSet[] | null,
): AsyncGenerator<Finding> {
  const log = { info: () => {}, warn: () => {} }
  let found: Awaited<ReturnType<typeof findDatabase>>
  try {
    found = await findDatabase({ config, log })
  } catch (error) {
    return yield { check: 'database', state: 'fail', detail: (error as Error).message }
  }
  const client = new pg.Client({
    connectionString: found.ownerUrl,
    application_name: applicationName('doctor'),
    connectionTimeoutMillis: 5_000,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ version: string; number: number }>(
      `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number`,
    )
    const server = rows[0]!
    const kind = found.embedded ? 'embedded' : 'from DATABASE_URL'
    yield server.number >= oldest
      ? { check: 'database', state: 'ok', detail: `PostgreSQL ${server.version}, ${kind}` }
      : {
          check: 'database',
          state: 'fail',
          detail: `PostgreSQL ${server.version} is too old`,
          remedy: 'Use PostgreSQL 15 or newer.',
        }
    yield* extensionFindings(client)
    const stranger = await otherKeyFinding(client, config)
    // The passwords in the SQL for roles derive from the key.
    if (stranger) yield stranger
    else yield* roleFindings(client, config, found.ownerUrl)
    if (plugins) yield* migrationFindings(client, plugins)
  } catch (error) {
    yield {
      check: 'database',
      state: 'fail',
      detail: `cannot be reached: ${(error as Error).message || String((error as { code?: string }).code)}`,
      remedy: 'Start it, or correct DATABASE_URL; empty means the embedded one.',
    }
  } finally {
    await client.end().catch(() => {})
    await found.embedded?.stop()
  }
}

async function* extensionFindings(client: pg.Client): AsyncGenerator<Finding> {
  const wanted = ['btree_gist', 'btree_gin', 'pg_trgm']
  const { rows } = await client.query<{ name: string }>(
    'SELECT name FROM pg_available_extensions WHERE name = ANY($1)',
    [wanted],
  )
  const missing = wanted.filter((name) => !rows.some((row) => row.name === name))
  yield missing.length === 0
    ? { check: 'extensions', state: 'ok', detail: wanted.join(', ') }
    : {
        check: 'extensions',
        state: 'fail',
        detail: `not installed: ${missing.join(', ')}`,
        remedy: 'Install the contrib package of your PostgreSQL.',
      }
}

async function otherKeyFinding(client: pg.Client, config: Config): Promise<Finding | null> {
  try {
    await refuseOtherKey(client, await readMasterKey(config))
    return null
  } catch (error) {
    return { check: 'key of the database', state: 'fail', detail: (error as Error).message }
  }
}

async function* roleFindings(client: pg.Client, config: Config, ownerUrl: string): AsyncGenerator<Finding> {
  const check = 'database roles'
  const roles = roleNames(databaseName(ownerUrl), config.database)
  const names = [roles.rw, roles.platform, roles.lookup]
  const { rows } = await client.query<{ name: string; powerful: boolean }>(
    'SELECT rolname AS name, rolsuper OR rolbypassrls AS powerful FROM pg_roles WHERE rolname = ANY($1)',
    [names],
  )
  const powerful = rows.find(({ powerful }) => powerful)
  if (powerful)
    return yield {
      check,
      state: 'fail',
      detail: `${powerful.name} could pass by row-level security`,
      remedy: `ALTER ROLE "${powerful.name}" NOSUPERUSER NOBYPASSRLS;`,
    }
  const found = await findRoles(client, roles)
  const { appUrl, platformUrl } = config.database
  if (found.missing.length + found.foreign.length === 0) return yield { check, state: 'ok', detail: names.join(', ') }
  if (found.mayCreate && !(appUrl && platformUrl))
    return yield { check, state: 'ok', detail: 'are made at the next start' }
  const masterKey = await loadMasterKey(config)
  const given = new Map(
    [appUrl, platformUrl]
      .flatMap((text) => (text ? new URL(text) : []))
      .map((url) => [decodeURIComponent(url.username), decodeURIComponent(url.password)]),
  )
  const password = (role: string) => given.get(role) || rolePassword(masterKey, role)
  const lacking = [
    ...(found.missing.length > 0 ? [`missing: ${found.missing.join(', ')}`] : []),
    ...(found.foreign.length > 0 ? [`the owner is no member of ${found.foreign.join(', ')}`] : []),
  ]
  yield {
    check,
    state: 'fail',
    detail: `${lacking.join('; ')}, and the owner may not mend it`,
    remedy: ['As a superuser, run:', ...roleStatements(roles, found, password).map((sql) => `${sql};`)].join('\n'),
  }
}

async function* migrationFindings(client: pg.Client, plugins: readonly MigrationSet[]): AsyncGenerator<Finding> {
  const sets = [coreMigrations, ...plugins]
  const pending = await pendingMigrations(client, sets)
  yield pending.length === 0
    ? { check: 'migrations', state: 'ok', detail: 'all applied' }
    : {
        check: 'migrations',
        state: 'warn',
        detail: `${pending.length} not applied yet`,
        remedy: 'The next start applies them; or now: guildhall migrate.',
      }
}
