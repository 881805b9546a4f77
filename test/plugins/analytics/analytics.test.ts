import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { periodsOf, spanOf } from '#plugins/analytics/span.ts'

t.test('statistics count the members of the day asked for, and what is switched off is absent', async (t) => {
  await using platform = await startTestPlatform({ now: new Date('2027-03-10T12:00:00Z') })
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const add = (firstName: string, joinedOn: string, more: object = {}) =>
    admin.post('/api/v1/members', { firstName, lastName: firstName, joinedOn, ...more })
  await add('Ada', '2025-01-01', { gender: 'female' })
  await add('Bo', '2026-06-01', { gender: 'male' })
  await add('Cy', '2027-02-01', { gender: 'male' })
  const gone = (await add('Di', '2024-01-01', { gender: 'female' })).json()
  await admin.patch(`/api/v1/members/${gone.id}`, { leftOn: '2026-12-31' })

  const now = (await admin.get('/api/v1/members/analytics/statistics?from=2026-04-01')).json()
  t.same(
    { at: now.at, to: now.to, joined: now.joined, left: now.left, netGrowth: now.netGrowth },
    { at: '2027-03-10', to: '2027-03-10', joined: 2, left: 1, netGrowth: 1 },
  )
  t.same(now.byStatus, { active: 3 }, 'Di has left')
  t.same(now.byGender, { female: 1, male: 2 })
  t.equal(now.total, 3)
  const then = (await admin.get('/api/v1/members/analytics/statistics?at=2026-07-01')).json()
  t.equal(then.total, 3, 'Cy was not there yet, Di still was')
  t.ok('byPlan' in now && 'byGroup' in now)
  await club.disable('plans')
  t.notOk('byPlan' in (await admin.get('/api/v1/members/analytics/statistics')).json(), 'absent, not zero')
})

t.test('who leaves is counted on the last day and no longer, today as on any other day', async (t) => {
  await using platform = await startTestPlatform({ now: new Date('2027-03-10T12:00:00Z') })
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  for (const [lastName, joinedOn, leftOn] of [
    ['Stays', '2020-01-01', null],
    ['Leaves today', '2020-01-01', '2027-03-10'],
    ['Left yesterday', '2020-01-01', '2027-03-09'],
    ['Comes tomorrow', '2027-03-11', null],
  ])
    t.equal((await admin.post('/api/v1/members', { lastName, joinedOn, leftOn })).statusCode, 201)
  const on = async (day: string) => {
    const { total, byStatus, byRole } = (await admin.get(`/api/v1/members/analytics/statistics?at=${day}`)).json()
    return { total, active: byStatus.active, makers: byRole.maker }
  }
  const days = ['2027-03-09', '2027-03-10', '2027-03-11']
  const counted = [3, 2, 2].map((n) => ({ total: n, active: n, makers: n }))
  t.same(await Promise.all(days.map(on)), counted)
  await platform.advance(86_400_000)
  await club.unit((tx) => tx.enqueue('members.recomputeStatus', {}))
  await platform.settle()
  t.same(await Promise.all(days.map(on)), counted, 'the same the day after')
})

t.test('pending invitations are those that could be accepted then', async (t) => {
  await using platform = await startTestPlatform({ now: new Date('2027-03-10T12:00:00Z') })
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const invite = async (email: string) => (await admin.post('/api/v1/members/invites', { email })).json()
  const token = (await invite('comes@example.org')).acceptLink.split('/').at(-2)
  const { id } = await invite('cancelled@example.org')
  await invite('never-answers@example.org')
  const pending = async (day: string) =>
    (await admin.get(`/api/v1/members/analytics/statistics?at=${day}`)).json().pendingInvites
  t.same([await pending('2027-03-09'), await pending('2027-03-10')], [0, 3])
  await platform.advance(86_400_000)
  const anybody = await club.as('anonymous')
  t.equal((await anybody.post(`/api/v1/members/invites/${token}/accept`, { lastName: 'Comes' })).statusCode, 201)
  t.equal((await admin.delete(`/api/v1/members/invites/${id}`)).statusCode, 204)
  t.same([await pending('2027-03-10'), await pending('2027-03-11')], [3, 1])
  await platform.advance(7 * 86_400_000)
  t.equal(await pending('2027-03-18'), 0, 'it has expired')
})

t.test('a day of the figures begins and ends where the organisation is', async (t) => {
  await using platform = await startTestPlatform({ now: new Date('2027-03-09T23:30:00Z') })
  const club = await platform.tenant('Club', { settings: { timeZone: 'Europe/Berlin' } })
  const admin = await club.admin()
  await admin.post('/api/v1/members', { lastName: 'Late', joinedOn: null })
  const on = async (day: string) =>
    (await admin.get(`/api/v1/members/analytics/statistics?from=${day}&to=${day}&at=${day}`)).json()
  t.match(await on('2027-03-10'), { activity: { created: 1 }, activityByDay: [{ day: '2027-03-10', entries: 1 }] })
  t.match(await on('2027-03-09'), { total: 0, activity: {}, activityByDay: [] }, 'there it was the tenth already')
})

