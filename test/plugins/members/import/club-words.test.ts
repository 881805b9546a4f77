import { test } from 'tap'
import { parseValue, type ValueContext, type ValueKind } from '#plugins/members/import/index.ts'
import { plan, planAndApply, startClub } from './importing.ts'

const GERMAN: ValueContext = { country: 'DE', currency: 'EUR', decimal: ',', dateOrder: 'dmy', currentYear: 2026 }
const read = (kind: ValueKind, cell: string, context = GERMAN) =>
  parseValue(kind, cell, context) as { value?: unknown; rest?: string; also?: object; bearable?: boolean }

test('what a club calls a status is read from words and phrases', (t) => {
  const cases: [cell: string, status: string | undefined, kept?: boolean][] = [
    ['Aktives Mitglied', 'active', false],
    ['aktiv', 'active', false],
    ['Mitglied', 'active', false],
    ['Passives Mitglied', 'active', true],
    ['passiv seit 2019', 'active', true],
    ['Ehrenmitglied', 'active', true],
    ['Passivmitglied', 'active', true],
    ['Aktivmitglieder', 'active', false],
    ['Nichtmitglied', undefined],
    ['Förderndes Mitglied', 'active', true],
    ['Aktives Mitglied (Jugend)', 'active', true],
    ['Ehemaliges Mitglied', 'expired', false],
    ['Ausgetreten', 'expired', false],
    ['verstorben', 'expired', true],
    ['† 12.03.2021', 'expired', true],
    ['ruhende Mitgliedschaft', 'suspended', false],
    ['Antrag', 'pending', false],
    ['nicht aktiv', undefined],
    ['kein Mitglied', undefined],
    ['aktiv (gekündigt)', undefined],
    ['Stufe 3', undefined],
  ]
  for (const [cell, status, kept] of cases) {
    const parsed = read('status', cell)
    t.equal(parsed.value, status, cell)
    if (status === undefined) t.equal(parsed.bearable, true, cell)
    else t.equal(parsed.rest !== undefined, kept, cell)
  }
  t.same(read('status', 'gekündigt zum 31.12.2026').also, { leftOn: '2026-12-31' })
  t.same(read('status', 'ausgetreten 2019').also, { leftOn: '2019-12-31' })
  t.end()
})

test('a form of address tells gender and title', (t) => {
  const cases: [cell: string, gender: string | null, title?: string][] = [
    ['Frau Dr.', 'female', 'Dr.'],
    ['Herrn Prof. Dr. med.', 'male', 'Prof. Dr. med.'],
    ['Herr Dipl.-Ing.', 'male', 'Dipl.-Ing.'],
    ['Sehr geehrte Frau', 'female'],
    ['Herrn', 'male'],
    ['Dr.', null, 'Dr.'],
    ['Eheleute', null],
    ['Herr und Frau', null],
    ['k.A.', null],
  ]
  for (const [cell, gender, title] of cases) {
    const parsed = read('salutation', cell)
    t.equal(parsed.value, gender, cell)
    t.same(parsed.also, title === undefined ? undefined : { title }, cell)
  }
  t.equal(read('salutation', 'Eheleute').rest, 'Eheleute')
  t.equal(read('salutation', 'Exzellenz').bearable, true)
  for (const [cell, gender] of [
    ['weibl.', 'female'],
    ['männl.', 'male'],
    ['div.', 'diverse'],
    ['unbekannt', 'unknown'],
  ])
    t.equal(read('gender', cell!).value, gender, cell ?? '')
  t.equal(read('gender', 'm/w').bearable, true)
  t.end()
})

test('several addresses or numbers in a cell: the first is taken, the others are kept', (t) => {
  t.match(read('email', 'a@b.de; c@d.de'), { value: 'a@b.de', rest: 'c@d.de' })
  t.match(read('email', 'a@b.de oder c@d.de'), { value: 'a@b.de', rest: 'c@d.de' })
  t.equal(read('email', 'info@Müller.de').value, 'info@xn--mller-kva.de')
  t.match(read('email', 'jörg@example.org'), { problem: /letters such as ü/ })
  t.match(read('phone', '0221/1234567 oder 0171 1234567'), { value: '+492211234567', rest: '0171 1234567' })
  t.match(read('phone', '0221/1234567 / 0171/1234567'), { value: '+492211234567', rest: '0171/1234567' })
  t.match(read('phone', '0171 1234567 (Mutter)'), { value: '+491711234567', rest: '0171 1234567 (Mutter)' })
  t.equal(read('phone', '0043 1 5880400').value, '+4315880400')
  const american = { ...GERMAN, country: 'US' }
  t.equal(read('phone', '0043 1 5880400', american).value, '+4315880400', 'from wherever it is dialled')
  t.equal(
    read('phone', '01 5880400', { ...GERMAN, countries: ['AT', 'DE'] }).value,
    '+4315880400',
    'where the row is at home',
  )
  t.equal(
    read('phone', '0221 1234567', { ...GERMAN, countries: ['US', 'DE'] }).value,
    '+492211234567',
    'else where the club is',
  )
  t.end()
})

