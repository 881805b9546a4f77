import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'

const platform = await startTestPlatform({ pool: 8 })
t.teardown(() => platform.close())

const usd = (amount: number) => ({ amount, currency: 'USD' })

t.test('every organisation starts with the five plans, and keeps what it made of them', async (t) => {
  const club = await platform.tenant('Makers')
  const admin = await club.admin()
  const { items } = (await admin.get('/api/v1/members/plans?sort=amount')).json()
  const unlimited = { hoursPerDay: null, equipmentClasses: [] }
  t.match(items, [
    {
      name: 'Student',
      price: usd(1999),
      billingCycle: 'monthly',
      features: ['Educational workshops', 'Discounted rate'],
      limits: { hoursPerDay: 6 },
    },
    {
      name: 'Basic Maker',
      price: usd(2999),
      billingCycle: 'monthly',
      features: ['Basic equipment', 'Workshop space'],
      limits: { hoursPerDay: 8 },
    },
    {
      name: 'Pro Maker',
      price: usd(9999),
      billingCycle: 'monthly',
      features: ['Advanced equipment', 'Priority support'],
      limits: unlimited,
    },
    {
      name: 'Premium',
      price: usd(99999),
      billingCycle: 'yearly',
      features: ['All equipment', 'Personal storage'],
      limits: unlimited,
    },
    {
      name: 'Service Provider',
      price: usd(199999),
      billingCycle: 'yearly',
      features: ['Commercial license', 'Priority booking', 'Client meeting space'],
      limits: unlimited,
    },
  ])
  t.equal(items.length, 5)
  await admin.delete(`/api/v1/members/plans/${items[0].id}`)
  await club.disable('plans')
  t.equal((await admin.get('/api/v1/members/plans')).statusCode, 404)
  await club.enable('plans')
  t.equal(
    (await admin.get('/api/v1/members/plans?total=true')).json().page.total,
    4,
    'a deleted one does not come back',
  )
})

t.test('a plan needs only a name; the rest has defaults', async (t) => {
  const admin = await (await platform.tenant('Makers', { settings: { currency: 'EUR' } })).admin()
  const made = await admin.post('/api/v1/members/plans', { name: 'Friends' })
  t.equal(made.statusCode, 201)
  const plan = made.json()
  t.equal(made.headers.location, `/api/v1/members/plans/${plan.id}`)
  t.match(plan, {
    price: { amount: 0, currency: 'EUR' },
    billingCycle: 'free',
    features: [],
    limits: { hoursPerDay: null, equipmentClasses: [] },
    trialDays: 0,
    capacity: null,
    active: true,
    edition: 1,
    memberCount: 0,
    version: 1,
  })
  t.match((await admin.get(`/api/v1/members/plans/${plan.id}`)).json(), plan)
  t.equal(
    (await admin.post('/api/v1/members/plans', { name: 'FRIENDS' })).statusCode,
    409,
    'a name in any case is taken',
  )
  for (const wrong of [
    {},
    { name: '' },
    { name: 'A', price: { amount: -1, currency: 'USD' } },
    { name: 'A', billingCycle: 'weekly' },
    { name: 'A', limits: { hoursPerDay: 25 } },
    { name: 'A', memberCount: 3 },
  ])
    t.equal((await admin.post('/api/v1/members/plans', wrong)).statusCode, 400, JSON.stringify(wrong))
})

t.test('what a plan offers becomes a new edition; the rest is a plain change', async (t) => {
  const admin = await (await platform.tenant('Makers')).admin()
  const { id } = (await admin.post('/api/v1/members/plans', { name: 'Gold', price: usd(100) })).json()
  const url = `/api/v1/members/plans/${id}`
  t.match((await admin.patch(url, { capacity: 5, metadata: { a: 1 } })).json(), { edition: 1, version: 2, capacity: 5 })
  t.match((await admin.put(url, { price: usd(200) })).json(), { edition: 2, version: 3, price: usd(200), capacity: 5 })
  t.match((await admin.put(url, { limits: { hoursPerDay: 4 } })).json(), {
    edition: 3,
    limits: { hoursPerDay: 4, equipmentClasses: [] },
  })
  t.equal((await admin.put(url, { price: usd(200) })).json().version, 4, 'nothing changed')
  const { items } = (await admin.get(`${url}/versions`)).json()
  t.same(
    items.map(({ edition, price }: { edition: number; price: object }) => [edition, price]),
    [
      [3, usd(200)],
      [2, usd(200)],
      [1, usd(100)],
    ],
  )
  t.equal((await admin.put(url, { name: 'Silver' }, { 'if-match': '"v1"' })).statusCode, 412)
  t.equal((await admin.put(url, { name: 'student' })).statusCode, 409)
  t.equal((await admin.delete(url, { 'if-match': '"v1"' })).statusCode, 412)
  t.equal((await admin.delete(url)).statusCode, 204)
  t.equal((await admin.get(url)).statusCode, 404)
  t.equal((await admin.post('/api/v1/members/plans', { name: 'Gold' })).statusCode, 201, 'its name is free again')
})

