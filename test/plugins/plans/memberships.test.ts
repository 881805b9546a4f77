import t from 'tap'
import { startTestPlatform, type TestClient } from '#core/testing/index.ts'
import { actingBot } from '../../support/acting-bot.ts'
import { signIn } from '../../support/signed-in.ts'

const platform = await startTestPlatform({ now: new Date('2025-01-31T10:00:00Z'), pool: 10 })
t.teardown(() => platform.close())

async function makers(plan: object = {}) {
  const club = await platform.tenant('Makers')
  const admin = await club.admin()
  const made = await admin.post('/api/v1/members/plans', {
    name: 'Plan',
    billingCycle: 'monthly',
    price: { amount: 500, currency: 'USD' },
    ...plan,
  })
  const planId: string = made.json().id
  return { club, admin, planId, memberId: await member(admin, 'Adams') }
}
const member = async (admin: TestClient, lastName: string): Promise<string> =>
  (await admin.post('/api/v1/members', { lastName, joinedOn: '2020-01-01' })).json().id
const statusOf = async (admin: TestClient, id: string): Promise<string> =>
  (await admin.get(`/api/v1/members/${id}`)).json().status

t.test('a period lasts as long as the billing cycle, and its last day is shown', async (t) => {
  for (const [billingCycle, validUntil] of [
    ['monthly', '2025-02-27'],
    ['quarterly', '2025-04-29'],
    ['yearly', '2026-01-30'],
    ['one-off', null],
    ['free', null],
  ]) {
    const { admin, planId, memberId } = await makers({ billingCycle })
    const made = await admin.post('/api/v1/memberships', { memberId, planId })
    t.equal(made.statusCode, 201)
    t.match(made.json(), { from: '2025-01-31', validUntil, status: 'active', version: 1 }, billingCycle ?? '')
    t.match(made.json().periods, [{ from: '2025-01-31', validUntil, price: { amount: 500 }, edition: 1 }])
    t.equal(made.headers.location, `/api/v1/memberships/${made.json().id}`)
  }
})

t.test('status follows the periods: upcoming, active, grace, ended, and the member with it', async (t) => {
  const { club, admin, planId, memberId } = await makers()
  await club.enable('plans', { graceDays: 5 })
  t.equal(await statusOf(admin, memberId), 'active', 'a member without any period is active')
  const made = (
    await admin.post('/api/v1/memberships', { memberId, planId, from: '2025-02-01', validUntil: '2025-02-28' })
  ).json()
  t.equal(made.status, 'upcoming')
  t.equal(await statusOf(admin, memberId), 'pending')
  const on = async (day: string) =>
    (await admin.get(`/api/v1/memberships?memberId=${memberId}&at=${day}`)).json().items.length
  t.same([await on('2025-01-31'), await on('2025-02-01'), await on('2025-02-28'), await on('2025-03-01')], [0, 1, 1, 0])
  const covered = async (day: string) =>
    (await admin.get(`/api/v1/members?membershipState=covered&at=${day}`)).json().items.length
  t.same([await covered('2025-02-28'), await covered('2025-03-05'), await covered('2025-03-06')], [1, 1, 0])
  t.equal(
    (await admin.get('/api/v1/members?status=expired&membershipState=ended&at=2025-03-06')).json().items.length,
    1,
  )
})

t.test('renewing extends what runs, and starts anew what has ended', async (t) => {
  const { admin, planId, memberId } = await makers()
  const { id } = (await admin.post('/api/v1/memberships', { memberId, planId })).json()
  await admin.put(`/api/v1/members/plans/${planId}`, { price: { amount: 700, currency: 'USD' } })
  const renewed = (await admin.post(`/api/v1/memberships/${id}/renew`, {})).json()
  t.match(renewed.periods, [
    { from: '2025-02-28', validUntil: '2025-03-30', price: { amount: 700 }, edition: 2 },
    { from: '2025-01-31', validUntil: '2025-02-27', price: { amount: 500 }, edition: 1 },
  ])
  const next = (await admin.post(`/api/v1/memberships/${id}/renew`, {})).json()
  t.match(next.periods[0], { from: '2025-03-31', validUntil: '2025-04-29' }, 'the day of the month is kept')
  const past = await member(admin, 'Past')
  const old = (
    await admin.post('/api/v1/memberships', { memberId: past, planId, from: '2024-01-01', validUntil: '2024-12-31' })
  ).json()
  t.equal(old.status, 'ended')
  t.equal(await statusOf(admin, past), 'expired')
  t.match((await admin.post(`/api/v1/memberships/${old.id}/renew`, {})).json().periods[0], { from: '2025-01-31' })
  t.equal(await statusOf(admin, past), 'active')
  const forever = await member(admin, 'Forever')
  const open = (await admin.post('/api/v1/memberships', { memberId: forever, planId, validUntil: null })).json()
  t.equal((await admin.post(`/api/v1/memberships/${open.id}/renew`, {})).statusCode, 409)
})

