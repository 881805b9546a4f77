import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { type Club, planAndApply } from './importing.ts'

/** Registers as clubs really have them, with the dirt of twenty years, on an organisation that nobody has set up. */
const platform = await startTestPlatform({ now: new Date('2026-03-31T12:00:00Z') })
t.teardown(() => platform.close())
const start = async (): Promise<Club> => {
  const tenant = await platform.tenant('Club')
  return { platform, tenant, admin: await tenant.admin() }
}
const file = (...lines: string[]) => `${lines.join('\r\n')}\r\n`
const members = async ({ admin }: Club) =>
  (await admin.get('/api/v1/members?limit=50&include=groups,memberships&sort=displayName')).json().items

t.test('the export of a club tool: departments, fees, a family, somebody who died', async (t) => {
  const club = await start()
  const { applied, counts } = await planAndApply(
    club,
    file(
      'Mitglieds-Nr.;Anrede;Titel;Vorname;Nachname;Namenszusatz;Straße/Hausnr.;PLZ;Ort;Land;Telefon;Mobiltel.;E-Mail;Geburtsdatum;Geschlecht;Eintrittsdatum;Austrittsdatum;Verstorben am;Abteilung 1;Abteilung 2;Beitrag 1;Kontonummer;Status',
      '0001;Herrn;Dr.;Hans;Berg;Freiherr von;Am Weiher 12a;50667;Köln;;0221 239643;0171/3420198;hans@example.org;21.11.1962;männl.;01.01.1987;;;Fußball;Turnen;Erwachsene;123;Aktives Mitglied',
      '0002;Frau Dr.;;Eva;Berg;von;Am Weiher 12a;50667;Köln;;0221/239643, 0172 7654321;;hans@example.org;3.4.64;weibl.;01.01.1987;;;Turnen;;Erwachsene;;passiv seit 2019',
      '0003;;;Mia;Berg;von;Am Weiher 12a;50667;Köln;;-;;HANS@example.org;24.12.2015;-;1.9.2021;31.12.2026;;Turnen;;Kinder;;gekündigt',
      '0004;Eheleute;;Karl;Alt;;Getreidegasse 3;5020;Salzburg;A;0662 843264;;k.A.;unbekannt;;1960;;12.03.2021;Turnen;;Ehrenmitglied;;verstorben',
      '0005;Firma;;;Bäckerei Huber GmbH;;Markt 1;79539;Lörrach;;07621 1234567;;info@example.org;;;01.01.2020;;;;;Förderer;;',
    ),
    { options: { createMissing: true } },
  )
  t.match({ applied, counts }, { applied: { create: 5 }, counts: { conflict: 0, error: 0 } })
  t.match(await members(club), [
    { lastName: 'Bäckerei Huber GmbH', phone: '+4976211234567', metadata: { anrede: 'Firma' } },
    {
      lastName: 'von Berg',
      metadata: { title: 'Dr.', status: 'passiv seit 2019', telefon: '0172 7654321', contactEmail: 'hans@example.org' },
      phone: '+49221239643',
      birthday: '1964-04-03',
      status: 'active',
      email: null,
    },
    {
      lastName: 'Freiherr von Berg',
      metadata: { title: 'Dr.', mobilePhone: '+491713420198' },
      gender: 'male',
      email: 'hans@example.org',
      groups: [{ from: '1987-01-01' }, { from: '1987-01-01' }],
    },
    {
      firstName: 'Karl',
      address: { country: 'AT', postalCode: '5020' },
      phone: '+43662843264',
      joinedOn: '1960-01-01',
      leftOn: '2021-03-12',
      status: 'expired',
      email: null,
      birthday: null,
      metadata: { diedOn: '2021-03-12', status: 'verstorben', anrede: 'Eheleute' },
    },
    {
      firstName: 'Mia',
      gender: null,
      email: null,
      status: 'active',
      leftOn: '2026-12-31',
      groups: [{ groupName: 'Turnen', until: '2026-12-31' }],
      memberships: [{ planName: 'Kinder' }],
    },
  ])
})

t.test('the list of a treasurer: one column for the name, years for dates, fees and ticks', async (t) => {
  const club = await start()
  const { applied, mapping, problems } = await planAndApply(
    club,
    file(
      'Lfd. Nr.;Name, Vorname;Straße;PLZ Wohnort;Tel.;Handynr.;E-Mail;geb. am;Mitglied ab;Mitglied bis;Beitrag;bezahlt 2025;Bem.',
      '1;Heide, Anna von der;Goethestr. 17;99084 Erfurt;0361 610246;-;anna@example.org;15.10.53;2011;;60,00 €;x;verzogen?',
      '2;Groß, Dr. Nele;Am Weiher 12a;A-6020 Innsbruck;0512 299028;-;keine;19.12.76;1993;2019;15,-;;',
      '3;Schmidt Hans;Hauptstr. 5;50667 Köln;;0171/2012200;;1950;05/2011;;30,00;x;',
      '4;Muster, Max u. Eva;Bergstr. 1;50667 Köln;;;siehe Vater;6.2.91;2001;;30,00;x;',
    ),
  )
  t.match(applied, { create: 3 })
  t.equal(mapping.Beitrag, 'metadata.beitrag')
  t.match(problems, [{ row: 5, column: 'E-Mail', value: 'siehe Vater' }])
  t.match(await members(club), [
    { firstName: 'Anna', lastName: 'von der Heide', phone: '+49361610246', joinedOn: '2011-01-01', notes: 'verzogen?' },
    { firstName: 'Hans', lastName: 'Schmidt', birthday: null, joinedOn: '2011-05-01', metadata: { gebAm: '1950' } },
    {
      firstName: 'Nele',
      metadata: { title: 'Dr.', beitrag: '15,-' },
      address: { postalCode: '6020', city: 'Innsbruck', country: 'AT' },
      leftOn: '2019-12-31',
      status: 'expired',
      email: null,
    },
  ])
})
