import t from 'tap'
import { readOrganizationFile } from '#core/tenancy/organization-file.ts'
import { startTestPlatform, type TestClient, type TestTenant } from '#core/testing/index.ts'
import { actingBot } from '../../support/acting-bot.ts'
import { browserOf, password, sessionOf, signIn } from '../../support/signed-in.ts'

const platform = await startTestPlatform()
t.teardown(() => platform.close())

const rights = '[groups.read, groups.write, groups.seats.read, groups.seats.write, members.read]'
const file = readOrganizationFile(`
Orga: Federation
Hierarchie:
  - { key: national, children: [region] }
  - key: region
    layer: true
    children: [club]
    roles:
      - { key: keeper, permissions: ${rights}, extent: layer }
      - { key: head, permissions: ${rights}, extent: below }
      - { key: clerk, permissions: ${rights}, extent: group }
  - { key: club, layer: true, children: [] }
`)

/** Region North with a plain board and a club (a layer) below; region South beside it. One person in each. */
async function federation(role: string) {
  const org = await platform.tenant('Federation', { file })
  const admin = await org.admin()
  const add = async (name: string, type: string | null, parentId = org.rootId): Promise<string> =>
    (await admin.post('/api/v1/groups', { name, type, parentId })).json().id
  const north = await add('North', 'region')
  const south = await add('South', 'region')
  const board = await add('Board', null, north)
  const club = await add('Club', 'club', north)
  const places = { north, south, board, club }
  const people: Record<string, string> = {}
  for (const [name, group] of Object.entries(places)) {
    people[name] = (await admin.post('/api/v1/members', { lastName: name })).json().id
    await admin.post(`/api/v1/groups/${group}/members`, { memberId: people[name] })
  }
  const holder = await holderOf(org, admin)
  const given = await admin.post(`/api/v1/groups/${north}/members`, { memberId: holder.memberId, role })
  t.equal(given.statusCode, 201, given.body)
  return { org, admin, places, people, holder, seatUrl: `/api/v1/groups/${north}/members/${given.json().id}` }
}

async function holderOf(org: TestTenant, admin: TestClient) {
  const memberId: string = (await admin.post('/api/v1/members', { lastName: 'Holder' })).json().id
  const { userId, client } = await signIn(org, `holder-${memberId}@example.org`)
  t.equal((await admin.put(`/api/v1/members/${memberId}/user`, { userId })).statusCode, 200)
  return { memberId, userId, client }
}
const names = async (who: TestClient, url: string): Promise<string[]> => {
  const answer = await who.get(url)
  if (answer.statusCode !== 200) return [String(answer.statusCode)]
  return answer
    .json()
    .items.map((one: { name?: string; lastName?: string }) => one.name ?? one.lastName)
    .toSorted()
}

t.test('a role reaches its group, all below up to the next layer, or through every layer', async (t) => {
  for (const [role, groups, members] of [
    ['clerk', ['North'], ['Holder', 'north']],
    ['keeper', ['Board', 'North'], ['Holder', 'board', 'north']],
    ['head', ['Board', 'Club', 'North'], ['Holder', 'board', 'club', 'north']],
  ] as const) {
    const { holder, places, people } = await federation(role)
    t.same(await names(holder.client, '/api/v1/groups'), groups, `${role}: groups`)
    t.same(await names(holder.client, '/api/v1/members'), members, `${role}: members`)
    t.equal((await holder.client.get(`/api/v1/groups/${places.south}`)).statusCode, 404, 'elsewhere nothing is there')
    t.equal((await holder.client.get(`/api/v1/members/${people.south}`)).statusCode, 404)
    const reachesClub = role === 'head'
    t.equal((await holder.client.get(`/api/v1/groups/${places.club}`)).statusCode, reachesClub ? 200 : 404, role)
    t.equal((await holder.client.get(`/api/v1/members/${people.club}`)).statusCode, reachesClub ? 200 : 404, role)
  }
})

t.test('moving a group changes at once who reaches it', async (t) => {
  const { admin, holder, places, people } = await federation('keeper')
  t.equal((await holder.client.get(`/api/v1/members/${people.board}`)).statusCode, 200)
  t.equal((await admin.put(`/api/v1/groups/${places.board}`, { parentId: places.south })).statusCode, 200)
  t.same(await names(holder.client, '/api/v1/groups'), ['North'])
  t.equal((await holder.client.get(`/api/v1/members/${people.board}`)).statusCode, 404)
  await admin.put(`/api/v1/groups/${places.board}`, { parentId: places.north })
  t.equal((await holder.client.get(`/api/v1/members/${people.board}`)).statusCode, 200)
})

