import t from 'tap'
import { readOrganizationFile } from '#core/tenancy/organization-file.ts'
import { startTestPlatform, type TestClient } from '#core/testing/index.ts'
import { meanwhile } from '../../support/meanwhile.ts'

const platform = await startTestPlatform()
t.teardown(() => platform.close())

const file = readOrganizationFile(`
Orga: Verband
Hierarchie: [National, Regional, Verein, Team]
GenderGroups: { M: Männlich, F: Weiblich }
Stage: [Jugend, { label: Senioren, minAge: 35 }]
`)
const verband = async () => {
  const club = await platform.tenant('Verband', { file })
  return { club, admin: await club.admin() }
}
const group = async (who: TestClient, body: object): Promise<{ id: string; version: number }> => {
  const made = await who.post('/api/v1/groups', body)
  if (made.statusCode !== 201) throw new Error(made.body)
  return made.json()
}

t.test('a group needs only a name, and hangs under the root', async (t) => {
  const { club, admin } = await verband()
  const made = await admin.post('/api/v1/groups', { name: 'Vorstand' })
  t.equal(made.statusCode, 201)
  const { id } = made.json()
  t.equal(made.headers.location, `/api/v1/groups/${id}`)
  t.equal(made.headers.etag, '"v1"')
  t.match(made.json(), { parentId: club.rootId, type: null, path: [club.rootId, id], memberCount: 0, description: '' })
  t.match((await admin.get(`/api/v1/groups/${id}`)).json(), { id, name: 'Vorstand' })
  t.equal((await admin.get('/api/v1/groups/0198c5f0-3f6c-7cc0-8a51-5b2f5a3f7f10')).statusCode, 404)
})

t.test('levels, gender groups and stages are found in any case, and nothing else is taken', async (t) => {
  const { admin } = await verband()
  const body = { name: 'Bayern', type: 'regional', genderGroup: 'f', stage: 'senioren', colour: '#1a7f37', icon: 'map' }
  t.match(await group(admin, body), { type: 'Regional', genderGroup: 'F', stage: 'Senioren', colour: '#1a7f37' })
  for (const [field, value, says] of [
    ['type', 'Bezirk', /levels: National, Regional, Verein, Team/],
    ['type', 'Team', /not allowed below National/],
    ['genderGroup', 'X', /M, F/],
    ['stage', 'Bambini', /Jugend, Senioren/],
    ['colour', 'red', /./],
    ['parentId', '0198c5f0-3f6c-7cc0-8a51-5b2f5a3f7f10', /./],
    ['members', [], /./],
  ] as const) {
    const refused = await admin.post('/api/v1/groups', { name: 'X', [field]: value })
    t.ok(
      refused.statusCode === 400 || (field === 'parentId' && refused.statusCode === 404),
      `${field}: ${refused.body}`,
    )
    t.match(refused.body, says)
  }
})

t.test('the list filters, searches and sorts; the tree nests what it shows', async (t) => {
  const { club, admin } = await verband()
  const south = await group(admin, { name: 'Süd', type: 'Regional', externalId: 'S1' })
  const club1 = await group(admin, {
    name: 'SC Föhren',
    type: 'Verein',
    parentId: south.id,
    description: 'Gegründet 1920',
  })
  const team = await group(admin, { name: 'Ärzte-Team', type: 'Team', parentId: club1.id, stage: 'Jugend' })
  await group(admin, { name: 'Beirat' })
  const names = async (query: string): Promise<string[]> =>
    (await admin.get(`/api/v1/groups?${query}`)).json().items.map(({ name }: { name: string }) => name)
  t.same(await names(''), ['Ärzte-Team', 'Beirat', 'SC Föhren', 'Süd', 'Verband'])
  t.same(await names('sort=-name&limit=2'), ['Verband', 'Süd'])
  t.same(await names('search=fohr 192'), ['SC Föhren'])
  t.same(await names('search=öhr'), [], 'words are found by their beginnings')
  t.same(await names(`below=${south.id}`), ['Ärzte-Team', 'SC Föhren'])
  t.same(await names('type=Team,Regional'), ['Ärzte-Team', 'Süd'])
  t.same(await names('stage=Jugend'), ['Ärzte-Team'])
  t.same(await names('externalId=s1'), ['Süd'])
  t.same(await names(`parentId=${club.rootId}`), ['Beirat', 'Süd'])

  const { items, page } = (await admin.get('/api/v1/groups?tree=true&total=true')).json()
  t.equal(page.total, 5)
  t.match(items, [
    { name: 'Verband', children: [{ name: 'Beirat' }, { name: 'Süd', children: [{ children: [{ id: team.id }] }] }] },
  ])
  const shown = (await admin.get('/api/v1/groups?tree=true&type=Team,Regional')).json().items
  t.match(shown, [{ name: 'Süd', children: [{ name: 'Ärzte-Team' }] }], 'under the nearest one that is shown')
  const first = (await admin.get('/api/v1/groups?limit=3')).json()
  t.same((await admin.get(`/api/v1/groups?limit=3&cursor=${first.page.nextCursor}`)).json().items.length, 2)
})

