import { test } from 'tap'
import { plan, planAndApply, startClub } from '../import/importing.ts'

const people =
  'external id,first name,last name,email,phone,birthday,street,zip,city,tags,notes,metadata.shoe,joined on,status\n' +
  '1,Maria,Velázquez,maria@example.org,0221 1234567,1985-04-12,Domkloster 4,50667,Köln,"a; b","line one\nline two",42,2020-01-01,active\n' +
  "2,=1+1,O'Neil,,+49 221 7654321,,,,,,,,,suspended\n3,,Only,,,,,,,,,,,\n"

test('an export imports again as all unchanged, in every kind of table and language', async (t) => {
  const club = await startClub()
  await planAndApply(club, people)
  await club.admin.post('/api/v1/members', { lastName: 'Twin' })
  await club.admin.post('/api/v1/members', { lastName: 'Twin', metadata: { deep: { a: [1] }, n: 7, list: ['a', 'b'] } })
  for (const query of ['format=csv', 'format=csv&language=de', 'format=xlsx', 'format=xlsx&language=de']) {
    const answer = await club.admin.get(`/api/v1/members/export?${query}`)
    t.equal(answer.statusCode, 200)
    const { counts, problems, notices } = await plan(club, answer.rawPayload)
    t.match(counts, { create: 0, update: 0, unchanged: 5, conflict: 0, error: 0 }, query)
    t.same([problems, notices.filter(({ code }) => code !== 'assumed')], [[], []], query)
  }
})

test('formulas are neutralised, columns chosen, the deleted gone', async (t) => {
  const club = await startClub()
  await planAndApply(club, people)
  const { items } = (await club.admin.get('/api/v1/members?externalId=3')).json()
  await club.admin.delete(`/api/v1/members/${items[0].id}`)
  const { body, headers } = await club.admin.get(
    '/api/v1/members/export?fields=lastName,firstName,email&sort=-lastName',
  )
  t.match(headers['content-disposition'], /attachment; filename="members-/)
  t.same(body.replace('\u{feff}', '').trim().split('\r\n'), [
    'Last name,First name,Email',
    'Velázquez,Maria,maria@example.org',
    "O'Neil,'=1+1,",
  ])
})

test('filters of the list choose the rows; NDJSON has the members as they are', async (t) => {
  const club = await startClub()
  await planAndApply(club, people)
  const { body } = await club.admin.get('/api/v1/members/export?format=ndjson&search=velazquez')
  const members = body
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  t.match(members, [{ lastName: 'Velázquez', tags: ['a', 'b'], address: { city: 'Köln' }, status: 'active' }])
  const suspended = await club.admin.get('/api/v1/members/export?format=ndjson&status=suspended&fields=lastName')
  t.equal(suspended.body.trim(), '{"lastName":"O\'Neil"}')
  t.match((await club.admin.get('/api/v1/members/export?nonsense=1')).statusCode, 400)
  t.match((await club.admin.get('/api/v1/members/export?fields=nonsense')).statusCode, 400)
})

test('more members than a page are all there, once', async (t) => {
  const club = await startClub()
  const lines = Array.from({ length: 450 }, (_, i) => `${i},Name`)
  await planAndApply(club, `external id,last name\n${lines.join('\n')}\n`)
  const { body } = await club.admin.get('/api/v1/members/export?fields=externalId&format=csv')
  const numbers = body.trim().split('\r\n').slice(1)
  t.equal(new Set(numbers).size, 450)
  t.equal(numbers.length, 450)
})

test('who may not export gets 403', async (t) => {
  const club = await startClub()
  for (const who of [{ role: 'maker' }, { permissions: ['members.read'] }])
    t.equal((await (await club.tenant.as(who)).get('/api/v1/members/export')).statusCode, 403)
})
