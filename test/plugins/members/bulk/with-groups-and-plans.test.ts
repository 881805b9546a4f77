import t from 'tap'
import { v7 as uuidv7 } from 'uuid'
import { startTestPlatform, type TestClient, type TestTenant } from '#core/testing/index.ts'
import { signIn } from '../../../support/signed-in.ts'

/** The bundled plugins together: reach by groups, plans that are full, seats, and what an invitation gives of them. */
const platform = await startTestPlatform()
t.teardown(() => platform.close())
const bulk = '/api/v1/members/bulk-operations'
const invites = '/api/v1/members/invites'

async function made(client: TestClient, url: string, body: object): Promise<{ id: string }> {
  const answer = await client.post(url, body)
  if (answer.statusCode !== 201) throw new Error(`${url}: ${answer.body}`)
  return answer.json()
}
const club = await platform.tenant('Club')
const admin = await club.admin()
const members: string[] = []
for (let i = 0; i < 4; i++) members.push((await made(admin, '/api/v1/members', { firstName: `M${i}` })).id)
const inGroup = members.slice(0, 2)
const group = await made(admin, '/api/v1/groups', { name: 'Choir' })
for (const memberId of inGroup) await made(admin, `/api/v1/groups/${group.id}/members`, { memberId })

/** Somebody signed in who holds these permissions in the group alone. */
async function leader(
  there: TestTenant,
  email: string,
  permissions: readonly string[],
  groupId: string,
): Promise<TestClient> {
  const { userId, client } = await signIn(there, email)
  await there.unit(async (tx) => {
    const key = `leader-${userId.slice(-6)}`
    await tx.query('INSERT INTO core.role (tenant_id, id, key, title, permissions) VALUES ($1, $2, $3, $3, $4)', [
      tx.tenantId,
      uuidv7(),
      key,
      permissions,
    ])
    await tx.query(
      `INSERT INTO core."grant" (tenant_id, id, principal_kind, principal_id, role, group_id, extent) VALUES ($1, $2, 'user', $3, $4, $5, 'below')`,
      [tx.tenantId, uuidv7(), userId, key, groupId],
    )
    tx.accessChanged()
  })
  return client
}
const reason = 'Fees unpaid'

t.test('a leader reaches the members of his group, and learns nothing of the others', async (t) => {
  const suspender = await leader(club, 'leader@example.org', ['members.read', 'members.suspend'], group.id)
  const plan = (await suspender.post(bulk, { operation: 'suspend', ids: members, reason })).json()
  t.match(plan, {
    counts: { total: 4, change: 2, conflict: 2 },
    problems: [{ reason: 'There is no such member.' }, {}],
  })
  const byFilter = (
    await suspender.post(bulk, { operation: 'suspend', filter: { field: 'status', op: 'eq', value: 'active' }, reason })
  ).json()
  t.match(byFilter.counts, { total: 2, change: 2 })
  t.equal((await suspender.post(`${bulk}/${byFilter.id}/apply`, { hash: byFilter.hash })).statusCode, 202)
  await platform.settle()
  t.match((await suspender.get(`${bulk}/${byFilter.id}`)).json(), { state: 'applied', result: { changed: 2 } })
  t.equal((await admin.get('/api/v1/members?status=suspended&total=true')).json().page.total, 2)
  t.equal((await admin.post(bulk, { operation: 'reactivate', ids: inGroup, apply: true })).statusCode, 201)
  t.equal((await suspender.post(invites, { email: 'x@example.org' })).statusCode, 403)
})

t.test('who leaves the reach before it is applied is left alone', async (t) => {
  const suspender = await leader(club, 'second@example.org', ['members.read', 'members.suspend'], group.id)
  const plan = (await suspender.post(bulk, { operation: 'suspend', ids: inGroup, reason })).json()
  await suspender.post(`${bulk}/${plan.id}/apply`, { hash: plan.hash })
  await club.unit((tx) =>
    tx.query(
      `UPDATE groups.seat SET ends_before = current_date - 1, starts_on = current_date - 3 WHERE tenant_id = $1 AND member_id = $2`,
      [tx.tenantId, inGroup[0]],
    ),
  )
  await platform.settle()
  t.match((await admin.get(`${bulk}/${plan.id}`)).json(), {
    result: { changed: 1, skipped: 1 },
    problems: [{ memberId: inGroup[0] }],
  })
  await admin.post(bulk, { operation: 'reactivate', ids: inGroup, apply: true })
})

t.test('members are added to a group by whoever gives its seats', async (t) => {
  const seats = await leader(
    club,
    'seats@example.org',
    ['groups.read', 'groups.seats.read', 'groups.seats.write'],
    group.id,
  )
  t.equal(
    (await seats.post(bulk, { operation: 'addToGroup', ids: members, parameters: { groupId: group.id } })).statusCode,
    403,
    'without seeing members',
  )
  const answer = await admin.post(bulk, {
    operation: 'addToGroup',
    ids: members,
    parameters: { groupId: group.id },
    apply: true,
  })
  t.match(answer.json(), { result: { changed: 3 }, counts: { unchanged: 1 } })
  t.equal(
    (await admin.post(bulk, { operation: 'addToGroup', ids: members, parameters: { groupId: uuidv7() } })).statusCode,
    400,
  )
})