t.test('PUT and PATCH merge, count versions and honour If-Match', async (t) => {
  const { admin } = await verband()
  const { id } = await group(admin, { name: 'Nord', description: 'a', externalId: 'N' })
  t.match((await admin.put(`/api/v1/groups/${id}`, { description: 'b' })).json(), {
    name: 'Nord',
    description: 'b',
    version: 2,
  })
  t.match((await admin.patch(`/api/v1/groups/${id}`, { name: 'Norden' })).json(), {
    name: 'Norden',
    description: 'b',
    version: 3,
  })
  t.equal((await admin.patch(`/api/v1/groups/${id}`, { name: 'Norden' })).json().version, 3, 'nothing changed')
  t.equal((await admin.patch(`/api/v1/groups/${id}`, { name: 'X' }, { 'if-match': '"v1"' })).statusCode, 412)
  t.equal((await admin.post('/api/v1/groups', { name: 'Y', externalId: 'n' })).statusCode, 409)
  t.same((await admin.get('/api/v1/groups?search=norden')).json().items[0]?.id, id, 'the search knows the new name')
})

t.test('of two who change a group at once, neither undoes what the other did', async (t) => {
  const { club, admin } = await verband()
  const { id } = await group(admin, { name: 'Nord' })
  const sql = `UPDATE groups.detail SET icon = 'star', version = version + 1 WHERE tenant_id = $1 AND id = $2`
  const change = (more: Record<string, string>) =>
    meanwhile(
      club,
      (tx) => tx.query(sql, [tx.tenantId, id]),
      () => admin.patch(`/api/v1/groups/${id}`, { colour: '#1a7f37' }, more),
    )
  t.equal((await change({ 'if-match': '"v1"' })).statusCode, 412)
  t.match((await change({})).json(), { icon: 'star', colour: '#1a7f37' })
})

t.test('a group is not deleted while somebody gets a seat in it', async (t) => {
  const { club, admin } = await verband()
  const { id } = await group(admin, { name: 'Nord' })
  const memberId = (await admin.post('/api/v1/members', { lastName: 'Late' })).json().id
  const sql = `INSERT INTO groups.seat (tenant_id, id, group_id, member_id, role, created_at, updated_at)
               VALUES ($1, gen_random_uuid(), $2, $3, 'member', now(), now())`
  const deleted = await meanwhile(
    club,
    (tx) => tx.query(sql, [tx.tenantId, id, memberId]),
    () => admin.delete(`/api/v1/groups/${id}`),
  )
  t.match(deleted.json(), { status: 409, detail: /seat in the group "Nord" just now/ })
  t.equal((await admin.get(`/api/v1/groups/${id}/members`)).json().items.length, 1)
  await admin.delete(`/api/v1/members/${memberId}`)
  t.match((await admin.delete(`/api/v1/groups/${id}`)).json().detail, /history of 1/, 'a deleted member sits nowhere')
  t.equal((await admin.delete(`/api/v1/groups/${id}?discardHistory=true`)).statusCode, 204)
})

t.test('a group moves with all below it, and only where its level fits', async (t) => {
  const { admin } = await verband()
  const a = await group(admin, { name: 'A', type: 'Regional' })
  const b = await group(admin, { name: 'B', type: 'Regional' })
  const c = await group(admin, { name: 'C', type: 'Verein', parentId: a.id })
  const d = await group(admin, { name: 'D', type: 'Team', parentId: c.id })
  const moved = await admin.put(`/api/v1/groups/${c.id}`, { parentId: b.id })
  t.equal(moved.statusCode, 200)
  t.same((await admin.get(`/api/v1/groups/${d.id}`)).json().path.slice(1), [b.id, c.id, d.id])
  t.equal((await admin.put(`/api/v1/groups/${b.id}`, { parentId: d.id })).statusCode, 409, 'a circle')
  t.equal((await admin.put(`/api/v1/groups/${d.id}`, { parentId: a.id })).statusCode, 400, 'a team below a region')
  const both = await admin.put(`/api/v1/groups/${d.id}`, { parentId: a.id, type: 'Verein' })
  t.match(both.json(), { type: 'Verein', parentId: a.id }, 'level and place change together')
})

