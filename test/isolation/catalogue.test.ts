import pg from 'pg'
import t from 'tap'
import { databaseUrls } from '#core/database/connections.ts'
import { roleNames } from '#core/database/roles.ts'
import { PluginHost } from '#core/plugin-host/host.ts'
import { createTestDatabase, testMasterKey } from '#core/testing/database.ts'
import { coreMigrations } from '#migrations/core/index.ts'
import { bundledPlugins } from '#plugins/bundled.ts'

t.setTimeout(120_000)

/** Tables without tenant_id, each with the reason: only the platform role reaches them. */
const withoutTenant: Readonly<Record<string, string>> = {
  'app.migration': 'the ledger of migrations',
  'app.role_name': 'which role is which, read by the migrations',
  'core.tenant': 'the organisation itself: its id is the tenant',
  'core.platform_audit_event': 'sign-ins before an organisation is known',
  'core.app_user': 'a person may belong to several organisations',
  'core.account': 'accounts of the embedded provider',
  'core.account_link': 'one-time links of accounts',
  'core.secret': 'keys of the platform',
  'core.oidc_record': 'what the embedded provider remembers',
  'core.organization_alias': 'found before the organisation is known; it names one',
}

/** Unique indexes that do not lead with tenant_id, with the reason; never to be seen through an error. */
const globallyUnique: Readonly<Record<string, string>> = {
  'core.service_account_client': 'a client of an issuer belongs to exactly one organisation',
}

/** Functions that run as the owner instead of the look-up role, with the reason: the serving role may not call them. */
const asOwner: Readonly<Record<string, string>> = {
  'app.refresh_statistics': 'only the owner of a table may have it looked at; it takes and gives no rows',
}

/** Of the tables without a tenant, what the serving role may do. Everything else: nothing. */
const servingMay: Readonly<Record<string, string>> = {
  'app.migration': 'SELECT',
  'app.role_name': 'SELECT',
  'core.tenant': 'SELECT,UPDATE',
}

const database = await createTestDatabase([coreMigrations, ...new PluginHost(bundledPlugins).migrations])
const roles = roleNames(database.template)
const urls = databaseUrls({ ownerUrl: database.ownerUrl, masterKey: testMasterKey, roleOwner: database.template })
const owner = new pg.Client(urls.owner)
await owner.connect()
t.teardown(async () => {
  await owner.end()
  await database.drop()
})
const rows = async <Row extends object>(sql: string, bind: readonly unknown[] = []): Promise<Row[]> =>
  (await owner.query<Row>(sql, [...bind])).rows
const names = async (sql: string, bind: readonly unknown[] = []) =>
  (await rows<{ name: string }>(sql, bind)).map(({ name }) => name).sort()

const ours = `n.nspname NOT IN ('pg_catalog', 'information_schema', 'pgboss') AND n.nspname NOT LIKE 'pg\\_%'`
const table = `format('%s.%s', n.nspname, c.relname)`
const hasTenant = `EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped)`
/** The first column of an index or key. */
const column = (keys: string, relation: string) =>
  `(SELECT a.attname FROM pg_attribute a WHERE a.attrelid = ${relation} AND a.attnum = (${keys})[1])`

t.test('every table holds tenant_id, or says why not', async (t) => {
  const without = await names(
    `SELECT ${table} AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND ${ours} AND NOT ${hasTenant}`,
  )
  t.same(without, Object.keys(withoutTenant).sort())
  const nullable = await names(
    `SELECT ${table} AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
      WHERE c.relkind IN ('r', 'p') AND ${ours} AND (NOT a.attnotnull OR a.atttypid <> 'uuid'::regtype)`,
  )
  t.same(nullable, [], 'tenant_id is a uuid and never empty')
})

t.test('the second wall stands at every table: forced, and policies with both clauses', async (t) => {
  const open = await names(
    `SELECT ${table} AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND ${ours} AND (${hasTenant} OR ${table} = 'core.tenant')
        AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`,
  )
  t.same(open, [])
  const policies = await rows<{
    name: string
    role: string
    using: string | null
    check: string | null
    command: string
    permissive: string
  }>(
    `SELECT format('%s.%s', schemaname, tablename) AS name, array_to_string(roles, ',') AS role, qual AS using, with_check AS check, cmd AS command, permissive
       FROM pg_policies WHERE schemaname <> 'pgboss'`,
  )
  const tenant = (id: string) => new RegExp(`^\\(${id} = \\( SELECT app\\.tenant\\(\\) AS tenant\\)\\)$`)
  for (const policy of policies) {
    const id = policy.name === 'core.tenant' ? 'id' : 'tenant_id'
    if (policy.role === roles.rw) {
      t.match(policy.using, tenant(id), `${policy.name}: the serving role sees its organisation`)
      t.match(policy.check, tenant(id), `${policy.name}: the serving role writes its organisation`)
      t.equal(policy.command, 'ALL')
    } else if (policy.role === roles.lookup) t.equal(policy.command, 'SELECT', `${policy.name}: look-ups only read`)
    else t.equal(policy.role, roles.platform, `${policy.name}: no policy for anybody else`)
  }
  const protectedTables = new Set(policies.filter(({ role }) => role === roles.rw).map(({ name }) => name))
  const all = await names(
    `SELECT ${table} AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND ${ours} AND ${hasTenant}`,
  )
  t.same(
    all.filter((name) => !protectedTables.has(name)),
    [],
  )
})