t.test('ending shortens the period of the day and takes later ones away', async (t) => {
  const { admin, planId, memberId } = await makers()
  const { id } = (await admin.post('/api/v1/memberships', { memberId, planId })).json()
  await admin.post(`/api/v1/memberships/${id}/renew`, {})
  const ended = (await admin.post(`/api/v1/memberships/${id}/end`, { on: '2025-02-10', reason: 'moved away' })).json()
  t.match(ended.periods, [{ from: '2025-01-31', validUntil: '2025-02-10', endedReason: 'moved away' }])
  t.equal(ended.periods.length, 1)
  t.equal((await admin.post(`/api/v1/memberships/${id}/end`, { on: '2025-02-10' })).statusCode, 409)
  t.equal((await admin.post(`/api/v1/memberships/${id}/end`, { on: '2025-01-01' })).statusCode, 400)
})

t.test('another plan begins, and what there was ends the day before', async (t) => {
  const { admin, planId, memberId } = await makers()
  const other = (await admin.post('/api/v1/members/plans', { name: 'Other', billingCycle: 'yearly' })).json()
  await admin.post('/api/v1/memberships', { memberId, planId, from: '2025-01-01' })
  const changed = await admin.post(`/api/v1/members/${memberId}/plan`, { planId: other.id })
  t.match(changed.json(), { planName: 'Other', from: '2025-01-31', validUntil: '2026-01-30' })
  const { items } = (await admin.get(`/api/v1/members/${memberId}/memberships?sort=from`)).json()
  t.match(items, [{ planName: 'Plan', validUntil: '2025-01-30', status: 'ended' }, { planName: 'Other' }])
  const bulk = await admin.post('/api/v1/members/bulk-operations', {
    operation: 'changePlan',
    ids: [memberId],
    parameters: { planId, on: '2025-02-15' },
    apply: true,
  })
  t.ok(bulk.statusCode < 300, bulk.body)
  await platform.settle()
  t.match((await admin.get(`/api/v1/members/${memberId}?include=memberships`)).json().memberships, [
    { planName: 'Plan', validUntil: '2025-03-14' },
    { planName: 'Other', validUntil: '2025-02-14' },
  ])
})

t.test('the plan he has already is no other plan: nothing begins anew, asked of one or of many', async (t) => {
  const { club, admin, planId, memberId } = await makers()
  const special = { memberId, planId, from: '2025-01-10', price: { amount: 1, currency: 'USD' } }
  const begun = (await admin.post('/api/v1/memberships', special)).json()
  const url = `/api/v1/memberships/${begun.id}`
  t.same((await admin.post(`/api/v1/members/${memberId}/plan`, { planId })).json(), begun)
  const many = { operation: 'changePlan', ids: [memberId], parameters: { planId }, apply: true }
  t.match((await admin.post('/api/v1/members/bulk-operations', many)).json(), { counts: { unchanged: 1, change: 0 } })
  t.same((await admin.get(url)).json(), begun)
  const [{ n }] = (await club.unit((tx) =>
    tx.query(`SELECT count(*)::int AS n FROM core.event WHERE tenant_id = $1 AND name = 'memberships.started'`, [
      tx.tenantId,
    ]),
  )) as [{ n: number }]
  t.equal(n, 1)
  const later = await admin.post(`/api/v1/members/${memberId}/plan`, { planId, on: '2025-06-01' })
  t.match(later.json().periods, [{ from: '2025-06-01', price: { amount: 500 } }, { from: '2025-01-10' }])
})

