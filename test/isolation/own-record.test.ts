import t from 'tap'
import { startTestPlatform, type TestClient } from '#core/testing/index.ts'
import { signIn } from '../support/signed-in.ts'

t.setTimeout(180_000)

/** SECURITY §3 with people: who is a member himself, and what he may do with the record that is his. */

const platform = await startTestPlatform()
t.teardown(() => platform.close())
const [club, other] = [await platform.tenant('Club'), await platform.tenant('Other')]
const admin = await club.admin()

interface Person {
  readonly memberId: string
  readonly userId: string
  readonly client: TestClient
}

/** A member who signs in. */
async function person(name: string, role: string): Promise<Person> {
  const { userId, client } = await signIn(club, `${name}@example.org`)
  const created = await admin.post('/api/v1/members', {
    firstName: name,
    lastName: 'Own',
    notes: 'seen by staff',
    role,
  })
  if (created.statusCode !== 201) throw new Error(created.body)
  const memberId = created.json().id as string
  const linked = await admin.put(`/api/v1/members/${memberId}/user`, { userId })
  if (linked.statusCode !== 200) throw new Error(linked.body)
  return { memberId, userId, client }
}

const [maker, provider, reader] = [
  await person('maker', 'maker'),
  await person('provider', 'service_provider'),
  await person('reader', 'admin'),
]
const { id: stranger } = (await admin.post('/api/v1/members', { firstName: 'Some', lastName: 'Body' })).json()
const status = async (answer: Promise<{ statusCode: number }>) => (await answer).statusCode

for (const [name, one] of [
  ['a maker', maker],
  ['a service provider', provider],
] as const) {
  t.test(`${name} reads and changes his own record, in his own view`, async (t) => {
    const own = await one.client.get(`/api/v1/members/${one.memberId}`)
    t.equal(own.statusCode, 200, own.body)
    t.equal((await one.client.get('/api/v1/members/me')).json().id, one.memberId)
    t.notMatch(own.body, /seen by staff/, 'notes are for staff')
    t.equal(await status(one.client.patch('/api/v1/members/me', { skills: ['welding'] })), 200)
    t.equal(
      await status(one.client.patch(`/api/v1/members/${one.memberId}`, { role: 'makerspace_admin' })),
      403,
      'his role is not his to write',
    )
    t.equal(await status(one.client.get(`/api/v1/members/${one.memberId}/memberships`)), 200)
  })

  t.test(`${name} sees nobody else, and no collection`, async (t) => {
    for (const path of ['', '/memberships', '/guardians'])
      t.equal(await status(one.client.get(`/api/v1/members/${stranger}${path}`)), 404, path)
    t.equal(await status(one.client.patch(`/api/v1/members/${stranger}`, { skills: ['x'] })), 404)
    t.equal(await status(one.client.delete(`/api/v1/members/${one.memberId}`)), 403)
    for (const path of [
      'members',
      'members/plans',
      'members/invites',
      'memberships',
      'groups',
      'audit',
      'users',
      'members/analytics/statistics',
      'imports',
    ])
      t.equal(await status(one.client.get(`/api/v1/${path}`)), 403, path)
    t.equal(await status(one.client.post('/api/v1/members', { firstName: 'x' })), 403)
    t.equal(await status(one.client.post('/api/v1/members/query', {})), 403)
  })
}

t.test('an admin reads all of it and writes none of it', async (t) => {
  for (const path of [
    'members',
    `members/${stranger}`,
    'members/plans',
    'members/invites',
    'groups',
    'members/analytics/statistics',
    `members/${stranger}/activities`,
  ])
    t.equal(await status(reader.client.get(`/api/v1/${path}`)), 200, path)
  t.equal(await status(reader.client.patch(`/api/v1/members/${stranger}`, { notes: 'x' })), 403)
  t.equal(await status(reader.client.post('/api/v1/members', { firstName: 'x' })), 403)
  t.equal(await status(reader.client.post('/api/v1/members/plans', { name: 'x' })), 403)
  t.equal(await status(reader.client.post('/api/v1/groups', { name: 'x' })), 403)
  t.equal(await status(reader.client.post(`/api/v1/members/${stranger}/suspend`, { reason: 'x' })), 403)
})

