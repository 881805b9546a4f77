import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'

const platform = await startTestPlatform()
t.teardown(() => platform.close())

async function club() {
  const tenant = await platform.tenant('Club')
  const admin = await tenant.admin()
  const group: string = (await admin.post('/api/v1/groups', { name: 'Choir' })).json().id
  const plan: string = (await admin.get('/api/v1/members/plans')).json().items[0].id
  const member = async (lastName: string): Promise<string> =>
    (await admin.post('/api/v1/members', { firstName: 'Ann', lastName })).json().id
  return { tenant, admin, group, plan, member, seats: `/api/v1/groups/${group}/members` }
}

t.test('whoever accepts an invitation gets its groups and its plan', async (t) => {
  const { tenant, admin, group, plan, seats } = await club()
  const made = await admin.post('/api/v1/members/invites', {
    email: 'new@example.org',
    role: 'maker',
    planId: plan,
    groupIds: [group],
  })
  t.equal(made.statusCode, 201, made.body)
  const token = /invites\/([^/"]+)/.exec(made.json().acceptLink)?.[1] ?? ''
  const url = `/api/v1/members/invites/${token}/accept`
  const guest = tenant.client(null)
  t.match((await guest.get(url)).json(), { plan: 'Basic Maker', groups: 'Choir' })
  t.equal((await guest.post(url, { firstName: 'Nora', lastName: 'New' })).statusCode, 201)
  t.match((await admin.get(seats)).json().items, [{ memberName: 'Nora New', role: 'member' }])
  t.match((await admin.get('/api/v1/memberships')).json().items, [
    { memberName: 'Nora New', planName: 'Basic Maker', status: 'active' },
  ])

  const inviter = await tenant.as({ permissions: ['members.invite', 'members.read'] })
  for (const more of [{ planId: plan }, { groupIds: [group] }]) {
    const refused = await inviter.post('/api/v1/members/invites', { email: 'x@example.org', role: 'maker', ...more })
    t.equal(refused.statusCode, 403, 'nobody invites to what he may not give')
  }
})

t.test("two records of one person become one: shared days stay the winner's, all others move over", async (t) => {
  const { admin, plan, member, seats } = await club()
  const [winner, loser] = [await member('Abel'), await member('Abell')]
  for (const [memberId, from, until] of [
    [winner, '2024-01-01', '2024-06-30'],
    [loser, '2024-03-01', '2024-12-31'],
  ]) {
    t.equal((await admin.post(seats, { memberId, from, until })).statusCode, 201)
    t.equal(
      (await admin.post('/api/v1/memberships', { memberId, planId: plan, from, validUntil: until })).statusCode,
      201,
    )
  }
  const planned = await admin.post(`/api/v1/members/${winner}/merge`, { loserId: loser })
  t.equal(planned.statusCode, 201, planned.body)
  const { id, hash } = planned.json()
  t.match(planned.body, /shared days go/)
  const applied = await admin.post(`/api/v1/members/${winner}/merge/${id}/apply`, { hash })
  t.ok(applied.statusCode < 300, applied.body)
  await platform.settle()
  const { items } = (await admin.get(`${seats}?history=true&sort=from`)).json()
  t.match(items, [
    { memberId: winner, from: '2024-01-01', until: '2024-06-30' },
    { memberId: winner, from: '2024-07-01', until: '2024-12-31' },
  ])
  const [membership] = (await admin.get(`/api/v1/members/${winner}/memberships`)).json().items
  t.match((await admin.get(`/api/v1/memberships/${membership.id}`)).json().periods, [
    { from: '2024-07-01', validUntil: '2024-12-31' },
    { from: '2024-01-01', validUntil: '2024-06-30' },
  ])
})

t.test('many get a seat at once, and who has it stays as he is', async (t) => {
  const { admin, group, member, seats } = await club()
  const ids = [await member('A'), await member('B')]
  await admin.post(seats, { memberId: ids[0] })
  const bulk = await admin.post('/api/v1/members/bulk-operations', {
    operation: 'addToGroup',
    ids,
    parameters: { groupId: group },
    apply: true,
  })
  t.match(bulk.json(), { counts: { total: 2, change: 1, unchanged: 1 } })
  await platform.settle()
  t.equal((await admin.get(`${seats}?total=true`)).json().page.total, 2)
})
