import t from 'tap'
import { readOrganizationFile } from '#core/tenancy/organization-file.ts'
import { startTestPlatform, type TestClient } from '#core/testing/index.ts'
import { send } from '../members/import/importing.ts'

const platform = await startTestPlatform()
t.teardown(() => platform.close())

const file = readOrganizationFile(`
Orga: Congress
Hierarchie:
  - { key: national, children: [chamber] }
  - { key: chamber, children: [committee] }
  - { key: committee, children: [], roles: [{ key: chair, title: Chair, maxHolders: 1 }] }
`)
const congress = async () => {
  const club = await platform.tenant('Congress', { file })
  return { club, admin: await club.admin() }
}

interface Outcome {
  readonly id: string
  readonly state: string
  readonly counts: Record<string, number>
  readonly problems: { row: number; column: string | null; reason: string; accepted: string | null }[]
}
async function importing(who: TestClient, into: string, csv: string, options: object = {}): Promise<Outcome> {
  const planned = await send(who, csv, { into, options, apply: true })
  if (planned.statusCode >= 300) throw new Error(planned.body)
  await platform.settle()
  return (await who.get(`/api/v1/imports/${planned.json().id}`)).json()
}
const undo = async (who: TestClient, id: string): Promise<string> => {
  await who.post(`/api/v1/imports/${id}/undo`)
  await platform.settle()
  return (await who.get(`/api/v1/imports/${id}`)).json().state
}

const groups = `external_id,parent_external_id,type,name,phone
AG,HOUSE,committee,Agriculture,202-225-2171
US,,national,United States Congress,
HOUSE,US,chamber,House of Representatives,
SENATE,US,chamber,Senate,
`
const people = 'external_id,first_name,last_name\nA1,Ann,Abel\nB1,Bob,Baker\n'
const counts = (o: Outcome) => [o.counts.create, o.counts.update, o.counts.unchanged, o.counts.conflict, o.counts.error]

t.test('a tree is imported whole, in any order, onto the root that is there', async (t) => {
  const { club, admin } = await congress()
  const first = await importing(admin, 'groups', groups)
  t.same(counts(first), [3, 1, 0, 0, 0], 'the root is the organisation itself')
  const { items } = (await admin.get('/api/v1/groups?tree=true')).json()
  t.match(items, [
    {
      id: club.rootId,
      name: 'United States Congress',
      externalId: 'US',
      children: [
        { name: 'House of Representatives', children: [{ name: 'Agriculture', phone: '202-225-2171' }] },
        { name: 'Senate' },
      ],
    },
  ])
  t.same(counts(await importing(admin, 'groups', groups)), [0, 0, 4, 0, 0], 'a second time changes nothing')
  const moved = await importing(admin, 'groups', groups.replace('AG,HOUSE', 'AG,SENATE').replace('2171', '9999'))
  t.same(counts(moved), [0, 1, 3, 0, 0])
  t.match((await admin.get('/api/v1/groups?tree=true&search=agri')).json().items, [{ phone: '202-225-9999' }])
  t.equal(await undo(admin, moved.id), 'undone')
  t.equal(await undo(admin, first.id), 'applied', 'what changed since is not undone')
  t.same(counts(await importing(admin, 'groups', groups)), [0, 0, 4, 0, 0], 'undoing put it back')
})

t.test('an import of groups that nobody touched since is undone as a whole', async (t) => {
  const { admin } = await congress()
  const { id } = await importing(admin, 'groups', groups)
  t.equal(await undo(admin, id), 'undone')
  t.match((await admin.get('/api/v1/groups?total=true')).json(), {
    items: [{ name: 'Congress', externalId: null }],
    page: { total: 1 },
  })
})

t.test('each row that does not fit says why, and the others are imported', async (t) => {
  const { admin } = await congress()
  const { problems, ...outcome } = await importing(
    admin,
    'groups',
    'external_id,parent,type,name\nS,,chamber,Senate\nX,,planet,Mars\nY,NOWHERE,chamber,Lost\nZ,,committee,Too high\nP,Q,,Hen\nQ,P,,Egg\nS,,chamber,Again\n',
  )
  t.same(counts(outcome as Outcome), [1, 0, 0, 1, 5])
  const said = new Map(problems.map(({ row, reason, accepted }) => [row, `${reason} ${accepted}`]))
  t.match(said.get(3), /"planet" is not a level.*national, chamber, committee/)
  t.match(said.get(4), /no group "NOWHERE"/)
  t.match(said.get(5), /committee is not allowed below national.*chamber/)
  t.match(said.get(6), /missing, or is below it/)
  t.match(said.get(8), /twice/)
})