t.test('app.tenant() gives nothing when nothing is set, and after a commit', async (t) => {
  const client = new pg.Client(urls.rw)
  await client.connect()
  t.teardown(() => client.end())
  const tenant = async () => (await client.query('SELECT app.tenant() AS id')).rows[0].id
  t.equal(await tenant(), null)
  await client.query(`BEGIN; SELECT set_config('app.tenant', '01900000-0000-7000-8000-000000000001', true); COMMIT`)
  t.equal(await tenant(), null, 'the setting is an empty text now, not NULL')
})

t.test('keys between tables of organisations carry the organisation', async (t) => {
  const simple = await names(
    `SELECT format('%s %s', ${table}, k.conname) AS name FROM pg_constraint k
       JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_class f ON f.oid = k.confrelid
      WHERE k.contype = 'f' AND ${ours} AND ${hasTenant}
        AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = f.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped)
        AND (${column('k.conkey', 'k.conrelid')} <> 'tenant_id' OR ${column('k.confkey', 'k.confrelid')} <> 'tenant_id')`,
  )
  t.same(
    simple,
    [],
    'a foreign key is checked behind row-level security: a simple one accepts a row of another organisation',
  )
  const outward = await names(
    `SELECT format('%s %s', ${table}, k.conname) AS name FROM pg_constraint k
       JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_class f ON f.oid = k.confrelid JOIN pg_namespace fn ON fn.oid = f.relnamespace
      WHERE k.contype = 'f' AND ${ours} AND ${hasTenant}
        AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = f.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped)
        AND format('%s.%s', fn.nspname, f.relname) NOT IN ('core.tenant', 'core.app_user')`,
  )
  t.same(outward, [], 'beyond the organisation only itself and its users are named')
})

t.test('primary keys and unique indexes begin with the organisation', async (t) => {
  const global = await names(
    `SELECT format('%s.%s', n.nspname, ic.relname) AS name FROM pg_index i
       JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_class ic ON ic.oid = i.indexrelid
      WHERE (i.indisunique OR i.indisexclusion) AND ${ours} AND ${hasTenant}
        AND (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = i.indkey[0]) IS DISTINCT FROM 'tenant_id'`,
  )
  t.same(global, Object.keys(globallyUnique).sort(), 'a global one tells by its error what another organisation has')
  const keyless = await names(
    `SELECT ${table} AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND ${ours} AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)`,
  )
  t.same(keyless, [])
})

t.test('foreign keys have an index on the side that refers', async (t) => {
  const slow = await names(
    `SELECT format('%s (%s)', ${table}, (SELECT string_agg(a.attname, ', ' ORDER BY x.i) FROM unnest(k.conkey) WITH ORDINALITY x(n, i)
              JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = x.n)) AS name
       FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE k.contype = 'f' AND ${ours} AND NOT EXISTS (
        SELECT 1 FROM pg_index i WHERE i.indrelid = k.conrelid
           AND (i.indkey::smallint[])[0:array_length(k.conkey, 1) - 1] @> k.conkey AND (i.indkey::smallint[])[0:array_length(k.conkey, 1) - 1] <@ k.conkey)`,
  )
  t.same(slow, [], 'deleting what is referred to would read the whole table')
})

t.test('functions that pass by the policies are pinned down', async (t) => {
  const definers = await rows<{ name: string; path: string | null; owner: string; public: boolean; served: boolean }>(
    `SELECT format('%s.%s', n.nspname, p.proname) AS name, has_function_privilege($1, p.oid, 'EXECUTE') AS served, array_to_string(p.proconfig, ',') AS path, r.rolname AS owner,
            COALESCE(EXISTS (SELECT 1 FROM aclexplode(COALESCE(p.proacl, acldefault('f', p.proowner))) x WHERE x.grantee = 0 AND x.privilege_type = 'EXECUTE'), true) AS public
       FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_roles r ON r.oid = p.proowner
      WHERE p.prosecdef AND ${ours}`,
    [roles.rw],
  )
  t.ok(definers.length >= 3, 'there are some')
  const names = definers.map(({ name }) => name)
  t.same(
    Object.keys(asOwner).filter((name) => !names.includes(name)),
    [],
    'no exception for what is not there',
  )
  for (const definer of definers) {
    t.match(
      definer.path,
      /^search_path=(pg_catalog, pg_temp|"?pg_catalog"?, "?pg_temp"?)$/,
      `${definer.name}: a fixed search path`,
    )
    if (definer.name in asOwner) t.equal(definer.served, false, `${definer.name}: not for the serving role`)
    else t.equal(definer.owner, roles.lookup, `${definer.name}: belongs to the look-up role`)
    t.equal(definer.public, false, `${definer.name}: not for everybody`)
  }
})

