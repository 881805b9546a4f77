import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { membersPlugin } from '#plugins/members/index.ts'

const platform = await startTestPlatform({ plugins: [membersPlugin], now: new Date('2026-03-10T12:00:00Z') })
t.teardown(() => platform.close())
const club = await platform.tenant('Club')
const admin = await club.admin()
const add = async (member: object) => (await admin.post('/api/v1/members', member)).json().id as string

await admin.post('/api/v1/custom-fields', {
  key: 'shirt',
  title: 'Shirt',
  type: 'choice',
  options: ['S', 'M', 'L'],
  filterable: true,
})
await admin.post('/api/v1/custom-fields', { key: 'boat', title: 'Boat', type: 'text', filterable: true })
await admin.post('/api/v1/custom-fields', { key: 'score', title: 'Score', type: 'integer', filterable: true })
await admin.post('/api/v1/custom-fields', {
  key: 'languages',
  title: 'Languages',
  type: 'choices',
  options: ['de', 'en'],
  filterable: true,
})

await add({
  firstName: 'Nydia',
  lastName: 'Velázquez',
  email: 'nydia@example.org',
  birthday: '1953-03-28',
  gender: 'female',
  joinedOn: '1993-01-05',
  tags: ['Board'],
  externalIds: [{ system: 'register', value: 'V000081' }],
  address: { city: 'Köln', postalCode: '50667', country: 'de' },
  customFields: { shirt: 'M', boat: 'Ärger', score: -5, languages: ['de', 'en'] },
})
await add({
  firstName: 'Karl',
  lastName: 'Müller',
  phone: '0221 4710000',
  birthday: '2008-03-10',
  gender: 'male',
  joinedOn: '2020-06-01',
  skills: ['Welding'],
  customFields: { shirt: 'L', score: 40 },
})
await add({
  firstName: 'Anna',
  lastName: 'Mueller',
  birthday: '2008-03-11',
  joinedOn: '2025-06-01',
  leftOn: '2026-01-31',
  role: 'service_provider',
  customFields: { score: 300 },
})
await add({ displayName: 'Łódź Football', joinedOn: null })

const names = async (query: string): Promise<string[]> => {
  const answer = await admin.get(`/api/v1/members?${query}`)
  if (answer.statusCode !== 200) throw new Error(answer.body)
  return answer.json().items.map((item: { displayName: string }) => item.displayName)
}
const [nydia, karl, anna, lodz] = ['Nydia Velázquez', 'Karl Müller', 'Anna Mueller', 'Łódź Football'] as const

t.test('search is tolerant of accents, case and the order of words', async (t) => {
  const cases: [string, string[]][] = [
    ['Velazquez', [nydia]],
    ['velázquez NYDIA', [nydia]],
    ['nyd vel', [nydia]],
    ['Mueller', [anna, karl]],
    ['Müller', [anna, karl]],
    ['muller', [karl]],
    ['V000081', [nydia]],
    ['nydia@example.org', [nydia]],
    ['2214710000', [karl]],
    ['lodz', [lodz]],
    ['Karl Velazquez', []],
    ['%', []],
    ['_', []],
    ["'; DROP TABLE members.member; --", []],
    ['a|b', []],
  ]
  for (const [words, found] of cases)
    t.same((await names(`search=${encodeURIComponent(words)}`)).toSorted(), found.toSorted(), words)
})

