import { definePlugin, type Tx } from '@guildhall/sdk'
import t from 'tap'
import Type from 'typebox'
import { startTestPlatform } from '#core/testing/index.ts'
import { membersPlugin } from '#plugins/members/index.ts'
import { membershipStates, membersService } from '#plugins/members/refs.ts'
import { meanwhile } from '../../support/meanwhile.ts'

/** Keeps one period of each member in his metadata: `{ from, until }`, half-open. */
const periods = definePlugin({
  id: 'periods',
  version: '1.0.0',
  sdk: '^0.1.0',
  title: 'Periods',
  dependsOn: { members: '^1.0.0' },
  config: { schema: Type.Object({}) },
  permissions: {},
  contributes: (c) =>
    c.to(membershipStates, {
      sql: ({ member, tenant, day }) => `(SELECT CASE
          WHEN p.metadata ->> 'from' IS NULL THEN 'none'
          WHEN (p.metadata ->> 'from')::date > ${day} THEN 'upcoming'
          WHEN (p.metadata ->> 'until')::date <= ${day} THEN 'ended' ELSE 'covered' END
        FROM members.member p WHERE p.tenant_id = ${tenant} AND p.id = ${member})`,
    }),
})

const platform = await startTestPlatform({ plugins: [membersPlugin, periods], now: new Date('2026-03-31T12:00:00Z') })
t.teardown(() => platform.close())
const run = async (tenant: { unit: typeof club.unit; id: string }) => {
  await tenant.unit((tx) => tx.enqueue('members.recomputeStatus', {}))
  await platform.settle()
}
const club = await platform.tenant('Club', { settings: { timeZone: 'America/Los_Angeles' } })
const admin = await club.admin()
const add = async (lastName: string, metadata: object = {}) =>
  (await admin.post('/api/v1/members', { lastName, metadata })).json().id as string
const statusOf = async (id: string) => (await admin.get(`/api/v1/members/${id}`)).json().status
const last = (items: { lastName: string }[]) => items.map(({ lastName }) => lastName)

t.test('status follows the periods, day by day, where the organisation is', async (t) => {
  const ids = {
    Never: await add('Never'),
    Over: await add('Over', { from: '2020-01-01', until: '2026-03-01' }),
    Ends: await add('Ends', { from: '2020-01-01', until: '2026-04-01' }),
    Runs: await add('Runs', { from: '2026-01-01' }),
    Later: await add('Later', { from: '2026-04-02' }),
  }
  await run(club)
  const all = async () =>
    Object.fromEntries(await Promise.all(Object.entries(ids).map(async ([name, id]) => [name, await statusOf(id)])))
  t.same(await all(), { Never: 'active', Over: 'expired', Ends: 'active', Runs: 'active', Later: 'pending' })
  const before = (await admin.get(`/api/v1/members/${ids.Runs}`)).json().version
  await run(club)
  t.equal((await admin.get(`/api/v1/members/${ids.Runs}`)).json().version, before, 'nothing is written twice')

  // 2026-04-01 05:00 UTC is still 31 March in Los Angeles.
  await platform.advance(17 * 3600_000)
  await run(club)
  t.equal(await statusOf(ids.Ends), 'active')
  await platform.advance(3 * 3600_000)
  await run(club)
  t.same(await all(), { Never: 'active', Over: 'expired', Ends: 'expired', Runs: 'active', Later: 'pending' })
  t.same(last((await admin.get('/api/v1/members?status=expired')).json().items), ['Ends', 'Over'])

  for (const status of ['active', 'expired', 'pending', 'suspended']) {
    const stored = last((await admin.get(`/api/v1/members?status=${status}`)).json().items)
    const computed = await admin.get(`/api/v1/members?status=${status}&at=2026-04-01`)
    t.same(last(computed.json().items), stored, `?at= today and stored are equal: ${status}`)
    t.ok(computed.json().items.every((item: { status: string }) => item.status === status))
  }
  t.same(last((await admin.get('/api/v1/members?at=2026-02-15')).json().items), ['Ends', 'Over', 'Runs'])
  t.equal((await admin.get('/api/v1/members?at=2026-02-15&total=true')).json().page.total, 3)
  t.same(
    last((await admin.get('/api/v1/members?at=2026-04-01')).json().items),
    ['Never', 'Runs'],
    'who has no periods, by the day of joining',
  )
  t.same((await admin.get('/api/v1/members?at=2019-06-01')).json().items, [])
})