t.test('views look with the eyes of whoever asks; there are no materialised ones', async (t) => {
  const views = await names(
    `SELECT ${table} AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE ${ours} AND (c.relkind = 'm' OR (c.relkind = 'v' AND NOT COALESCE(c.reloptions @> ARRAY['security_invoker=true'], false)))`,
  )
  t.same(views, [])
})

t.test('the roles cannot pass by the policies, and nobody may truncate', async (t) => {
  const powerful = await names(
    `SELECT rolname AS name FROM pg_roles WHERE rolname = ANY($1) AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)`,
    [[roles.rw, roles.platform, roles.lookup]],
  )
  t.same(powerful, [])
  const members = await names(
    `SELECT m.rolname AS name FROM pg_auth_members x JOIN pg_roles m ON m.oid = x.member WHERE m.rolname = ANY($1)`,
    [[roles.rw, roles.platform, roles.lookup]],
  )
  t.same(members, [], 'none of them may become another')
  const truncating = await names(
    `SELECT format('%s %s %s', ${table}, r.rolname, x.privilege_type) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       CROSS JOIN LATERAL aclexplode(c.relacl) x LEFT JOIN pg_roles r ON r.oid = x.grantee
      WHERE c.relkind IN ('r', 'p') AND ${ours} AND x.privilege_type IN ('TRUNCATE', 'TRIGGER', 'REFERENCES') AND x.grantee <> c.relowner`,
  )
  t.same(truncating, [])
})

t.test('the serving role reaches no table without a tenant but these', async (t) => {
  const granted = await rows<{ name: string; rights: string }>(
    `SELECT ${table} AS name, string_agg(x.privilege_type, ',' ORDER BY x.privilege_type) AS rights
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL aclexplode(c.relacl) x
       LEFT JOIN pg_roles r ON r.oid = x.grantee
      WHERE c.relkind IN ('r', 'p', 'v', 'S') AND ${ours} AND NOT ${hasTenant} AND (x.grantee = 0 OR r.rolname = $1) GROUP BY 1`,
    [roles.rw],
  )
  t.same(Object.fromEntries(granted.map(({ name, rights }) => [name, rights])), servingMay)
})

t.test('audit rows and events are written once: the serving role cannot change them', async (t) => {
  for (const name of ['core.audit_event', 'core.event']) {
    const [may] = await rows<{ may: boolean }>(
      `SELECT has_table_privilege($1, $2, 'UPDATE') OR has_table_privilege($1, $2, 'DELETE') AS may`,
      [roles.rw, name],
    )
    t.equal(may?.may, false, name)
  }
})

t.test('the serving role puts jobs into its own organisation only, and reads no payload', async (t) => {
  const [club, other] = ['01900000-0000-7000-8000-00000000000a', '01900000-0000-7000-8000-00000000000b']
  const client = new pg.Client(urls.rw)
  await client.connect()
  t.teardown(() => client.end())
  const asClub = async (sql: string, bind: readonly unknown[] = []) => {
    await client.query(`BEGIN; SELECT set_config('app.tenant', '${club}', true)`)
    try {
      return (await client.query(sql, [...bind])).rows
    } finally {
      await client.query('COMMIT')
    }
  }
  const platform = new pg.Client(urls.platform)
  await platform.connect()
  t.teardown(() => platform.end())
  await platform.query(`SELECT pgboss.create_queue('probe', '{"policy":"standard"}'::jsonb)`).catch(async () => {
    await platform.query(
      `INSERT INTO pgboss.queue (name, policy, table_name) VALUES ('probe', 'standard', 'job_common')`,
    )
  })
  const insert = `INSERT INTO pgboss.job_common (name, data) VALUES ('probe', $1) RETURNING id`
  await platform.query(insert, [{ tenant: other, input: { secret: 'canary' } }])
  t.equal((await asClub(insert, [{ tenant: club }])).length, 1, 'its own')
  await t.rejects(asClub(insert, [{ tenant: other }]), /row-level security/, 'not for another organisation')
  await t.rejects(asClub(insert, [{}]), /row-level security/, 'not for nobody')
  t.equal((await asClub('SELECT id, start_after FROM pgboss.job_common')).length, 1, 'it sees its own rows')
  await t.rejects(asClub('SELECT data FROM pgboss.job_common'), /permission denied/, 'payloads are not its to read')
  await t.rejects(asClub('DELETE FROM pgboss.job_common'), /permission denied/)
  await t.rejects(asClub('SELECT data FROM pgboss.job'), /permission denied/)
})