t.test('a plan that is full takes no more, and a plan made before it was full is refused', async (t) => {
  const plan = await made(admin, '/api/v1/members/plans', {
    name: 'Two seats',
    price: { amount: 0, currency: 'EUR' },
    billingCycle: 'free',
    capacity: 2,
  })
  const wanted = { operation: 'changePlan', parameters: { planId: plan.id } }
  const all = (await admin.post(bulk, { ...wanted, ids: members })).json()
  t.match(all, { counts: { change: 2, conflict: 2 }, problems: [{ reason: /takes 2 members/ }, {}] })
  await made(admin, bulk, { ...wanted, ids: members.slice(2), apply: true })
  const refused = await admin.post(`${bulk}/${all.id}/apply`, { hash: all.hash })
  t.match(refused.json(), { type: '/docs/errors#plan-outdated', changed: members.slice(0, 2) })
})

t.test('an invitation gives plan and groups, shows their names, and asks for the rights', async (t) => {
  const plan = await made(admin, '/api/v1/members/plans', {
    name: 'Evenings',
    price: { amount: 0, currency: 'EUR' },
    billingCycle: 'free',
  })
  const invitation = await admin.post(invites, { email: 'all@example.org', planId: plan.id, groupIds: [group.id] })
  t.match(invitation.json(), { planId: plan.id, groupIds: [group.id] })
  const path = new URL(invitation.json().acceptLink).pathname
  t.match((await club.client(null).get(path)).json(), { plan: 'Evenings', groups: 'Choir' })
  const member = (await club.client(null).post(path, { firstName: 'Allie' })).json()
  t.match(member, { status: 'active' })
  const seen = (await admin.get(`/api/v1/members/${member.id}?include=groups,memberships`)).json()
  t.match(JSON.stringify(seen.groups), group.id)
  t.match(JSON.stringify(seen.memberships), plan.id)

  const inviter = await club.as({ permissions: ['members.invite', 'members.read', 'members.update'] })
  t.equal((await inviter.post(invites, { email: 'p@example.org', planId: plan.id })).statusCode, 403)
  t.equal((await inviter.post(invites, { email: 'g@example.org', groupIds: [group.id] })).statusCode, 403)
  t.equal((await admin.post(invites, { email: 'u@example.org', planId: uuidv7() })).statusCode, 400)
  await club.disable('plans')
  t.match((await admin.post(invites, { email: 'o@example.org', planId: plan.id })).json(), {
    status: 400,
    errors: [{ pointer: '/planId' }],
  })
  await club.enable('plans')
})

t.test('what was promised and may no longer be given is refused at acceptance', async (t) => {
  const inviter = await club.as({ role: 'makerspace_admin' })
  const plan = await made(admin, '/api/v1/members/plans', {
    name: 'Mornings',
    price: { amount: 0, currency: 'EUR' },
    billingCycle: 'free',
  })
  const { acceptLink } = (await inviter.post(invites, { email: 'lost@example.org', planId: plan.id })).json()
  await club.unit(async (tx) => {
    await tx.query('INSERT INTO core.role (tenant_id, id, key, title, permissions) VALUES ($1, $2, $3, $3, $4)', [
      tx.tenantId,
      uuidv7(),
      'only-invites',
      ['members.invite', 'members.read', 'members.update', 'plans.memberships.read'],
    ])
    await tx.query(
      `UPDATE core.api_token SET role = 'only-invites' WHERE tenant_id = $1 AND id = (SELECT inviter_id::uuid FROM members.invitation WHERE tenant_id = $1 AND email_key = 'lost@example.org')`,
      [tx.tenantId],
    )
    tx.accessChanged()
  })
  const path = new URL(acceptLink).pathname
  t.equal((await club.client(null).post(path, { firstName: 'L' })).statusCode, 403)
})

t.test('whoever accepts signs in with the password he chooses', async (t) => {
  const { acceptLink } = (await admin.post(invites, { email: 'login@example.org' })).json()
  const anybody = club.client(null)
  const { setPasswordLink } = (
    await anybody.post(new URL(acceptLink).pathname, { firstName: 'Lo', lastName: 'Gin' })
  ).json()
  const link = new URL(setPasswordLink)
  const token = new URLSearchParams(link.hash.slice(1)).get('token')
  const set = await anybody.inject({
    method: 'POST',
    url: link.pathname,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ token: token!, password: 'a long and winding password' }).toString(),
  })
  t.equal(set.statusCode, 200)
})