t.test('who left and has no period is expired after the last day, and active again without it', async (t) => {
  const member = async (patch: object) => {
    const answer = await admin.post('/api/v1/members', { joinedOn: '2001-05-01', ...patch })
    return answer.json() as { id: string; status: string; version: number }
  }
  const gone = await member({ lastName: 'Gone', leftOn: '2026-03-30' })
  t.equal(gone.status, 'expired')
  const leaving = await member({ lastName: 'Leaving', leftOn: '2026-05-31' })
  t.equal(leaving.status, 'active')
  const covered = await member({ lastName: 'Covered', leftOn: '2026-03-30', metadata: { from: '2026-01-01' } })
  await run(club)
  t.equal(await statusOf(covered.id), 'active', 'the periods decide where there are any')

  const changed = await admin.patch(`/api/v1/members/${leaving.id}`, { leftOn: '2026-02-01' })
  t.match(changed.json(), { status: 'expired', leftOn: '2026-02-01' })
  t.match((await admin.get(`/api/v1/members/${leaving.id}`)).json(), changed.json(), 'the answer is what is stored')
  t.equal((await admin.patch(`/api/v1/members/${leaving.id}`, { leftOn: '2026-06-01' })).json().status, 'active')
  t.equal((await admin.patch(`/api/v1/members/${gone.id}`, { leftOn: null })).json().status, 'active')

  const on = async (day: string) => last((await admin.get(`/api/v1/members?at=${day}&search=leaving`)).json().items)
  t.same([await on('2026-06-01'), await on('2026-06-02')], [['Leaving'], []])
  await platform.advance(62 * 86_400_000)
  await run(club)
  t.equal(await statusOf(leaving.id), 'expired', 'the daily run moves a status when its day has come')
})

t.test('a suspension goes before everything and says what the status is when it ends', async (t) => {
  const id = await add('Suspended', { from: '2020-01-01', until: '2026-03-01' })
  await run(club)
  t.equal((await admin.post(`/api/v1/members/${id}/suspend`)).statusCode, 400, 'a reason is needed')
  t.equal((await admin.post(`/api/v1/members/${id}/suspend`, { reason: '' })).statusCode, 400)
  const suspended = await admin.post(`/api/v1/members/${id}/suspend`, { reason: 'Fees' })
  t.match(suspended.json(), { status: 'suspended', suspendedReason: 'Fees' })
  await run(club)
  t.equal(await statusOf(id), 'suspended', 'the daily run does not lift it')
  const back = await admin.post(`/api/v1/members/${id}/reactivate`)
  t.match(back.json(), { status: 'expired', suspendedAt: null, suspendedReason: null })
  t.equal((await admin.post(`/api/v1/members/${id}/reactivate`)).statusCode, 409)
})

t.test('the daily run goes through many in several units of work, and waits for who is being changed', async (t) => {
  const big = await platform.tenant('Big')
  const members = await big.service(membersService, 'members')
  const input = Array.from({ length: 2100 }, (_, n) => ({ lastName: `N${n}` }))
  const ids = (await big.unit((tx) => members.createMany(tx, input, { events: false }))).toSorted()
  // As if they had been covered until yesterday.
  const expired = (tx: Tx) =>
    tx.query(`UPDATE members.member SET status = 'expired' WHERE tenant_id = $1 RETURNING id`, [tx.tenantId])
  t.equal((await big.unit(expired)).length, 2100)
  const suspending = (tx: Tx) =>
    tx.query(
      `UPDATE members.member SET suspended_at = $3, suspended_reason = 'Fees', status = 'suspended' WHERE tenant_id = $1 AND id = $2`,
      [tx.tenantId, ids[1500], tx.now()],
    )
  await meanwhile(big, suspending, () => run(big))
  const found = await big.unit((tx) =>
    tx.query<{ status: string; n: number; units: number }>(
      `SELECT status, count(*)::int AS n, count(DISTINCT xmin::text)::int AS units FROM members.member
        WHERE tenant_id = $1 GROUP BY status ORDER BY status`,
      [tx.tenantId],
    ),
  )
  t.same(found, [
    { status: 'active', n: 2099, units: 3 },
    { status: 'suspended', n: 1, units: 1 },
  ])
})

t.test('without a plugin that keeps periods everybody is active', async (t) => {
  const id = await add('Free', { from: '2020-01-01', until: '2026-03-01' })
  await run(club)
  t.equal(await statusOf(id), 'expired')
  await club.disable('periods')
  await run(club)
  t.equal(await statusOf(id), 'active')
})
