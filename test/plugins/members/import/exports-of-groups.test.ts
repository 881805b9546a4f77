import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { file, members, startIn } from './exports.ts'
import { planAndApply, type Sent } from './importing.ts'

/** Departments, offices and memberships in the forms of club software, in an organisation that knows the people. */
const platform = await startTestPlatform({ now: new Date('2026-03-31T12:00:00Z') })
t.teardown(() => platform.close())

const PEOPLE = file('Nr;Vorname;Nachname', '1;Eva;Adler', '2;Max;Berg', '3;Ute;Cron')
const clubWithPeople = async () => {
  const club = await startIn(platform, 'DE')
  await planAndApply(club, PEOPLE)
  const into = (target: string, lines: readonly string[], o: Sent = {}) =>
    planAndApply(club, file(...lines), { into: target, options: { createMissing: true }, ...o })
  return { ...club, into }
}

t.test('a list of departments below departments, with kinds that are no levels', async (t) => {
  const { admin, into } = await clubWithPeople()
  const lines = [
    'Abteilungs-Nr.;Abteilung;Übergeordnete Abteilung;Art;Bemerkungen',
    '11;Jugend;Fußball;Mannschaft;',
    '10;Fußball;;Abteilung;Platz 1',
  ]
  t.match(await into('groups', lines), { applied: { create: 2 }, problems: [] })
  const { items } = (await admin.get('/api/v1/groups?tree=true')).json()
  t.match(items[0].children, [
    {
      name: 'Fußball',
      externalId: '10',
      description: 'Platz 1',
      metadata: { type: 'Abteilung' },
      children: [{ name: 'Jugend', externalId: '11', metadata: { type: 'Mannschaft' } }],
    },
  ])
  t.match((await into('groups', lines)).counts, { unchanged: 2, update: 0 })
})

t.test('seats with the days of departments, with years, and of those who left them', async (t) => {
  const club = await clubWithPeople()
  const lines = [
    'Mitgl.-Nr.;Name;Vorname;Abteilung;Abteilungseintritt;Abteilungsaustritt;Funktion',
    '1;Adler;Eva;Fußball;01.08.2015;;Abteilungsleiterin',
    '1;Adler;Eva;Vorstand;2018;2022;Vorsitzende',
    '2;Berg;Max;Fußball;9/2019;31.12.2027;',
  ]
  t.match(await club.into('group-members', lines), { applied: { create: 3 }, problems: [] })
  t.match((await club.into('group-members', lines)).counts, { unchanged: 3 })
  t.match(await members(club), [
    { groups: [{ groupName: 'Fußball', from: '2015-08-01', until: null }] },
    { groups: [{ groupName: 'Fußball', from: '2019-09-01', until: '2027-12-31' }] },
    { groups: [] },
  ])
})

t.test('a list of offices by names; who is not there is named', async (t) => {
  const club = await clubWithPeople()
  const lines = [
    'Gremium;Amt;Name, Vorname;gewählt am',
    'Vorstand;Kassier;Berg, Max;2024',
    'Vorstand;Beisitz;Niemand, Nie;',
  ]
  const done = await club.into('group-members', lines)
  t.match(done, { applied: { create: 1 }, problems: [{ row: 3, column: 'Name, Vorname', value: 'Nie Niemand' }] })
})

t.test('a membership of years ends with them, and one whose days cannot be read is none', async (t) => {
  const club = await clubWithPeople()
  const lines = [
    'Mitglied;Beitragsart;Mitgliedschaft von;Mitgliedschaft bis;Betrag',
    '"Berg, Max";Jugend;2005;2010;25,00 €',
    '"Cron, Ute";Jugend;01.01.2015;31.12.;25,00 €',
    'Eva Adler;Jugend;Herbst;;25,00 €',
  ]
  const done = await club.into('memberships', lines, { options: { createMissing: true, unreadable: 'metadata' } })
  t.match(done, {
    applied: { create: 1 },
    problems: [
      { row: 3, column: 'Mitgliedschaft bis', value: '31.12.' },
      { row: 4, column: 'Mitgliedschaft von', value: 'Herbst' },
    ],
  })
  t.match((await members(club))[1], {
    memberships: [{ planName: 'Jugend', from: '2005-01-01', validUntil: '2010-12-31' }],
  })
})

t.test('who left on a day without a year is an error and no member', async (t) => {
  const club = await startIn(platform, 'DE')
  const done = await planAndApply(club, file('Nachname;Ort;Austritt', 'Adler;Bonn;31.12.', 'Berg;Bonn;31.12.2020'))
  t.match(done, { applied: { create: 1 }, problems: [{ row: 2, column: 'Austritt' }] })
})