t.test('seats are imported by number or name, with their roles, and a second time nothing changes', async (t) => {
  const { admin } = await congress()
  await importing(admin, 'groups', groups)
  await importing(admin, 'members', people)
  const seats = `group_external_id,member_external_id,role,rank,side
ag,A1,Chair,1,majority
AG,B1,Member,2,minority
AG,B1,Chair,3,minority
AG,A1,Jester,4,minority
MOON,A1,Member,5,minority
AG,NOBODY,Member,6,minority
`
  const first = await importing(admin, 'group-members', seats)
  t.same(counts(first), [2, 0, 0, 1, 3])
  t.match(
    first.problems.map(({ reason }) => reason).join(),
    /at most 1 at a time.*"Jester" is not a role.*no group "MOON".*No member/,
  )
  const [ag] = (await admin.get('/api/v1/groups?externalId=AG')).json().items
  t.match((await admin.get(`/api/v1/groups/${ag.id}/members`)).json().items, [
    { memberName: 'Ann Abel', role: 'chair', from: null, until: null, rank: 1, metadata: { side: 'majority' } },
    { memberName: 'Bob Baker', role: 'member', rank: 2 },
  ])
  t.same(counts(await importing(admin, 'group-members', seats)), [0, 0, 2, 1, 3])
  const changed = await importing(admin, 'group-members', seats.replace('A1,Chair,1', 'A1,Chair,9'))
  t.same(counts(changed), [0, 1, 1, 1, 3])
  t.equal(await undo(admin, changed.id), 'undone')
  const made = await importing(admin, 'group-members', seats, { createMissing: true })
  t.same(counts(made), [2, 0, 2, 1, 1], 'a group and a function that were missing are made')
  t.same(
    (await admin.get('/api/v1/groups/functions')).json().functions.map(({ title }: { title: string }) => title),
    ['Jester'],
  )
})

t.test('a chamber in the register of people is a seat from the first to the last day', async (t) => {
  const { admin } = await congress()
  await importing(admin, 'groups', groups)
  const register =
    'external_id,last_name,chamber,term_start,term_end\nC1,Cantwell,Senate,2025-01-03,2031-01-03\nD1,Doe,Lords,2025-01-03,\n'
  const outcome = await importing(admin, 'members', register)
  t.same(counts(outcome), [1, 0, 0, 0, 1])
  t.match(outcome.problems, [{ row: 3, column: 'chamber', reason: /no group "Lords"/ }])
  const [senate] = (await admin.get('/api/v1/groups?externalId=SENATE')).json().items
  t.match((await admin.get(`/api/v1/groups/${senate.id}/members?at=2030-01-01`)).json().items, [
    { memberName: 'Cantwell', from: '2025-01-03', until: '2031-01-03' },
  ])
})

t.test('terms become periods that share no day, of a plan that the import makes', async (t) => {
  const { admin } = await congress()
  await importing(admin, 'members', people)
  const terms = `member_external_id,term,start,end
A1,1,1993-01-05,1995-01-03
A1,2,1995-01-03,1997-01-03
B1,1,1995-01-04,
`
  const without = await importing(admin, 'memberships', terms, { plan: 'Term of office', ends: 'exclusive' })
  t.same(counts(without), [0, 0, 0, 0, 3])
  t.match(without.problems[0], { reason: /There is no plan "Term of office"/, accepted: /Basic Maker/ })
  const options = { plan: 'Term of office', ends: 'exclusive', createMissing: true }
  const first = await importing(admin, 'memberships', terms, options)
  t.same(counts(first), [3, 0, 0, 0, 0])
  t.same(counts(await importing(admin, 'memberships', terms, options)), [0, 0, 3, 0, 0])
  const sat = async (day: string) => (await admin.get(`/api/v1/memberships?at=${day}&total=true`)).json().page.total
  t.same(
    [await sat('1993-01-04'), await sat('1995-01-03'), await sat('1995-01-04'), await sat('1997-01-03')],
    [0, 1, 2, 1],
  )
  const clash = await importing(
    admin,
    'memberships',
    'member_external_id,start,end\nA1,1996-01-01,1998-01-01\n',
    options,
  )
  t.match(clash.problems, [{ reason: /period from 1995-01-03 to 1997-01-02 already/ }])
  const viewer = await (await congress()).club.as({ role: 'admin' })
  t.equal((await viewer.get('/api/v1/imports')).statusCode, 403)
  t.equal(await undo(admin, first.id), 'undone')
  t.equal(await sat('1995-01-04'), 0)
})

t.test("whoever lacks a role's rights imports no seat with it", async (t) => {
  const { club, admin } = await congress()
  await importing(admin, 'groups', groups)
  await importing(admin, 'members', people)
  const functions = [{ key: 'boss', title: 'Boss', permissions: ['members.delete'], extent: 'below' }]
  await admin.put('/api/v1/groups/functions', { functions })
  const clerk = await club.as({ permissions: ['members.import', 'members.read', 'groups.read', 'groups.seats.write'] })
  const outcome = await importing(
    clerk,
    'group-members',
    'group_external_id,member_external_id,role\nAG,A1,Boss\nAG,B1,Member\n',
  )
  t.same(counts(outcome), [1, 0, 0, 0, 1])
  t.match(outcome.problems, [{ row: 2, reason: /Nobody gives what he does not hold/ }])
})
