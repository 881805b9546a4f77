import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type Test, test } from 'tap'
import { loadConfig } from '#core/config/index.ts'
import { databaseName } from '#core/database/connections.ts'
import { prepareDatabase, prepareDatabaseRoles } from '#core/database/prepare.ts'
import { findRoles, roleNames, rolePassword, roleStatements } from '#core/database/roles.ts'
import { loadMasterKey } from '#core/secrets/index.ts'
import { createEmptyDatabase } from '#core/testing/index.ts'
import { coreMigrations } from '#migrations/core/index.ts'

const log = { info: () => {}, warn: () => {} }

/** A database whose owner is no superuser, as those who rent one have it. */
async function rented(t: Test, may: 'CREATEROLE' | 'NOCREATEROLE') {
  const { ownerUrl, drop } = await createEmptyDatabase()
  const database = databaseName(ownerUrl)
  const roles = roleNames(database)
  const owner = `${database}_owner`
  const superuser = new pg.Client({ connectionString: ownerUrl })
  await superuser.connect()
  await superuser.query(`CREATE ROLE ${owner} LOGIN ${may} PASSWORD 'rented'`)
  await superuser.query(`ALTER DATABASE ${database} OWNER TO ${owner}`)
  const dataDir = await mkdtemp(join(tmpdir(), 'guildhall-rented-'))
  t.teardown(async () => {
    await superuser.query(`ALTER DATABASE ${database} OWNER TO CURRENT_USER`)
    for (const role of [roles.rw, roles.platform, roles.lookup, owner])
      if ((await superuser.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role])).rowCount)
        await superuser.query(`DROP OWNED BY ${role} CASCADE`)
    await superuser.query(`DROP ROLE IF EXISTS ${roles.rw}, ${roles.platform}, ${roles.lookup}, ${owner}`)
    await superuser.end()
    await drop()
    await rm(dataDir, { recursive: true, force: true })
  })
  const url = new URL(ownerUrl)
  url.username = owner
  url.password = 'rented'
  const config = loadConfig({
    root: dataDir,
    env: { DATABASE_URL: url.href, GUILDHALL_DATA_DIR: dataDir },
  })
  const start = () => prepareDatabase({ config, sets: [coreMigrations], log })
  const onlyRoles = () => prepareDatabaseRoles({ config, log })
  return { superuser, ownerUrl: url.href, roles, start, onlyRoles, config }
}

async function whoServes(url: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query('SELECT current_user AS name, (SELECT count(*)::int FROM core.tenant) AS tenants')
  await client.end()
  return rows[0]
}

test('an owner who may make roles, and no more, brings a database up to date, also after a start that was broken off', async (t) => {
  const { ownerUrl, roles, start } = await rented(t, 'CREATEROLE')
  const owner = new pg.Client({ connectionString: ownerUrl })
  await owner.connect()
  await owner.query(`CREATE ROLE ${roles.platform} LOGIN`)
  await owner.end()
  const { urls, applied } = await start()
  t.ok(applied.length > 0)
  t.same(await whoServes(urls.rw), { name: roles.rw, tenants: 0 })
  t.same((await start()).applied, [], 'and finds it so the next time')
})

test('before a backup is restored the roles are made, and nothing else', async (t) => {
  const { superuser, roles, onlyRoles, start } = await rented(t, 'CREATEROLE')
  t.same(await onlyRoles(), roles)
  t.same(await onlyRoles(), roles, 'and are there the next time')
  const { rows } = await superuser.query("SELECT 1 FROM pg_namespace WHERE nspname IN ('app', 'core', 'pgboss')")
  t.same(rows, [])
  t.same(await whoServes((await start()).urls.rw), { name: roles.rw, tenants: 0 })
})

test('an owner who may not make roles is told, and serves once somebody else made them', async (t) => {
  const { superuser, ownerUrl, roles, start, config } = await rented(t, 'NOCREATEROLE')
  const masterKey = await loadMasterKey(config)
  await t.rejects(start(), { message: new RegExp(`the role "${roles.rw}" is missing.*guildhall doctor`) })

  const owner = new pg.Client({ connectionString: ownerUrl })
  await owner.connect()
  t.teardown(() => owner.end())
  const found = await findRoles(owner, roles)
  t.match(found, { mayCreate: false, missing: [roles.rw, roles.platform, roles.lookup], foreign: [] })
  const statements = roleStatements(roles, found, (role) => rolePassword(masterKey, role))
  for (const statement of statements.filter((sql) => !sql.startsWith('GRANT'))) await superuser.query(statement)
  await t.rejects(start(), { message: new RegExp(`is no member of "${roles.platform}"`) })

  for (const statement of statements.filter((sql) => sql.startsWith('GRANT'))) await superuser.query(statement)
  const { urls } = await start()
  t.same(await whoServes(urls.rw), { name: roles.rw, tenants: 0 })
})
