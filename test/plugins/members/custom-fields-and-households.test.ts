import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { membersPlugin } from '#plugins/members/index.ts'

const platform = await startTestPlatform({ plugins: [membersPlugin], now: new Date('2026-03-10T12:00:00Z') })
t.teardown(() => platform.close())

t.test('custom fields are typed, and a definition in use is kept', async (t) => {
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const define = async (field: object) => (await admin.post('/api/v1/custom-fields', field)).json()
  const size = await define({ key: 'size', title: 'Size', type: 'choice', options: ['S', 'M'] })
  await define({ key: 'count', title: 'Count', type: 'integer' })
  await define({ key: 'agreed', title: 'Agreed', type: 'boolean' })
  await define({ key: 'since', title: 'Since', type: 'date' })
  t.equal((await admin.post('/api/v1/custom-fields', { key: 'size', title: 'x', type: 'text' })).statusCode, 409)
  t.equal((await admin.post('/api/v1/custom-fields', { key: 'x', title: 'x', type: 'choice' })).statusCode, 400)
  t.equal((await admin.post('/api/v1/custom-fields', { key: 'X y', title: 'x', type: 'text' })).statusCode, 400)

  for (const [key, wrong] of [
    ['size', 'XXL'],
    ['count', 1.5],
    ['count', '1'],
    ['agreed', 'yes'],
    ['since', '2026-02-30'],
    ['nope', 1],
  ] as const)
    t.equal(
      (await admin.post('/api/v1/members', { lastName: 'A', customFields: { [key]: wrong } })).statusCode,
      400,
      `${key} ${wrong}`,
    )
  const values = { size: 'M', count: 3, agreed: true, since: '2026-01-01' }
  const { id } = (await admin.post('/api/v1/members', { lastName: 'A', customFields: values })).json()
  t.same((await admin.patch(`/api/v1/members/${id}`, { customFields: { count: null } })).json().customFields, {
    size: 'M',
    agreed: true,
    since: '2026-01-01',
  })

  t.equal((await admin.get('/api/v1/members?custom.size=M')).statusCode, 400, 'not filterable yet')
  t.equal((await admin.patch(`/api/v1/custom-fields/${size.id}`, { filterable: true })).json().version, 2)
  t.equal((await admin.get('/api/v1/members?custom.size=M')).json().items.length, 1, 'values written before are found')
  await admin.patch(`/api/v1/members/${id}`, { customFields: { size: 'S' } })
  t.equal((await admin.get('/api/v1/members?custom.size=M')).json().items.length, 0)
  t.equal((await admin.patch(`/api/v1/custom-fields/${size.id}`, { options: ['M'] })).statusCode, 409)
  t.equal((await admin.delete(`/api/v1/custom-fields/${size.id}`)).statusCode, 409)
  await admin.patch(`/api/v1/members/${id}`, { customFields: { size: null } })
  t.equal((await admin.delete(`/api/v1/custom-fields/${size.id}`)).statusCode, 204)
})

t.test('a required custom field is asked of every new member', async (t) => {
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  await admin.post('/api/v1/custom-fields', { key: 'badge', title: 'Badge', type: 'text', required: true })
  const refused = await admin.post('/api/v1/members', { lastName: 'A' })
  t.equal(refused.statusCode, 400)
  t.equal(refused.json().errors[0].pointer, '/customFields/badge')
  t.equal((await admin.get('/api/v1/members?total=true')).json().page.total, 0)
  const { id } = (await admin.post('/api/v1/members', { lastName: 'A', customFields: { badge: '1' } })).json()
  t.equal((await admin.patch(`/api/v1/members/${id}`, { customFields: { badge: null } })).statusCode, 400)
})

t.test('a household keeps who lived there', async (t) => {
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const add = async (lastName: string) => (await admin.post('/api/v1/members', { lastName })).json().id as string
  const [head, child] = [await add('Head'), await add('Child')]
  const made = await admin.post('/api/v1/households', {
    name: 'Familie Müller',
    address: { city: 'Köln' },
    members: [
      { memberId: head, part: 'head' },
      { memberId: child, part: 'child', from: '2020-01-01' },
    ],
  })
  t.equal(made.statusCode, 201, made.body)
  const url = `/api/v1/households/${made.json().id}`
  t.same(
    made
      .json()
      .members.map(({ memberId, part, from, until }: Record<string, unknown>) => [memberId, part, from, until]),
    [
      [child, 'child', '2020-01-01', null],
      [head, 'head', '2026-03-10', null],
    ],
  )
  t.equal((await admin.get(`/api/v1/members?householdId=${made.json().id}&total=true`)).json().page.total, 2)
  t.equal((await admin.get(`/api/v1/households?memberId=${child}`)).json().items.length, 1)

  const left = await admin.put(url, { members: [{ memberId: head, part: 'head' }] })
  t.match(left.json().members, [
    { memberId: child, until: '2026-03-10' },
    { memberId: head, until: null },
  ])
  t.equal(
    (await admin.post('/api/v1/households', { name: 'Second', members: [{ memberId: child, part: 'child' }] }))
      .statusCode,
    201,
  )
  t.equal((await admin.put(url, { members: [{ memberId: made.json().id, part: 'head' }] })).statusCode, 400)
  t.equal((await admin.put(url, { name: 'X' }, { 'if-match': '"v1"' })).statusCode, 412)
  t.equal((await admin.delete(url)).statusCode, 204)
  t.equal((await admin.get(url)).statusCode, 404)

  const people = [{ memberId: child, part: 'child', from: '2020-01-01' }]
  const third = `/api/v1/households/${(await admin.post('/api/v1/households', { name: 'Third', members: people })).json().id}`
  const until = (day: string) => admin.patch(third, { members: [{ memberId: child, part: 'child', until: day }] })
  t.equal((await until('2019-12-31')).statusCode, 400, 'before the day he entered')
  const ended = { memberId: child, from: '2020-01-01', until: '2025-12-31' }
  t.match((await until('2025-12-31')).json().members, { 0: ended, length: 1 }, 'before today, which is late enough')
})

t.test('figures count the register', async (t) => {
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const { memberFigures } = await import('#plugins/members/figures.ts')
  await admin.post('/api/v1/members', {
    lastName: 'A',
    gender: 'female',
    birthday: '2008-03-10',
    joinedOn: '2026-02-01',
  })
  await admin.post('/api/v1/members', {
    lastName: 'B',
    birthday: '2008-03-11',
    joinedOn: '2020-01-01',
    leftOn: '2026-02-15',
  })
  const gone = (await admin.post('/api/v1/members', { lastName: 'C', joinedOn: '2020-01-01' })).json().id
  await admin.delete(`/api/v1/members/${gone}`)
  const asked = { from: '2026-01-01', to: '2026-03-10', at: '2026-03-10', today: '2026-03-10' }
  const figures = async (o = asked) =>
    club.unit(async (tx) => {
      const found: Record<string, unknown> = {}
      for (const figure of memberFigures)
        found[figure.key] = await figure.compute(tx, { ...o, contributions: () => [] })
      return found
    })
  t.match(await figures(), {
    total: 1,
    byStatus: { active: 1 },
    byRole: { maker: 1 },
    byGender: { female: 1 },
    byAgeBand: { '18-26': 1 },
    joined: 1,
    left: 1,
    netGrowth: 0,
    byMonth: [{ month: '2026-02', joined: 1, left: 1, netGrowth: 0 }],
    retention: 0,
    activity: { created: 2 },
    inactive: 1,
  })
  t.match(await figures({ ...asked, at: '2025-12-31' }), { total: 1, byAgeBand: { '14-17': 1 } })
})
