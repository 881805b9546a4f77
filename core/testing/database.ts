import { createHash, randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { applicationName, databaseUrls } from '../database/connections.ts'
import { startEmbedded } from '../database/embedded/index.ts'
import { checksum, type MigrationSet, migrate } from '../database/migrations.ts'
import { roleNames } from '../database/roles.ts'
import { installQueue } from '../jobs/queue.ts'

/** One key for all test databases: roles belong to the server, and clones keep the template's. */
export const testMasterKey = Buffer.alloc(32, 'guildhall tests')

export interface TestDatabase {
  readonly ownerUrl: string
  /** The database whose roles this clone uses. */
  readonly template: string
  readonly drop: () => Promise<void>
}

let server: Promise<string> | null = null

/** The server of this run: the runner's, or one of our own that a file started alone shares with the next. */
async function serverUrl(): Promise<string> {
  const given = process.env.GUILDHALL_TEST_DATABASE_URL
  if (given) return given
  server ??= startEmbedded({
    dataDir: join(tmpdir(), `guildhall-test-${process.getuid?.() ?? 0}`),
    volatile: true,
  }).then(({ url }) => url)
  return server
}

const at = (url: string, database: string): string => {
  const there = new URL(url)
  there.pathname = `/${database}`
  return there.href
}

async function withClient<T>(url: string, fn: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: applicationName('testing') })
  await client.connect()
  try {
    return await fn(client)
  } finally {
    await client.end()
  }
}

/**
 * A database of one's own, cloned from a template that carries all migrations. The template is made once for each
 * state of the migrations, whoever comes first; everybody else waits for it.
 */
export async function createTestDatabase(sets: readonly MigrationSet[]): Promise<TestDatabase> {
  const base = await serverUrl()
  const state = sets.map(({ owner, migrations }) => [owner, migrations.map((m) => [m.name, checksum(m)])])
  const template = `gh_t_${createHash('sha256').update(JSON.stringify(state)).digest('hex').slice(0, 16)}`
  await withClient(at(base, 'postgres'), (client) => makeTemplate(client, base, template, sets))
  const name = `gh_${randomBytes(8).toString('hex')}`
  // Copying the files is half the work of copying their pages through the log, which nobody reads here.
  await withClient(at(base, 'postgres'), (client) =>
    client.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`),
  )
  return {
    ownerUrl: at(base, name),
    template,
    drop: () =>
      withClient(
        at(base, 'postgres'),
        async (client) => void (await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
      ),
  }
}

/** A database without anything in it, for tests of the migrations themselves. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const base = await serverUrl()
  const name = `gh_${randomBytes(8).toString('hex')}`
  await withClient(at(base, 'postgres'), (client) => client.query(`CREATE DATABASE ${name}`))
  return {
    ownerUrl: at(base, name),
    template: name,
    drop: () =>
      withClient(
        at(base, 'postgres'),
        async (client) => void (await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
      ),
  }
}

async function makeTemplate(
  client: pg.Client,
  base: string,
  template: string,
  sets: readonly MigrationSet[],
): Promise<void> {
  const ready = async () =>
    (await client.query('SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate', [template])).rowCount === 1
  if (await ready()) return
  await client.query('SELECT pg_advisory_lock(hashtext($1))', [template])
  if (await ready()) return
  // Half made by somebody who was killed: begin again.
  await client.query(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`)
  await client.query(`CREATE DATABASE ${template}`)
  const ownerUrl = at(base, template)
  const urls = databaseUrls({ ownerUrl, masterKey: testMasterKey })
  const roles = roleNames(template)
  await migrate({
    ownerUrl,
    sets,
    roles,
    masterKey: testMasterKey,
    makeRoles: true,
    afterCore: (owner) => installQueue({ client: owner, platformUrl: urls.platform, roles }),
  })
  await client.query(`ALTER DATABASE ${template} IS_TEMPLATE true ALLOW_CONNECTIONS false`)
}
