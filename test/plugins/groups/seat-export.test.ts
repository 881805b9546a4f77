import t from 'tap'
import { readOrganizationFile } from '#core/tenancy/organization-file.ts'
import { startTestPlatform, type TestClient } from '#core/testing/index.ts'
import { signIn } from '../../support/signed-in.ts'
import { send } from '../members/import/importing.ts'

const platform = await startTestPlatform()
t.teardown(() => platform.close())

const file = readOrganizationFile(`
Orga: Club
Hierarchie:
  - { key: club, children: [team] }
  - { key: team, children: [team], roles: [{ key: coach, title: 'Head coach', maxHolders: 1 }] }
`)

const seated = async () => {
  const club = await platform.tenant('Club', { file })
  const admin = await club.admin()
  const made = async (url: string, body: object): Promise<string> => {
    const answer = await admin.post(`/api/v1${url}`, body)
    if (answer.statusCode !== 201) throw new Error(answer.body)
    return answer.json().id
  }
  const group = (name: string, more: object = {}) =>
    made('/groups', { name, parentId: club.rootId, type: 'team', ...more })
  // Namesakes without a number: only their ids tell them apart.
  const [first, second, numbered] = [
    await group('Team'),
    await group('Team'),
    await group('Choir', { externalId: 'C1' }),
  ]
  const [ann, bob] = [
    await made('/members', { firstName: 'Ann', lastName: 'Abel', externalIds: [{ system: 'register', value: 'A1' }] }),
    await made('/members', { firstName: '=Bob', lastName: 'Abel' }),
  ]
  await made(`/groups/${first}/members`, { memberId: ann, role: 'coach', from: '2020-01-01', until: '2020-12-31' })
  await made(`/groups/${first}/members`, { memberId: ann, role: 'coach', from: '2022-01-01', rank: 3 })
  await made(`/groups/${second}/members`, { memberId: bob, from: null, metadata: { shirt: 7, side: 'left', 'a b': 1 } })
  await made(`/groups/${numbered}/members`, { memberId: bob, metadata: { tags: ['x', 'y'], remark: "'=1" } })
  return { club, admin, ids: { first, second, numbered, ann, bob } }
}
const imported = async (admin: TestClient, content: string | Buffer, fileName = 'list.csv') => {
  const planned = await send(admin, content, { into: 'group-members', fileName })
  if (planned.statusCode !== 201) throw new Error(planned.body)
  await platform.settle()
  return (await admin.get(`/api/v1/imports/${planned.json().id}`)).json()
}
const lines = (body: string) =>
  body
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

t.test('exported seats import again as all unchanged, in every kind of table and language', async (t) => {
  const { admin } = await seated()
  for (const query of ['format=csv', 'format=csv&language=de', 'format=xlsx', 'format=xlsx&language=de']) {
    const answer = await admin.get(`/api/v1/groups/members/export?${query}`)
    t.equal(answer.statusCode, 200)
    t.match(answer.headers['content-disposition'], /filename="group-members-/)
    const { counts, problems, notices } = await imported(admin, answer.rawPayload)
    t.match(counts, { create: 0, update: 0, unchanged: 4, conflict: 0, error: 0 }, query)
    t.same([problems, notices], [[], []], query)
  }
})

t.test('a seat whose role its group no longer offers is exported and found unchanged', async (t) => {
  const { club, admin, ids } = await seated()
  await club.unit((tx) =>
    tx.query(`UPDATE groups.seat SET role = 'retired' WHERE tenant_id = $1 AND member_id = $2`, [tx.tenantId, ids.ann]),
  )
  const { rawPayload } = await admin.get('/api/v1/groups/members/export')
  t.match((await imported(admin, rawPayload)).counts, { create: 0, update: 0, unchanged: 4, conflict: 0, error: 0 })
})

t.test('a cell that was changed in the exported file is the one update', async (t) => {
  const { admin } = await seated()
  const { body } = await admin.get('/api/v1/groups/members/export')
  const changed = body.replace(/,coach,3,2022-01-01,,/, ',coach,4,2022-01-01,,')
  t.not(changed, body)
  t.match((await imported(admin, changed)).counts, { create: 0, update: 1, unchanged: 3, conflict: 0, error: 0 })
})

t.test('a group that is named by a record id nobody has is not made', async (t) => {
  const { admin, ids } = await seated()
  const csv = `group record id,group name,record id\n${ids.ann},Team,${ids.ann}\n`
  const planned = await send(admin, csv, { into: 'group-members', options: { createMissing: true } })
  await platform.settle()
  const { counts, problems } = (await admin.get(`/api/v1/imports/${planned.json().id}`)).json()
  t.match(counts, { create: 0, error: 1 })
  t.match(problems, [{ column: 'group record id', reason: /There is no group/ }])
})

t.test('a group, a day and the filters of the list choose the exported seats', async (t) => {
  const { admin, ids } = await seated()
  const exported = async (query: string) =>
    lines((await admin.get(`/api/v1/groups/members/export?format=ndjson&${query}`)).body)
  t.match(await exported(`groupId=${ids.first}&at=2020-06-01`), [
    { groupId: ids.first, memberName: 'Ann Abel', role: 'coach', from: '2020-01-01', until: '2020-12-31' },
  ])
  t.equal((await exported(`memberId=${ids.bob}`)).length, 2)
  t.equal((await exported('role=coach')).length, 2)
  t.equal((await admin.get('/api/v1/groups/members/export?nonsense=1')).statusCode, 400)
  t.equal((await admin.get(`/api/v1/groups/members/export?groupId=${ids.ann}`)).statusCode, 404)
})

t.test('whoever may only see seats of one group takes no others away, and nobody without the right any', async (t) => {
  const { club, admin, ids } = await seated()
  const permissions = ['groups.read', 'groups.seats.read', 'groups.seats.export']
  await admin.post('/api/v1/roles', { key: 'lister', title: 'Lister', permissions })
  const { userId, client: coach } = await signIn(club, 'coach@example.org')
  const granted = await admin.post('/api/v1/grants', { userId, role: 'lister', groupId: ids.first })
  t.equal(granted.statusCode, 201)
  t.equal((await coach.get('/api/v1/groups/members/export')).body.match(/coach/g)?.length, 2)
  t.notMatch((await coach.get('/api/v1/groups/members/export')).body, /Bob/)
  t.equal((await coach.get(`/api/v1/groups/members/export?groupId=${ids.second}`)).statusCode, 404)
  const reader = await club.as({ permissions: ['groups.read', 'groups.seats.read'] })
  t.equal((await reader.get('/api/v1/groups/members/export')).statusCode, 403)
})

t.test('more seats than a page are all exported, once', async (t) => {
  const { admin, club, ids } = await seated()
  await club.unit((tx) =>
    tx.query(
      `INSERT INTO groups.seat (tenant_id, id, group_id, member_id, role, starts_on, ends_before, created_at, updated_at)
       SELECT $1, gen_random_uuid(), $2, $3, 'member', date '2000-01-01' + n, date '2000-01-02' + n, now(), now()
         FROM generate_series(1, 450) n`,
      [tx.tenantId, ids.first, ids.ann],
    ),
  )
  const seats = lines((await admin.get('/api/v1/groups/members/export?format=ndjson')).body)
  t.equal(seats.length, 454)
  t.equal(new Set(seats.map(({ id }) => id)).size, 454)
})