t.test('whoever is suspended keeps his sign-in and his own record, and gains nothing', async (t) => {
  const suspended = await person('suspended', 'maker')
  t.equal(await status(admin.post(`/api/v1/members/${suspended.memberId}/suspend`, { reason: 'Unpaid' })), 200)
  t.equal((await suspended.client.get('/api/v1/members/me')).json().status, 'suspended')
  t.equal(await status(suspended.client.get('/api/v1/members')), 403)
  t.equal(await status(suspended.client.get(`/api/v1/members/${stranger}`)), 403)
})

t.test('an admin who is suspended or deleted has lost his rights at once', async (t) => {
  for (const [name, end] of [
    ['barred', (id: string) => admin.post(`/api/v1/members/${id}/suspend`, { reason: 'Trouble' })],
    ['gone', (id: string) => admin.delete(`/api/v1/members/${id}`)],
  ] as const) {
    const one = await person(name, 'admin')
    t.equal(await status(one.client.get('/api/v1/members')), 200, name)
    t.ok((await end(one.memberId)).statusCode < 300)
    t.equal(await status(one.client.get('/api/v1/members')), 403, name)
  }
})

t.test('nobody belongs anywhere by naming it', async (t) => {
  const elsewhere = await maker.client.get('/api/v1/members/me', { 'x-organization': other.slug })
  const nowhere = await maker.client.get('/api/v1/members/me', { 'x-organization': 'nowhere' })
  t.equal(elsewhere.statusCode, 404)
  t.same({ ...elsewhere.json(), requestId: '' }, { ...nowhere.json(), requestId: '' })
})

t.test('a super admin enters any organisation by name, is written down there, and must name one', async (t) => {
  const { client, userId } = await signIn(club, 'root@example.org', { globalRole: 'super_admin', belongs: false })
  for (const tenant of [club, other]) {
    const listed = await client.get('/api/v1/members', { 'x-organization': tenant.slug })
    t.equal(listed.statusCode, 200, listed.body)
    const made = await client.post(
      '/api/v1/members',
      { firstName: 'Made', lastName: 'Above' },
      { 'x-organization': tenant.slug },
    )
    t.equal(made.statusCode, 201, made.body)
    const [row] = await platform.runtime.database.platform.query(
      `SELECT platform, actor_id FROM core.audit_event WHERE tenant_id = '${tenant.id}' AND event = 'members.created' AND actor_id = '${userId}'`,
    )
    t.match(row, [{ platform: true }], 'the trail says that somebody from above did it')
  }
  t.equal(await status(client.get('/api/v1/organizations', { 'x-organization': club.slug })), 200)
  t.equal(await status(client.get('/api/v1/members', { 'x-organization': '' })), 400, 'none is taken by itself')
})

t.test('a platform auditor reads everything and writes nothing', async (t) => {
  const { client } = await signIn(club, 'auditor@example.org', { globalRole: 'platform_auditor', belongs: false })
  for (const path of ['members', 'members/plans', 'groups', 'audit', 'users', 'api-tokens', 'organizations'])
    t.equal(await status(client.get(`/api/v1/${path}`, { 'x-organization': other.slug })), 200, path)
  t.equal(await status(client.post('/api/v1/members', { firstName: 'x' }, { 'x-organization': other.slug })), 403)
  t.equal(
    await status(client.put('/api/v1/organizations/current', { name: 'x' }, { 'x-organization': other.slug })),
    403,
  )
  t.equal(
    await status(client.post('/api/v1/organizations', { slug: 'x', name: 'x' }, { 'x-organization': other.slug })),
    403,
  )
})
