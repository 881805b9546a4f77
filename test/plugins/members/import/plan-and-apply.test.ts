import { test } from 'tap'
import { apply, type Club, plan, planAndApply, send, show, startClub } from './importing.ts'

const listed = async ({ admin }: Club, query = '') =>
  (await admin.get(`/api/v1/members?limit=200${query}`)).json().items as ({ id: string } & Record<string, unknown>)[]

test('rows become members, each by the rules of the API', async (t) => {
  const club = await startClub()
  const planned = await plan(
    club,
    'Mitgliedsnummer;Vorname;Nachname;E-Mail;Telefon;Geburtsdatum;PLZ;Ort;Lieblingsfarbe\n' +
      '1;Maria;Müller;maria@example.org;0221 1234567;12.04.1985;50667;Köln;rot\n' +
      '2;Jörg;Öztürk;keine Adresse;;31.02.1985;;;\n' +
      '3;;;;;;;;\n',
  )
  t.match(planned.counts, { create: 1, update: 0, unchanged: 0, conflict: 0, error: 2 })
  t.equal((await listed(club)).length, 0, 'a plan changes nothing')
  t.match(planned.problems, [
    { row: 3, outcome: 'error', column: 'E-Mail', value: 'keine Adresse', accepted: /name@example.org/ },
    { row: 3, column: 'Geburtsdatum', reason: /no such day/ },
    { row: 4, reason: /lastName|firstName/ },
  ])
  t.match(planned.notices, [
    { code: 'as-metadata', column: 'Lieblingsfarbe' },
    { code: 'strict', column: 'E-Mail', rows: 1, message: /unreadable=metadata/ },
    { code: 'strict', column: 'Geburtsdatum', rows: 1 },
  ])
  const applied = await apply(club, planned)
  t.match(applied, { state: 'applied', applied: { create: 1, update: 0 }, summary: /1 created/ })
  const [maria] = await listed(club)
  t.match(maria, {
    firstName: 'Maria',
    lastName: 'Müller',
    phone: '+492211234567',
    birthday: '1985-04-12',
    address: { postalCode: '50667', city: 'Köln' },
    externalIds: [{ system: 'register', value: '1' }],
    metadata: { lieblingsfarbe: 'rot' },
    joinedOn: null,
    version: 1,
  })
  const { items } = (await club.admin.get(`/api/v1/members/${maria!.id}/activities`)).json()
  t.match(items[0], { kind: 'imported', detail: { importId: planned.id } })
  const told = (await club.tenant.audit()).filter(({ action }) => action.startsWith('members.import'))
  t.same(
    told.map(({ action }) => action),
    ['members.importPlanned', 'members.importApplied'],
  )
})

test('what is wrong beside the calendar or another cell says what is accepted too', async (t) => {
  const club = await startClub()
  const { problems } = await plan(
    club,
    'Nr;Vorname;Nachname;Geburtsdatum;Eintritt;Austritt\n1;Ada;Bauer;01.01.2190;;\n2;Bo;Bauer;;01.05.2020;01.04.2020\n',
  )
  t.match(problems, [
    { row: 2, column: 'Geburtsdatum', reason: /past/, accepted: 'a day that is not in the future' },
    { row: 3, column: 'Austritt', value: /2020/, accepted: 'the day of joining, or one after it' },
  ])
})

test('the same file again changes nothing and says so', async (t) => {
  const club = await startClub()
  const file =
    'Member ID,First name,Last name,Email,Phone,Tags\n1,Ada,Lovelace,ada@example.org,+49 221 1,a; b\n2,Alan,Turing,,,\n,Kurt,Gödel,,,\n'
  await planAndApply(club, file)
  const before = await listed(club)
  const again = await plan(club, file)
  t.match(again, { counts: { create: 0, update: 0, unchanged: 3 }, summary: /^Nothing to change: 3 rows/ })
  t.match(await apply(club, again), { state: 'applied', summary: /^Nothing was changed/ })
  t.same(await listed(club), before)
})

test('a row finds its member by number, by address, by name and birthday', async (t) => {
  const club = await startClub()
  await planAndApply(
    club,
    'external id,first name,last name,email,birthday\nA1,Ann,One,ann@example.org,1980-01-01\n,Bob,Two,bob@example.org,\n,Cleo,Three,,1990-05-05\n',
  )
  const planned = await plan(
    club,
    'external id,first name,last name,email,birthday,notes\n' +
      'A1,Ann,Wed,ann@example.org,1980-01-01,x\nB2,Bob,Two,BOB@example.org,,x\n,Cleo,Three,,1990-05-05,x\nC3,Cleo,Three,,1991-05-05,x\n',
  )
  t.match(planned.counts, { create: 1, update: 3, conflict: 0, error: 0 })
  await apply(club, planned)
  const found = await listed(club, '&sort=firstName')
  t.equal(found.length, 4)
  t.match(found[0], { lastName: 'Wed', notes: 'x', version: 2 })
  t.match(found[1], { email: 'bob@example.org', externalIds: [{ value: 'B2' }] })
})

test('who may be two people is a conflict that names the candidates', async (t) => {
  const club = await startClub()
  for (const _ of [1, 2])
    await club.admin.post('/api/v1/members', { firstName: 'Eva', lastName: 'Schmitt', birthday: '1970-01-01' })
  await club.admin.post('/api/v1/members', { firstName: 'Mutter', lastName: 'Krause', email: 'familie@example.org' })
  const { problems, counts } = await plan(
    club,
    'first name,last name,email,birthday\nEva,Schmitt,,1970-01-01\nKind,Krause,familie@example.org,\n',
    { options: { sharedEmail: 'conflict' } },
  )
  t.match(counts, { conflict: 2, create: 0, update: 0 })
  t.equal(problems[0]?.candidates?.length, 2)
  t.match(problems[1], { column: 'email', reason: /another name/ })
})