t.test('every field can be asked', async (t) => {
  const cases: [string, string[]][] = [
    ['lastName=müller', [karl]],
    ['lastName.startsWith=MU', [karl, anna]],
    ['firstName=nydia,karl', [nydia, karl]],
    ['status=expired&role=service_provider', [anna]],
    ['status=active&role=service_provider', []],
    ['role.ne=maker', [anna]],
    ['gender=female', [nydia]],
    ['gender.isNull=true', [anna, lodz]],
    ['email=NYDIA@example.org', [nydia]],
    ['birthday.between=2008-01-01,2008-12-31', [karl, anna]],
    ['age.gte=18', [nydia, karl]],
    ['age=17', [anna]],
    ['age.lt=18', [anna]],
    ['joinedOn.lt=2000-01-01', [nydia]],
    ['joinedOn.isNull=true', [lodz]],
    ['leftOn.lte=2026-03-10', [anna]],
    ['tag=BOARD', [nydia]],
    ['tag.isNull=true', [karl, anna, lodz]],
    ['skill=welding', [karl]],
    ['externalId=V000081', [nydia]],
    ['address.city=koln', [nydia]],
    ['address.postalCode.startsWith=506', [nydia]],
    ['address.country=DE', [nydia]],
    ['custom.shirt=M,L', [nydia, karl]],
    ['custom.shirt.isNull=true', [anna, lodz]],
    ['custom.boat=arger', [nydia]],
    ['custom.score.gt=-10', [nydia, karl, anna]],
    ['custom.score.lt=-3', [nydia]],
    ['custom.score.between=0,100', [karl]],
    ['custom.languages=en', [nydia]],
    ['createdAt.gte=2026-03-10T00:00:00Z', [nydia, karl, anna, lodz]],
  ]
  for (const [query, found] of cases) t.same((await names(query)).toSorted(), found.toSorted(), query)

  const filter = {
    or: [{ field: 'custom.shirt', op: 'eq', value: 'L' }, { not: { field: 'joinedOn', op: 'isNull', value: false } }],
  }
  t.same((await names(`filter=${encodeURIComponent(JSON.stringify(filter))}`)).toSorted(), [karl, lodz].toSorted())
  const asked = await admin.post('/api/v1/members/query', { filter, total: true, sort: '-lastName' })
  t.equal(asked.statusCode, 200)
  t.equal(asked.json().page.total, 2)
})

t.test('what is not offered is refused by name', async (t) => {
  for (const query of [
    'horse=1',
    'custom.horse=1',
    'status=asleep',
    'sort=notes',
    'sort=birthday',
    'joinedOn.gte=soon',
    'custom.score=x',
    'limit=0',
    'limit=201',
    'at=2026-02-30',
    'cursor=zzz',
  ])
    t.equal((await admin.get(`/api/v1/members?${query}`)).statusCode, 400, query)
})

t.test('pages follow each other in every order without losing anybody', async (t) => {
  for (const sort of [
    'lastName,firstName',
    '-lastName',
    'firstName',
    'displayName',
    'joinedOn,-lastName',
    '-createdAt',
    'updatedAt',
    'status,birthday',
    'role,-leftOn',
  ]) {
    const seen: string[] = []
    let cursor = ''
    do {
      const { items, page } = (
        await admin.get(`/api/v1/members?limit=1&sort=${sort}${cursor && `&cursor=${cursor}`}`)
      ).json()
      seen.push(...items.map(({ displayName }: { displayName: string }) => displayName))
      cursor = page.nextCursor ?? ''
    } while (cursor)
    t.same(seen, await names(`sort=${sort}`), sort)
    t.equal(new Set(seen).size, 4, sort)
  }
})

t.test('a birthday is found by its day, whatever the year, and members by their ids', async (t) => {
  const club = await platform.tenant('Birthdays')
  const admin = await club.admin()
  const born = async (lastName: string, birthday: string | null) =>
    (await admin.post('/api/v1/members', { lastName, birthday })).json().id
  const leap = await born('Leap', '2000-02-29')
  const other = await born('Other', '1980-02-28')
  await born('Unknown', null)
  const names = async (query: string) =>
    (await admin.get(`/api/v1/members?${query}`)).json().items.map(({ lastName }: { lastName: string }) => lastName)
  t.same(await names('birthdayOn=02-29'), ['Leap'])
  t.same(await names('birthdayOn=02-28,02-29'), ['Leap', 'Other'])
  t.same(await names(`id=${leap},${other}&birthdayOn=02-28`), ['Other'])
})