t.test('a group with groups or members in it is not deleted, and the answer names them', async (t) => {
  const { club, admin } = await verband()
  const region = await group(admin, { name: 'West', type: 'Regional' })
  const team = await group(admin, { name: 'Essen', parentId: region.id })
  const member = (await admin.post('/api/v1/members', { firstName: 'Ida', lastName: 'Iversen' })).json()
  const seat = (await admin.post(`/api/v1/groups/${region.id}/members`, { memberId: member.id })).json()
  const refused = await admin.delete(`/api/v1/groups/${region.id}`)
  t.equal(refused.statusCode, 409)
  t.match(refused.json().detail, /groups below it: Essen and has members: Ida Iversen/)
  t.equal((await admin.delete(`/api/v1/groups/${team.id}`)).statusCode, 204)
  await platform.advance(2 * 86_400_000)
  t.equal((await admin.delete(`/api/v1/groups/${region.id}/members/${seat.id}`)).statusCode, 204)
  t.match((await admin.delete(`/api/v1/groups/${region.id}`)).json().detail, /history of 1 ended seat/)
  t.equal((await admin.delete(`/api/v1/groups/${region.id}?discardHistory=true`)).statusCode, 204)
  t.equal((await admin.get(`/api/v1/groups/${region.id}`)).statusCode, 404)
  t.equal((await admin.delete(`/api/v1/groups/${club.rootId}`)).statusCode, 409, 'the root stays')
})

t.test('levels, gender groups and stages in use are not taken away', async (t) => {
  const { admin } = await verband()
  await group(admin, { name: 'Ost', type: 'Regional', genderGroup: 'F', stage: 'Jugend' })
  const { levels } = (await admin.get('/api/v1/groups/levels')).json()
  const without = levels.filter(({ key }: { key: string }) => key !== 'Regional')
  without[0].children = ['Verein']
  t.match((await admin.put('/api/v1/groups/levels', { levels: without })).json(), {
    status: 409,
    detail: /Regional is used by: Ost/,
  })
  levels[0].children = []
  t.match(
    (await admin.put('/api/v1/groups/levels', { levels })).json().detail,
    /Regional below National is used by: Ost/,
  )
  t.match((await admin.put('/api/v1/groups/gender-groups', { genderGroups: [] })).json().detail, /F is used by Ost/)
  t.match((await admin.put('/api/v1/groups/stages', { stages: [] })).json().detail, /Jugend is used by Ost/)
  levels[0].children = ['Regional', 'Halle']
  t.match((await admin.put('/api/v1/groups/levels', { levels })).json().errors, [{ pointer: '/levels/0/children/1' }])
  levels[0].children = ['Regional']
  levels[0].title = 'Bund'
  t.equal((await admin.put('/api/v1/groups/levels', { levels })).statusCode, 200)
  t.equal((await admin.get('/api/v1/groups/levels')).json().levels[0].title, 'Bund')
  const genderGroups = [{ code: 'F', label: 'Frauen' }]
  t.same((await admin.put('/api/v1/groups/gender-groups', { genderGroups })).json(), { genderGroups })
})

t.test('one organisation never sees the groups of another', async (t) => {
  const [one, two] = [await verband(), await verband()]
  const { id } = await group(one.admin, { name: 'Geheim' })
  t.equal((await two.admin.get(`/api/v1/groups/${id}`)).statusCode, 404)
  t.equal((await two.admin.patch(`/api/v1/groups/${id}`, { name: 'x' })).statusCode, 404)
  t.equal((await two.admin.get(`/api/v1/groups/${id}/members`)).statusCode, 404)
  t.notMatch((await two.admin.get('/api/v1/groups?search=geheim')).body, 'Geheim')
  t.equal((await two.admin.post('/api/v1/groups', { name: 'x', parentId: id })).statusCode, 400)
  const stranger = (await one.admin.post('/api/v1/members', { lastName: 'A' })).json()
  t.equal(
    (await two.admin.post(`/api/v1/groups/${two.club.rootId}/members`, { memberId: stranger.id })).statusCode,
    400,
  )
})
