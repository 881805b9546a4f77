import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { membersPlugin } from '#plugins/members/index.ts'

const platform = await startTestPlatform({ plugins: [membersPlugin] })
t.teardown(() => platform.close())

t.test('the same person is noticed at entry, and found by the scan', async (t) => {
  const club = await platform.tenant('Club', { settings: { country: 'DE' } })
  const admin = await club.admin()
  const add = async (member: object) =>
    (await admin.post('/api/v1/members', member)).json() as { id: string; possibleDuplicates: string[] }
  const first = await add({ firstName: 'Jörg', lastName: 'Müller', birthday: '1980-01-01' })
  const second = await add({ firstName: 'Joerg', lastName: 'Mueller', birthday: '1980-01-01' })
  t.same(second.possibleDuplicates, [first.id])
  const third = await add({ firstName: 'Jorg', lastName: 'Muller', birthday: '1999-09-09' })
  t.same(third.possibleDuplicates, [], 'another birthday, another person')

  const pairs = (await admin.get('/api/v1/members/duplicates')).json().items
  t.equal(pairs.length, 1)
  t.match(pairs[0], { score: 95, reasons: ['name', 'birthday'], state: 'open' })
  t.same(pairs[0].members.map(({ id }: { id: string }) => id).toSorted(), [first.id, second.id].toSorted())
  t.equal((await admin.patch(`/api/v1/members/duplicates/${pairs[0].id}`, { state: 'different' })).statusCode, 200)

  await add({ firstName: 'Ada', lastName: 'King', phone: '0221 4710000' })
  await add({ firstName: 'Ada', lastName: 'Lovelace', phone: '+49 221 4710000' })
  t.equal((await admin.post('/api/v1/members/duplicates/scan')).statusCode, 202)
  await platform.settle()
  const found = (await admin.get('/api/v1/members/duplicates')).json().items
  t.same(
    found.map(({ reasons }: { reasons: string[] }) => reasons),
    [['phone', 'name']],
    'who was called different stays so',
  )
})

t.test('an organisation may refuse probable duplicates', async (t) => {
  const club = await platform.tenant('Strict', { plugins: { members: { duplicates: 'refuse' } } })
  const admin = await club.admin()
  await admin.post('/api/v1/members', { firstName: 'A', lastName: 'B' })
  const again = await admin.post('/api/v1/members', { firstName: 'A', lastName: 'B' })
  t.equal(again.statusCode, 409)
  t.equal(again.json().possibleDuplicates.length, 1)
  t.equal((await admin.get('/api/v1/members?total=true')).json().page.total, 1)
  t.equal(
    (await admin.post('/api/v1/members', { firstName: 'A', lastName: 'B', allowDuplicate: true })).statusCode,
    201,
  )
})

t.test('a merge is planned field by field, applied once, and the old id goes on resolving', async (t) => {
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const add = async (member: object) => (await admin.post('/api/v1/members', member)).json().id as string
  const child = await add({ lastName: 'Child' })
  const winner = await add({
    firstName: 'Ann',
    lastName: 'Old',
    email: 'old@example.org',
    tags: ['a'],
    externalIds: [{ system: 'x', value: '1' }],
  })
  const loser = await add({
    firstName: 'Ann',
    lastName: 'New',
    email: 'new@example.org',
    phone: '0221 1',
    tags: ['b'],
    externalIds: [{ system: 'x', value: '2' }],
    metadata: { k: 1 },
  })
  await admin.post(`/api/v1/members/${child}/guardians`, { guardianId: loser })
  const household = (
    await admin.post('/api/v1/households', { name: 'H', members: [{ memberId: loser, part: 'head' }] })
  ).json()

  const planned = await admin.post(`/api/v1/members/${winner}/merge`, {
    loserId: loser,
    fields: { email: 'loser', lastName: 'loser' },
  })
  t.equal(planned.statusCode, 201)
  const plan = planned.json()
  const take = Object.fromEntries(
    plan.fields.map((field: { field: string; take: string }) => [field.field, field.take]),
  )
  t.match(take, {
    email: 'loser',
    lastName: 'loser',
    phone: 'loser',
    tags: 'both',
    externalIds: 'both',
    displayName: 'winner',
  })
  t.equal((await admin.get(`/api/v1/members/${loser}`)).json().lastName, 'New', 'nothing happened yet')

  const url = `/api/v1/members/${winner}/merge/${plan.id}`
  t.equal((await admin.post(`${url}/apply`, { hash: 'other' })).statusCode, 409)
  await admin.patch(`/api/v1/members/${loser}`, { notes: 'changed meanwhile' })
  t.equal((await admin.post(`${url}/apply`, { hash: plan.hash })).json().type.endsWith('plan-outdated'), true)

  const again = (
    await admin.post(`/api/v1/members/${winner}/merge`, {
      loserId: loser,
      fields: { email: 'loser', lastName: 'loser', displayName: 'loser' },
    })
  ).json()
  const applied = await admin.post(`/api/v1/members/${winner}/merge/${again.id}/apply`, { hash: again.hash })
  t.equal(applied.statusCode, 202, applied.body)
  t.match(applied.json(), { state: 'applied', moved: { guardians: 1, households: 1 } })
  t.equal((await admin.post(`/api/v1/members/${winner}/merge/${again.id}/apply`, { hash: again.hash })).statusCode, 409)

  const merged = (await admin.get(`/api/v1/members/${winner}`)).json()
  t.match(merged, {
    displayName: 'Ann New',
    lastName: 'New',
    email: 'new@example.org',
    phone: '0221 1',
    tags: ['a', 'b'],
    metadata: { k: 1 },
  })
  t.same(
    merged.externalIds.map(({ value }: { value: string }) => value),
    ['1', '2'],
  )
  t.equal((await admin.get(`/api/v1/members/${loser}`)).json().id, winner, 'the old id')
  t.equal((await admin.patch(`/api/v1/members/${loser}`, { phone: '0221 2' })).json().id, winner)
  t.equal((await admin.get('/api/v1/members?externalId=2')).json().items[0].id, winner)
  t.equal((await admin.get('/api/v1/members?total=true')).json().page.total, 2)
  t.equal((await admin.post(`/api/v1/members/${loser}/restore`)).statusCode, 409)
  t.equal((await admin.get(`/api/v1/households/${household.id}`)).json().members[0].memberId, winner)
  const kinds = (await admin.get(`/api/v1/members/${winner}/activities?limit=50`))
    .json()
    .items.map(({ kind }: { kind: string }) => kind)
  t.equal(kinds.filter((kind: string) => kind === 'created').length, 2, 'the log moved')
})

t.test('a suspension survives a merge', async (t) => {
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const winner = (await admin.post('/api/v1/members', { lastName: 'A' })).json().id
  const loser = (await admin.post('/api/v1/members', { lastName: 'A' })).json().id
  await admin.post(`/api/v1/members/${loser}/suspend`, { reason: 'Theft' })
  const plan = (await admin.post(`/api/v1/members/${winner}/merge`, { loserId: loser })).json()
  t.match(plan.problems, [{ reason: /suspension/ }])
  await admin.post(`/api/v1/members/${winner}/merge/${plan.id}/apply`, { hash: plan.hash })
  t.match((await admin.get(`/api/v1/members/${winner}`)).json(), { status: 'suspended', suspendedReason: 'Theft' })
  t.equal((await admin.post(`/api/v1/members/${winner}/merge`, { loserId: winner })).statusCode, 400)
})