t.test('a period is corrected or taken back; with its last one the membership is gone', async (t) => {
  const { admin, planId, memberId } = await makers()
  const { id, periods } = (await admin.post('/api/v1/memberships', { memberId, planId })).json()
  const url = `/api/v1/memberships/${id}/periods/${periods[0].id}`
  t.match((await admin.patch(url, { from: '2025-01-15', price: { amount: 1, currency: 'EUR' } })).json(), {
    from: '2025-01-15',
    periods: [{ price: { amount: 1, currency: 'EUR' } }],
  })
  t.equal((await admin.patch(url, { validUntil: '2025-01-01' })).statusCode, 400)
  t.equal((await admin.patch(url, { payerId: planId })).statusCode, 400)
  t.equal((await admin.delete(url)).statusCode, 204)
  t.equal((await admin.get(`/api/v1/memberships/${id}`)).statusCode, 404)
})

t.test('the past is set right under a plan that is overfull or gone, as long as no day is added', async (t) => {
  const { admin, planId, memberId } = await makers()
  const past = { planId, from: '2024-01-01', validUntil: '2024-12-31' }
  const { id, periods } = (await admin.post('/api/v1/memberships', { memberId, ...past })).json()
  await admin.post('/api/v1/memberships', { memberId: await member(admin, 'Other'), ...past })
  await admin.patch(`/api/v1/members/plans/${planId}`, { capacity: 1 })
  const url = `/api/v1/memberships/${id}/periods/${periods[0].id}`
  t.equal((await admin.patch(url, { validUntil: '2024-11-30', endedReason: 'moved away' })).statusCode, 200)
  t.equal((await admin.patch(url, { validUntil: '2024-12-31' })).statusCode, 409, 'a day more takes a place')
  t.equal((await admin.delete(`/api/v1/members/plans/${planId}`)).statusCode, 204)
  t.match((await admin.patch(url, { price: { amount: 1, currency: 'EUR' } })).json(), {
    periods: [{ price: { amount: 1 }, validUntil: '2024-11-30' }],
  })
})

t.test('no day is covered twice, whoever comes at once', async (t) => {
  const { admin, planId, memberId } = await makers()
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => admin.post('/api/v1/memberships', { memberId, planId })),
  )
  t.same(
    answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b),
    [201, 409, 409, 409, 409, 409],
  )
  const { items } = (await admin.get(`/api/v1/members/${memberId}/memberships`)).json()
  t.equal(items.length, 1)
})

t.test('a full plan takes nobody more on any day, whoever comes at once', async (t) => {
  const { admin, planId } = await makers({ capacity: 2 })
  const ids = await Promise.all(['B', 'C', 'D', 'E', 'F'].map((name) => member(admin, name)))
  const answers = await Promise.all(ids.map((memberId) => admin.post('/api/v1/memberships', { memberId, planId })))
  t.same(
    answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b),
    [201, 201, 409, 409, 409],
  )
  t.match(answers.find(({ statusCode }) => statusCode === 409)!.json().detail, /full: it takes 2 members/)
  const later = await admin.post('/api/v1/memberships', {
    memberId: await member(admin, 'G'),
    planId,
    from: '2025-06-01',
  })
  t.equal(later.statusCode, 201, 'other days are free')
  const gone = ids[answers.findIndex(({ statusCode }) => statusCode === 201)]
  await admin.delete(`/api/v1/members/${gone}`)
  t.equal((await admin.get(`/api/v1/members/plans/${planId}`)).json().memberCount, 1)
  const next = { memberId: await member(admin, 'I'), planId }
  t.equal((await admin.post('/api/v1/memberships', next)).statusCode, 201, 'whoever is deleted takes no place')
  await admin.patch(`/api/v1/members/plans/${planId}`, { active: false, capacity: null })
  t.equal((await admin.post('/api/v1/memberships', { memberId: await member(admin, 'H'), planId })).statusCode, 409)
})