test('a register that knows only years counts from the first day to the last', (t) => {
  t.equal(read('firstDay', '1987').value, '1987-01-01')
  t.equal(read('lastDay', '2019').value, '2019-12-31')
  t.equal(read('lastDay', '02/2024').value, '2024-02-29')
  t.equal(read('firstDay', 'März 1999').value, '1999-03-01')
  t.equal(read('firstDay', '13/1999').value, undefined)
  t.equal(read('pastDate', '1950').bearable, true, 'a birthday is not made up')
  t.end()
})

test('names are taken apart as German registers write them', (t) => {
  t.match(read('fullName', 'Karl Freiherr von Stein').value, { firstName: 'Karl', lastName: 'Freiherr von Stein' })
  t.match(read('fullName', 'Dr.-Ing. Eva Graf').value, { title: 'Dr.-Ing.', firstName: 'Eva', lastName: 'Graf' })
  t.match(read('fullName', 'Max und Eva Muster').value, { firstName: 'Max und Eva', lastName: 'Muster' })
  const lastFirst = { ...GERMAN, lastFirst: true }
  t.match(read('fullName', 'Meier Anna', lastFirst).value, { firstName: 'Anna', lastName: 'Meier' })
  t.match(read('fullName', 'von der Heide Anna', lastFirst).value, { firstName: 'Anna', lastName: 'von der Heide' })
  t.end()
})

test('a cell the record can do without costs no row: it is kept, and told once a value', async (t) => {
  const club = await startClub()
  const planned = await planAndApply(
    club,
    'Nr;Anrede;Vorname;Nachname;Status;Land;Geburtsdatum;Telefon\n' +
      '1;Frau Dr.;Ada;Adler;Stufe 3;Österreich;12.3.54;01 5880400\n' +
      '2;Exzellenz;Bo;Berg;Stufe 3;Narnia;1950;0171 1234567\n' +
      '3;Eheleute;Cy;Celik;passiv seit 2019;-;k.A.;0221 1234567, 0171 1234567\n',
  )
  t.match(planned, { counts: { create: 3, error: 0 } })
  t.match(
    planned.notices.filter(({ code }) => code === 'kept'),
    [
      { column: 'Status', message: /"Stufe 3" is kept as metadata.status/, rows: 2 },
      { column: 'Anrede', message: /"Exzellenz" is kept as metadata.anrede/, rows: 1 },
      { column: 'Land', message: /"Narnia"/ },
      { column: 'Geburtsdatum', message: /Only a year.*kept as metadata.geburtsdatum: row 3: 1950\./, rows: 1 },
    ],
  )
  const { items } = (await club.admin.get('/api/v1/members?sort=lastName')).json()
  t.match(items, [
    { gender: 'female', metadata: { title: 'Dr.', status: 'Stufe 3' }, birthday: '1954-03-12', phone: '+4315880400' },
    { gender: null, metadata: { anrede: 'Exzellenz', land: 'Narnia', geburtsdatum: '1950' }, birthday: null },
    {
      status: 'active',
      phone: '+492211234567',
      metadata: { anrede: 'Eheleute', status: 'passiv seit 2019', telefon: '0171 1234567' },
    },
  ])
})

test('headers in any script become keys of the metadata', async (t) => {
  const club = await startClub()
  const file = 'last name,Χρώμα,Любимый цвет\nA,κόκκινο,синий\n'
  t.match(await planAndApply(club, file), { applied: { create: 1 } })
  const [{ metadata }] = (await club.admin.get('/api/v1/members')).json().items
  t.same(metadata, { χρωμα: 'κόκκινο', любимыиЦвет: 'синий' })
  const again = await plan(club, file)
  t.match(again.counts, { unchanged: 1 })
})
