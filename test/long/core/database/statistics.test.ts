import pg from 'pg'
import t, { type Test } from 'tap'
import { startTestPlatform, type TestTenant } from '#core/testing/index.ts'
import { membersPlugin } from '#plugins/members/index.ts'
import { connectOwner } from '../../../isolation/traces.ts'
import { planAndApply } from '../../../plugins/members/import/importing.ts'

// Nobody vacuums or analyses on a test server but whoever is told to here.
const platform = await startTestPlatform({ plugins: [membersPlugin] })
const owner = await connectOwner(platform.ownerUrl)
const { runtime } = platform
t.teardown(async () => {
  await owner.end()
  await platform.close()
})
const refresh = 'SELECT app.refresh_statistics() AS name'

const connected = async (t: Test, url: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  t.teardown(() => client.end())
  return client
}

async function looked(table: string): Promise<{ times: number; rows: number }> {
  await owner.query('SELECT pg_stat_clear_snapshot()')
  const { rows } = await owner.query<{ times: number; rows: number }>(
    `SELECT s.analyze_count::int AS times, c.reltuples::int AS rows
       FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid WHERE s.relid = $1::regclass`,
    [table],
  )
  return rows[0]!
}

const fill = (club: TestTenant, members: number) =>
  club.unit((tx) =>
    tx.query(
      `INSERT INTO members.member (tenant_id, id, display_name, search, name_key, last_name_key, first_name_key, display_name_key)
       SELECT $1, gen_random_uuid(), 'Member ' || n, 'member ' || n, '|member' || n, 'member ' || n, '', '' FROM generate_series(1, $2::int) n`,
      [tx.tenantId, members],
    ),
  )

t.test('after a large import and a large bulk operation the planner knows the new sizes', async (t) => {
  const tenant = await platform.tenant('Large')
  const admin = await tenant.admin()
  const club = { platform, tenant, admin }
  const people = (from: number, to: number) =>
    `external_id,first_name,last_name\n${Array.from({ length: to - from }, (_, n) => `E${from + n},First,Last${from + n}`).join('\n')}\n`
  await planAndApply(club, people(0, 300))
  t.same(await looked('members.member'), { times: 0, rows: -1 }, 'a small import is not worth a look')
  const { state } = await planAndApply(club, people(300, 1_900))
  t.equal(state, 'applied')
  t.equal((await looked('members.member')).rows, 1_900)
  t.equal((await looked('members.external_id')).rows, 1_900, 'and all that came with it')
  t.equal((await looked('core.role')).times, 0, 'what did not grow is left alone')

  const bulk = '/api/v1/members/bulk-operations'
  const filter = { field: 'status', op: 'eq', value: 'active' }
  const { id } = (await admin.post(bulk, { operation: 'tag', parameters: { add: ['all'] }, filter })).json()
  await platform.settle()
  const { hash } = (await admin.get(`${bulk}/${id}`)).json()
  await admin.post(`${bulk}/${id}/apply`, { hash })
  await platform.settle()
  t.match((await admin.get(`${bulk}/${id}`)).json(), { state: 'applied', result: { changed: 1_900 } })
  t.match(await looked('members.keyword'), { rows: 1_900 })
})

t.test('looking holds up neither readers nor writers, and waits for nobody', async (t) => {
  const club = await platform.tenant('Busy')
  await fill(club, 6_000)
  const looking = await connected(t, runtime.database.urls.platform)
  await looking.query('BEGIN')
  const { rows } = await looking.query<{ name: string }>(refresh)
  t.ok(rows.some(({ name }) => name === 'members.member'))
  // Its locks are held until it commits; a lock that were waited for would end the statement.
  await club.unit(async (tx) => {
    await tx.query(`SET LOCAL lock_timeout = '1ms'`)
    await tx.query('UPDATE members.member SET updated_at = now() WHERE tenant_id = $1', [tx.tenantId])
    await tx.query('SELECT 1 FROM members.member WHERE tenant_id = $1 FOR UPDATE', [tx.tenantId])
  })
  await looking.query('COMMIT')

  await fill(club, 12_000)
  const before = await looked('members.member')
  // As a vacuum has it.
  await owner.query('BEGIN; LOCK TABLE members.member IN SHARE UPDATE EXCLUSIVE MODE')
  await looking.query(`SET lock_timeout = '1ms'`)
  await looking.query(refresh)
  await owner.query('COMMIT')
  t.same(await looked('members.member'), before, 'a table that somebody maintains is left to him')
})

t.test('only the platform may ask for it', async (t) => {
  const serving = await connected(t, runtime.database.urls.rw)
  await t.rejects(serving.query(refresh), { code: '42501' })
})