t.test('status of a past day is that of its periods and suspensions', async (t) => {
  await using platform = await startTestPlatform({ now: new Date('2027-03-01T12:00:00Z') })
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const add = async (firstName: string, ends?: string) => {
    const { id } = (await admin.post('/api/v1/members', { firstName, lastName: 'X', joinedOn: '2026-01-01' })).json()
    if (!ends) return id as string
    const planId = (await admin.get('/api/v1/members/plans')).json().items[0].id
    const asked = { memberId: id, planId, from: '2026-01-01', validUntil: ends }
    t.equal((await admin.post('/api/v1/memberships', asked)).statusCode, 201)
    return id as string
  }
  await add('Ada', '2026-12-31')
  const bo = await add('Bo')
  await add('Cy')
  await admin.post(`/api/v1/members/${bo}/suspend`, { reason: 'Fees' })
  await platform.advance(5 * 86_400_000)
  await admin.post(`/api/v1/members/${bo}/reactivate`)
  await platform.advance(5 * 86_400_000)

  const on = async (day: string) =>
    (await admin.get(`/api/v1/members/analytics/statistics?at=${day}`)).json().byStatus as object
  t.same(await on('2026-12-31'), { active: 3 })
  t.same(await on('2027-02-28'), { active: 2, expired: 1 })
  t.same(await on('2027-03-01'), { active: 1, expired: 1, suspended: 1 })
  t.same(await on('2027-03-05'), { active: 1, expired: 1, suspended: 1 })
  t.same(await on('2027-03-06'), { active: 2, expired: 1 }, 'the day it ended')
  const suspended = await admin.get('/api/v1/members?status=suspended&at=2027-03-03')
  t.same(
    suspended.json().items.map(({ id }: { id: string }) => id),
    [bo],
    'lists know it too',
  )
  await admin.post(`/api/v1/members/${bo}/suspend`, { reason: 'Again' })
  await club.unit((tx) =>
    tx.query(
      `INSERT INTO members.suspension (tenant_id, member_id, from_at, until_at)
       SELECT tenant_id, member_id, from_at, until_at FROM members.suspension WHERE tenant_id = $1`,
      [tx.tenantId],
    ),
  )
  t.same(await on('2027-03-07'), { active: 2, expired: 1 }, 'a second suspension leaves the first as it was')
  t.same(await on('2027-03-03'), { active: 1, expired: 1, suspended: 1 })
})

t.test('a report comes by month, as rows and as CSV', async (t) => {
  await using platform = await startTestPlatform({ now: new Date('2027-03-10T12:00:00Z') })
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  for (const joinedOn of ['2027-01-05', '2027-01-20', '2027-02-10'])
    await admin.post('/api/v1/members', { firstName: joinedOn, lastName: 'X', joinedOn })
  const url = '/api/v1/analytics/members'
  const { rows } = (await admin.get(`${url}?from=2027-01-01&to=2027-02-28&groupBy=month`)).json()
  const joined = rows.filter((row: { figure: string }) => row.figure === 'joined')
  t.same(
    joined.map((row: { period: string; value: number }) => [row.period, row.value]),
    [
      ['2027-01', 2],
      ['2027-02', 1],
    ],
  )
  const csv = await admin.get(`${url}/csv?from=2027-01-01&to=2027-02-28&groupBy=month`)
  t.match(csv.headers['content-type'], /^text\/csv/)
  t.match(csv.body, /^period,figure,key,value\n/)
  t.match(csv.body, /\n2027-02,joined,,1\n/)
  t.equal((await admin.get('/api/v1/analytics/weather')).statusCode, 404)
  t.equal((await admin.get(`${url}?from=2027-03-01&to=2027-02-01`)).statusCode, 400)
  t.equal((await (await club.as({ role: 'maker' })).get(url)).statusCode, 403)
  t.equal((await (await club.as({ role: 'admin' })).get(url)).statusCode, 200)
})

t.test('a span is cut at months, quarters and years, and keeps its ends', (t) => {
  t.same(spanOf({ at: '2028-02-29' }, '2030-01-01'), { from: '2027-02-28', to: '2028-02-29', at: '2028-02-29' })
  const span = { from: '2026-11-20', to: '2027-02-10', at: '2027-02-10' }
  t.same(
    periodsOf(span, 'month').map(({ period, from, to }) => [period, from, to]),
    [
      ['2026-11', '2026-11-20', '2026-11-30'],
      ['2026-12', '2026-12-01', '2026-12-31'],
      ['2027-01', '2027-01-01', '2027-01-31'],
      ['2027-02', '2027-02-01', '2027-02-10'],
    ],
  )
  t.same(
    periodsOf(span, 'quarter').map(({ period }) => period),
    ['2026-10', '2027-01'],
  )
  t.same(
    periodsOf(span, 'year').map(({ period }) => period),
    ['2026', '2027'],
  )
  t.throws(
    () => periodsOf({ from: '1900-01-01', to: '2027-01-01', at: '2027-01-01' }, 'month'),
    /more than 120 periods/,
  )
  t.end()
})