test('rows of one file that are about one person: the first stands', async (t) => {
  const club = await startClub()
  const { counts, problems } = await plan(
    club,
    'external id,first name,last name,email\n1,A,B,a@example.org\n1,C,D,\n2,E,F,A@example.org\n,G,H,\n,G,H,\n',
    { options: { sharedEmail: 'conflict' } },
  )
  t.match(counts, { create: 2, conflict: 3 })
  t.match(
    problems.map(({ row, reason }) => [row, reason]),
    [
      [3, /same number as in row 2/],
      [4, /same e-mail address as in row 2/],
      [6, /same name.* row 5/],
    ],
  )
})

test('an update fills what is empty, replaces, or clears, as whoever imports chose', async (t) => {
  const club = await startClub()
  await planAndApply(club, 'external id,last name,phone,notes\n1,Curie,030 1,old\n')
  const file = 'external id,last name,phone,notes,email\n1,Curie,030 999999,,marie@example.org\n'
  await planAndApply(club, file, { options: { update: 'fillEmpty' } })
  t.match((await listed(club))[0], { phone: /1$/, notes: 'old', email: 'marie@example.org' })
  await planAndApply(club, file)
  t.match((await listed(club))[0], { phone: '+4930999999', notes: 'old' })
  await planAndApply(club, file, { options: { blanks: 'clear' } })
  t.match((await listed(club))[0], { phone: '+4930999999', notes: null })
})

test('a plan is refused, naming the rows, when the data changed since', async (t) => {
  const club = await startClub()
  await planAndApply(club, 'external id,last name\n1,A\n2,B\n')
  const planned = await plan(club, 'external id,last name,notes\n1,A,x\n2,B,x\n3,C,x\n')
  const [, b] = await listed(club)
  await club.admin.patch(`/api/v1/members/${b!.id}`, { notes: 'meanwhile' })
  await club.admin.post('/api/v1/members', { lastName: 'C', externalIds: [{ system: 'register', value: '3' }] })
  const answer = await club.admin.post(`/api/v1/imports/${planned.id}/apply`, { hash: planned.hash })
  t.equal(answer.statusCode, 409)
  t.match(answer.json(), { type: /plan-outdated/, rows: [{ row: 3 }, { row: 4 }] })
  t.equal((await show(club.admin, planned.id)).state, 'planned')
})

test('two who apply one plan at once: one of them does', async (t) => {
  const club = await startClub()
  const planned = await plan(club, 'external id,last name\n1,A\n2,B\n')
  const send = () => club.admin.post(`/api/v1/imports/${planned.id}/apply`, { hash: planned.hash })
  const answers = await Promise.all([send(), send()])
  t.same(
    answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b),
    [202, 409],
  )
  await club.platform.settle()
  t.equal((await listed(club)).length, 2)
  t.equal((await club.admin.post(`/api/v1/imports/${planned.id}/apply`, { hash: 'f'.repeat(64) })).statusCode, 409)
})

test('a cancelled plan is not applied', async (t) => {
  const club = await startClub()
  const planned = await plan(club, 'last name\nA\n')
  t.equal((await club.admin.post(`/api/v1/imports/${planned.id}/cancel`)).statusCode, 202)
  t.equal((await club.admin.post(`/api/v1/imports/${planned.id}/apply`, { hash: planned.hash })).statusCode, 409)
  t.match(await show(club.admin, planned.id), { state: 'cancelled', summary: /before anything was changed/ })
})

test('one event for an import', async (t) => {
  const club = await startClub()
  await planAndApply(club, 'last name\nA\nB\n')
  const events = await club.tenant.unit((tx) =>
    tx.query<{ name: string; payload: object }>(
      `SELECT name, payload FROM core.event WHERE tenant_id = $1 AND name LIKE 'members.%'`,
      [tx.tenantId],
    ),
  )
  t.match(events, [{ name: 'members.imported', payload: { target: 'members', counts: { create: 2 } } }])
  t.equal(events.length, 1)
})

test('a large file is planned in the background', async (t) => {
  const club = await startClub()
  const lines = Array.from({ length: 2500 }, (_, i) => `${i},Name${i}`)
  const answer = await send(club.admin, `external id,last name\n${lines.join('\n')}\n`, { apply: true })
  t.match(answer.json(), { state: 'planning', progress: { done: 0, total: 2500 } })
  await club.platform.settle()
  t.match(await show(club.admin, answer.json().id), {
    state: 'applied',
    applied: { create: 2500 },
    progress: { done: 2500, total: 2500 },
  })
})

test('the number of a person with quite another name is a conflict', async (t) => {
  const club = await startClub()
  await planAndApply(club, 'Nr;Vorname;Nachname;Geburtsdatum\n1;Ann;Abel;01.02.1990\n')
  const of = async (row: string) => (await plan(club, `Nr;Vorname;Nachname;Geburtsdatum\n1;${row}\n`)).problems
  t.match(await of('Bob;Berg;'), [{ outcome: 'conflict', column: 'Nr', candidates: [/-/] }])
  t.match(await of('Bob;Berg;03.04.1980'), [{ outcome: 'conflict' }])
  t.same([...(await of('Ann;Berg;')), ...(await of('Bob;Berg;01.02.1990'))], [])
})