t.test("a member reads the own memberships and nobody else's", async (t) => {
  const { club, admin, planId, memberId } = await makers()
  const { id } = (await admin.post('/api/v1/memberships', { memberId, planId })).json()
  const other = (await admin.post('/api/v1/memberships', { memberId: await member(admin, 'Other'), planId })).json()
  const { userId, client } = await signIn(club, 'adams@example.org')
  await admin.put(`/api/v1/members/${memberId}/user`, { userId })
  t.equal((await client.get(`/api/v1/members/${memberId}/memberships`)).json().items[0]?.id, id)
  t.equal((await client.get(`/api/v1/memberships/${id}`)).statusCode, 200)
  t.equal((await client.get(`/api/v1/memberships/${other.id}`)).statusCode, 404)
  t.equal((await client.get('/api/v1/memberships')).statusCode, 403)
  t.equal((await client.post(`/api/v1/memberships/${id}/end`, {})).statusCode, 403)
  const viewer = await club.as({ role: 'admin' })
  t.equal((await viewer.get('/api/v1/memberships')).statusCode, 200)
  t.equal((await viewer.post(`/api/v1/memberships/${id}/end`, {})).statusCode, 403)
})

t.test('members are filtered by plan, state and last day', async (t) => {
  const { admin, planId, memberId } = await makers()
  const none = await member(admin, 'Zed')
  await admin.post('/api/v1/memberships', { memberId, planId })
  const found = async (query: string) =>
    (await admin.get(`/api/v1/members?${query}`)).json().items.map(({ id }: { id: string }) => id)
  t.same(await found('plan=plan'), [memberId])
  t.same(await found(`plan=${planId}`), [memberId])
  t.same(await found('plan=plan&at=2024-12-31'), [])
  t.same(await found('plan.isNull=true'), [none])
  t.same(await found('membershipState=covered'), [memberId])
  t.same(await found('membershipState=none'), [none])
  t.same(await found('validUntil.lte=2025-02-27'), [memberId])
  t.same(await found('validUntil.lt=2025-02-27'), [])
  const { byPlan, expiringSoon } = (await admin.get('/api/v1/members/analytics/statistics?at=2025-01-31')).json()
  t.match(byPlan[0], { planId, members: 1 })
  t.equal(expiringSoon, 1)
})

t.test('events carry ids alone', async (t) => {
  const { club, admin, planId, memberId } = await makers()
  const { id } = (await admin.post('/api/v1/memberships', { memberId, planId })).json()
  await admin.post(`/api/v1/memberships/${id}/renew`, {})
  await admin.post(`/api/v1/memberships/${id}/end`, {})
  const events = await club.unit((tx) =>
    tx.query<{ name: string; payload: object }>(
      `SELECT name, payload FROM core.event WHERE tenant_id = $1 AND name LIKE 'memberships.%' ORDER BY at, id`,
      [tx.tenantId],
    ),
  )
  const payload = { membershipId: id, memberId, planId }
  t.same(
    events,
    ['started', 'renewed', 'ended'].map((what) => ({ name: `memberships.${what}`, payload })),
  )
})

t.test('a bot that gives the plan a member has, or ends what has ended, has done nothing', async (t) => {
  const { club, admin, planId, memberId } = await makers()
  const unlike = (await admin.post('/api/v1/members/plans', { name: 'Other' })).json().id
  const act = await actingBot(club)
  const given = await act('memberships.changePlan', { memberId, planId })
  t.match(given, { changed: true, output: { planId } })
  const { id: membershipId, version } = given.output as { id: string; version: number }
  t.match(await act('memberships.changePlan', { memberId, planId }), {
    changed: false,
    output: { id: membershipId, version, periods: { length: 1 } },
  })
  t.match(await act('memberships.changePlan', { memberId, planId, on: '2025-06-01' }), { changed: true }, 'not then')
  t.match(await act('memberships.changePlan', { memberId, planId: unlike }), { changed: true })
  const double = await member(admin, 'Double')
  const { id, hash } = (await admin.post(`/api/v1/members/${memberId}/merge`, { loserId: double })).json()
  await admin.post(`/api/v1/members/${memberId}/merge/${id}/apply`, { hash })
  const merged = await act('memberships.changePlan', { memberId: double, planId: unlike })
  t.match(merged, { changed: false, output: { memberId } }, 'an id that was merged goes on resolving')
  const [now] = (await admin.get(`/api/v1/memberships?memberId=${memberId}&at=2025-01-31`)).json().items
  t.match(await act('memberships.end', { membershipId: now.id }), {
    changed: true,
    output: { validUntil: '2025-01-31' },
  })
  t.match(await act('memberships.end', { membershipId: now.id }), { changed: false })
  t.match(await act('memberships.end', { membershipId: now.id, on: '2025-03-01' }), { changed: false })
})