t.test('a plan in use is not deleted, and the answer counts its members', async (t) => {
  const admin = await (await platform.tenant('Makers')).admin()
  const { id } = (await admin.post('/api/v1/members/plans', { name: 'Season' })).json()
  for (const lastName of ['A', 'B']) {
    const memberId = (await admin.post('/api/v1/members', { lastName })).json().id
    t.equal((await admin.post('/api/v1/memberships', { memberId, planId: id })).statusCode, 201)
  }
  t.equal((await admin.get(`/api/v1/members/plans/${id}`)).json().memberCount, 2)
  const refused = await admin.delete(`/api/v1/members/plans/${id}`)
  t.match(refused.json(), { status: 409, detail: /^2 members have this plan/, members: 2 })
  const { items } = (await admin.get('/api/v1/memberships')).json()
  for (const one of items) await admin.delete(`/api/v1/members/${one.memberId}`)
  t.equal((await admin.get(`/api/v1/members/plans/${id}`)).json().memberCount, 0, 'deleted members count nowhere')
})

t.test('viewers read plans, makers do not, and nobody sees those of others', async (t) => {
  const [one, two] = [await platform.tenant('One'), await platform.tenant('Two')]
  const { id } = (await (await one.admin()).post('/api/v1/members/plans', { name: 'Secret' })).json()
  const viewer = await one.as({ role: 'admin' })
  const maker = await one.as({ role: 'maker' })
  const stranger = await two.admin()
  t.equal((await viewer.get(`/api/v1/members/plans/${id}`)).statusCode, 200)
  t.equal((await viewer.patch(`/api/v1/members/plans/${id}`, { name: 'x' })).statusCode, 403)
  t.equal((await viewer.post('/api/v1/members/plans', { name: 'x' })).statusCode, 403)
  t.equal((await maker.get('/api/v1/members/plans')).statusCode, 403)
  for (const answer of [
    await stranger.get(`/api/v1/members/plans/${id}`),
    await stranger.put(`/api/v1/members/plans/${id}`, { name: 'x' }),
    await stranger.delete(`/api/v1/members/plans/${id}`),
    await stranger.get(`/api/v1/members/plans/${id}/versions`),
  ])
    t.equal(answer.statusCode, 404)
  const memberId = (await stranger.post('/api/v1/members', { lastName: 'A' })).json().id
  t.equal((await stranger.post('/api/v1/memberships', { memberId, planId: id })).statusCode, 400)
})

t.test('plans of one name do not arise twice, whoever comes at once', async (t) => {
  const admin = await (await platform.tenant('Makers')).admin()
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => admin.post('/api/v1/members/plans', { name: 'Race' })),
  )
  t.same(
    answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b),
    [201, 409, 409, 409, 409],
  )
})

t.test('what a change of plan ends is told as by hand, what had not begun is taken back', async (t) => {
  const club = await platform.tenant('Makers')
  const admin = await club.admin()
  const plan = async (name: string) => (await admin.post('/api/v1/members/plans', { name })).json().id as string
  const [first, second, third] = [await plan('First'), await plan('Second'), await plan('Third')]
  const { id: memberId } = (await admin.post('/api/v1/members', { lastName: 'Adams' })).json()
  const { id } = (
    await admin.post('/api/v1/memberships', { memberId, planId: first, from: '2030-01-31', validUntil: '2030-02-27' })
  ).json()
  await admin.post(`/api/v1/memberships/${id}/renew`, { validUntil: '2030-03-30' })
  const coming = (await admin.post('/api/v1/memberships', { memberId, planId: second, from: '2030-06-01' })).json()
  const changed = (await admin.post(`/api/v1/members/${memberId}/plan`, { planId: third, on: '2030-02-10' })).json()
  const events = await club.unit((tx) =>
    tx.query<{ name: string; id: string }>(
      `SELECT name, payload ->> 'membershipId' AS id FROM core.event
        WHERE tenant_id = $1 AND name LIKE 'memberships.%' AND (name LIKE '%.ended' OR payload ->> 'planId' = $2) ORDER BY at, id`,
      [tx.tenantId, third],
    ),
  )
  t.same(events, [
    { name: 'memberships.ended', id },
    { name: 'memberships.started', id: changed.id },
  ])
  const audited = async (event: string) => (await admin.get(`/api/v1/audit?event=${event}`)).json().items
  t.match(await audited('memberships.ended'), [{ target: { id } }])
  t.match(await audited('memberships.period-removed'), [{ target: { id: coming.id } }])
  const log = (await admin.get(`/api/v1/members/${memberId}/activities?kind=membershipEnded`)).json().items
  t.match(log, [{ detail: { membershipId: id } }])
})
