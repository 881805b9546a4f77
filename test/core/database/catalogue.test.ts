import pg from 'pg'
import { test } from 'tap'
import { type CatalogueCheck, checkCatalogue } from '#core/database/catalogue-check.ts'
import { databaseUrls } from '#core/database/connections.ts'
import { migrate } from '#core/database/migrations.ts'
import { roleNames } from '#core/database/roles.ts'
import { installQueue } from '#core/jobs/queue.ts'
import { createEmptyDatabase, testMasterKey } from '#core/testing/index.ts'
import { coreMigrations } from '#migrations/core/index.ts'

test('a migrated database stands as its migrations say, and each change by hand is named', async (t) => {
  const database = await createEmptyDatabase()
  t.teardown(() => database.drop())
  const { ownerUrl } = database
  const roles = roleNames(database.template)
  const urls = databaseUrls({ ownerUrl, masterKey: testMasterKey })
  const sets = [coreMigrations]
  await migrate({
    ownerUrl,
    sets,
    roles,
    masterKey: testMasterKey,
    makeRoles: true,
    afterCore: (client) => installQueue({ client, platformUrl: urls.platform, roles }),
  })
  const check = () => checkCatalogue({ ownerUrl, sets, masterKey: testMasterKey })
  const told = ({ differences }: CatalogueCheck) =>
    differences.map(({ kind, name, problem }) => `${kind} ${name} ${problem}`)

  t.same(told(await check()), [], 'nothing differs after the migrations')

  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  t.teardown(() => client.end())
  await client.query(`
    DROP INDEX core.audit_event_actor;
    ALTER TABLE core.role DROP CONSTRAINT role_tenant_id_key_key;
    ALTER TABLE core.role ALTER COLUMN title DROP NOT NULL;
    ALTER TABLE core.event ADD COLUMN note text;
    DROP POLICY tenant ON core.level;
    ALTER TABLE core.level NO FORCE ROW LEVEL SECURITY;
    GRANT SELECT ON core.secret TO ${roles.rw};
    CREATE TABLE core.stray (id integer);
    CREATE OR REPLACE FUNCTION app.tenant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS 'SELECT NULL::uuid';
  `)
  t.same(told(await check()).sort(), [
    'column core.event.note unexpected',
    'column core.role.title differs',
    'constraint core.role.role_tenant_id_key_key missing',
    `function app.tenant() differs`,
    `grant core.secret to ${roles.rw} unexpected`,
    'index core.audit_event_actor missing',
    'index core.role_tenant_id_key_key missing',
    'policy core.level.tenant missing',
    'table core.level differs',
    'table core.stray unexpected',
  ])
  const { rows } = await client.query("SELECT 1 FROM pg_database WHERE datname LIKE 'guildhall_check_%'")
  t.same(rows, [], 'the scratch database is gone')
})

test('a migration that was not applied yet is named instead of everything it would make', async (t) => {
  const database = await createEmptyDatabase()
  t.teardown(() => database.drop())
  const { pending, differences } = await checkCatalogue({
    ownerUrl: database.ownerUrl,
    sets: [coreMigrations],
    masterKey: testMasterKey,
  })
  t.equal(pending.length, coreMigrations.migrations.length)
  t.same(differences, [])
})