t.test('a level that becomes a layer, or no longer is one, changes it at once as well', async (t) => {
  const { admin, holder, places } = await federation('keeper')
  const { levels } = (await admin.get('/api/v1/groups/levels')).json()
  levels[2].layer = false
  t.equal((await admin.put('/api/v1/groups/levels', { levels })).statusCode, 200)
  t.equal((await holder.client.get(`/api/v1/groups/${places.club}`)).statusCode, 200)
  levels[2].layer = true
  await admin.put('/api/v1/groups/levels', { levels })
  t.equal((await holder.client.get(`/api/v1/groups/${places.club}`)).statusCode, 404)
})

t.test('rights end with the seat, and with the days of the seat', async (t) => {
  const { admin, holder, seatUrl } = await federation('keeper')
  const until = new Date(platform.clock.now().getTime() + 86_400_000).toISOString().slice(0, 10)
  t.equal((await admin.patch(seatUrl, { until })).statusCode, 200)
  t.same(await names(holder.client, '/api/v1/groups'), ['Board', 'North'])
  await admin.delete(seatUrl)
  t.same(await names(holder.client, '/api/v1/groups'), ['403'])
})

t.test('a suspended member gives his user no rights', async (t) => {
  const { admin, holder } = await federation('head')
  t.equal((await admin.post(`/api/v1/members/${holder.memberId}/suspend`, { reason: 'x' })).statusCode, 200)
  t.same(await names(holder.client, '/api/v1/groups'), ['403'])
})

t.test('nobody gives a seat, or makes a role, with rights he lacks there', async (t) => {
  const { admin, holder, places, people } = await federation('keeper')
  const give = (group: string, role: string) =>
    holder.client.post(`/api/v1/groups/${group}/members`, { memberId: people.north, role })
  t.equal((await give(places.north, 'clerk')).statusCode, 201, 'he holds it there')
  t.equal((await give(places.north, 'keeper')).statusCode, 201)
  const head = await give(places.north, 'head')
  t.equal(head.statusCode, 403, 'he does not hold it through the layers')
  t.match(head.json().detail, /Nobody gives what he does not hold/)
  t.equal((await give(places.south, 'member')).statusCode, 404, 'and nothing where he is nobody')
  t.equal((await holder.client.put('/api/v1/groups/functions', { functions: [] })).statusCode, 403)

  const configurator = await (async () => {
    const { org } = await federation('clerk')
    return org.as({ permissions: ['groups.read', 'groups.configure'] })
  })()
  const { levels } = (await configurator.get('/api/v1/groups/levels')).json()
  levels[1].roles[0].permissions.push('members.delete')
  t.equal((await configurator.put('/api/v1/groups/levels', { levels })).statusCode, 403)
  const functions = [{ key: 'f', title: 'F', permissions: ['members.delete'], extent: 'group' }]
  t.equal((await configurator.put('/api/v1/groups/functions', { functions })).statusCode, 403)
  t.equal((await admin.put('/api/v1/groups/functions', { functions })).statusCode, 200)
})

t.test('a new group, and a moved one, has to lie where the actor may write', async (t) => {
  const { holder, places } = await federation('keeper')
  const add = (parentId: string, type: string | null) =>
    holder.client.post('/api/v1/groups', { name: 'New', parentId, type })
  t.equal((await add(places.north, null)).statusCode, 201)
  t.equal((await add(places.north, 'club')).statusCode, 403, 'a club is a layer, and his rights end before it')
  t.equal((await add(places.south, null)).statusCode, 400)
  t.equal((await holder.client.put(`/api/v1/groups/${places.board}`, { parentId: places.south })).statusCode, 400)
  t.equal((await holder.client.put(`/api/v1/groups/${places.club}`, { name: 'x' })).statusCode, 404)

  const clerk = await federation('clerk')
  const act = await actingBot(clerk.org, { kind: 'user', id: clerk.holder.userId })
  const below = { name: 'New', parentId: clerk.places.north, type: null }
  t.equal((await clerk.holder.client.post('/api/v1/groups', below)).statusCode, 403, 'his rights are the region alone')
  t.same(await act('groups.create', below), { refused: 403 }, 'and so are those of a bot of his')
  t.same(await act('groups.create', { ...below, parentId: clerk.places.south }), { refused: 400 })
})

t.test('viewers read groups and seats; makers see neither', async (t) => {
  const { org, places } = await federation('clerk')
  const viewer = await org.as({ role: 'admin' })
  const maker = await org.as({ role: 'maker' })
  for (const url of [
    '/api/v1/groups',
    `/api/v1/groups/${places.north}`,
    `/api/v1/groups/${places.north}/members`,
    '/api/v1/groups/levels',
  ]) {
    t.equal((await viewer.get(url)).statusCode, 200, url)
    t.equal((await maker.get(url)).statusCode, 403, url)
  }
  t.equal((await viewer.post('/api/v1/groups', { name: 'x' })).statusCode, 403)
  t.equal((await viewer.delete(`/api/v1/groups/${places.board}`)).statusCode, 403)
})

t.test('a seat brings nobody within reach whom its giver does not see', async (t) => {
  const { holder, places, people } = await federation('head')
  const seat = (memberId: string | undefined) =>
    holder.client.post(`/api/v1/groups/${places.board}/members`, { memberId })
  const refused = await seat(people.south)
  t.equal(refused.statusCode, 400, refused.body)
  t.match(refused.json(), { errors: [{ pointer: '/memberId' }] }, 'as somebody who is not there')
  t.equal((await holder.client.get(`/api/v1/members/${people.south}`)).statusCode, 404)
  t.equal((await seat(people.club)).statusCode, 201)
})

t.test('groups and plans of members are shown with the permission to see them', async (t) => {
  const { org, admin, places, people, holder } = await federation('head')
  const reader = await org.as({ permissions: ['members.read'] })
  for (const [query, parameter, permission] of [
    ['include=groups', 'include', 'groups.seats.read'],
    [`group=${places.north}`, 'group', 'groups.seats.read'],
    [`groupSubtree.ne=${places.north}`, 'groupSubtree.ne', 'groups.seats.read'],
    ['groupRole=head', 'groupRole', 'groups.seats.read'],
    ['include=memberships', 'include', 'plans.memberships.read'],
    ['plan=Basic%20Maker', 'plan', 'plans.memberships.read'],
    ['membershipState=none', 'membershipState', 'plans.memberships.read'],
    [`filter=${encodeURIComponent('{"field":"plan","op":"eq","value":"x"}')}`, 'plan', 'plans.memberships.read'],
  ] as const) {
    const refused = await reader.get(`/api/v1/members?${query}`)
    t.equal(refused.statusCode, 403, `${query}: ${refused.body}`)
    t.match(refused.json(), { permission }, query)
    t.ok(String(refused.json().parameter).startsWith(parameter.split('.')[0]!), `${query}: ${refused.json().parameter}`)
  }
  t.equal((await reader.get(`/api/v1/members/${people.north}?include=groups`)).statusCode, 403)
  const seen = (await holder.client.get('/api/v1/members?include=groups')).json().items
  t.same(
    seen.map(({ lastName, groups }: { lastName: string; groups: { groupName: string }[] }) => [
      lastName,
      groups.map(({ groupName }) => groupName),
    ]),
    [
      ['board', ['Board']],
      ['club', ['Club']],
      ['Holder', ['North']],
      ['north', ['North']],
    ],
    'who reads the groups of one region reads those there',
  )
  const maker = await holderOf(org, admin)
  await admin.post(`/api/v1/groups/${places.south}/members`, { memberId: maker.memberId })
  const own = await maker.client.get(`/api/v1/members/${maker.memberId}?include=groups`)
  t.match(own.json(), { groups: [{ groupName: 'South' }] }, 'everybody sees his own')
})

t.test('lists and single records reach the same members when the clock was moved', async (t) => {
  const { org, admin, holder, places, people } = await federation('clerk')
  const day = 86_400_000
  const from = new Date(Date.now() + 2 * day).toISOString().slice(0, 10)
  const seat = await admin.post(`/api/v1/groups/${places.north}/members`, { memberId: people.south, from })
  t.equal(seat.statusCode, 201, seat.body)
  const seen = async (client: TestClient) => [
    (await client.get(`/api/v1/members/${people.south}`)).statusCode,
    await names(client, '/api/v1/members'),
  ]
  t.same(await seen(holder.client), [404, ['Holder', 'north']])
  await platform.advance(4 * day)
  const again = await sessionOf(platform, `holder-${holder.memberId}@example.org`, password)
  t.same(await seen(browserOf(org, again!)), [200, ['Holder', 'north', 'south']])
})
