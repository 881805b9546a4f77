import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { type Export, file, members, startIn, testExports } from './exports.ts'
import { planAndApply } from './importing.ts'

/** Registers as clubs really have them, with the dirt of twenty years, on an organisation that nobody has set up. */
const platform = await startTestPlatform({ now: new Date('2026-03-31T12:00:00Z') })
t.teardown(() => platform.close())
const start = (country?: string) => startIn(platform, country)

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
  const { applied, counts, mapping, notices } = await planAndApply(
    club,
    file(
      'Lfd. Nr.;Name, Vorname;Straße;PLZ Wohnort;Tel.;Handynr.;E-Mail;geb. am;Mitglied ab;Mitglied bis;Beitrag;bezahlt 2025;Bem.',
      '1;Heide, Anna von der;Goethestr. 17;99084 Erfurt;0361 610246;-;anna@example.org;15.10.53;2011;;60,00 €;x;verzogen?',
      '2;Groß, Dr. Nele;Am Weiher 12a;A-6020 Innsbruck;0512 299028;-;keine;19.12.76;1993;2019;15,-;;',
      '3;Schmidt Hans;Hauptstr. 5;50667 Köln;;0171/2012200;;1950;05/2011;;30,00;x;',
      '4;Muster, Max u. Eva;Bergstr. 1;50667 Köln;;;siehe Vater;6.2.91;2001;;30,00;x;',
      '5;;;;;;;;;;;;',
    ),
    { options: { unreadable: 'metadata' } },
  )
  t.match(applied, { create: 4 })
  t.match(counts, { error: 0 }, 'a line numbered ahead is nobody')
  t.equal(mapping.Beitrag, 'metadata.beitrag')
  t.match(
    notices.filter(({ column, code }) => column === 'E-Mail' && code === 'kept'),
    [{ message: /Not an e-mail address.*row 5: siehe Vater/ }],
  )
  t.match(await members(club), [
    { firstName: 'Anna', lastName: 'von der Heide', phone: '+49361610246', joinedOn: '2011-01-01', notes: 'verzogen?' },
    { firstName: 'Hans', lastName: 'Schmidt', birthday: null, joinedOn: '2011-05-01', metadata: { gebAm: '1950' } },
    { firstName: 'Max u. Eva', email: null, metadata: { eMail: 'siehe Vater' } },
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

/** Exports in the headers of their makers. */
const EXPORTS: Readonly<Record<string, Export>> = {
  'SPG-Verein, with an address and a birthday that are none': {
    country: 'DE',
    options: { unreadable: 'metadata' },
    lines: [
      'Mitgl-Nr.;Anrede;Titel;Vorname;Name;LKZ;PLZ;Ort;Telefon 1;Telefon 2;E-Mail;Geb.-Datum;Eintritt;Austritt;IBAN',
      '1;Frau;Dr.;Eva;Adler;D;4109;Leipzig;;0341/123456;eva@@example;31.02.1982;31.06.2000;31.02.2020;DE02',
    ],
    people: [
      {
        birthday: null,
        email: null,
        phone: '+49341123456',
        address: { postalCode: '04109', country: 'DE' },
        joinedOn: '2000-06-01',
        leftOn: '2020-02-29',
        metadata: { title: 'Dr.', eMail: 'eva@@example', gebDatum: '31.02.1982' },
      },
    ],
  },
  'WISO MeinVerein, with columns of one name and lost zeros': {
    country: 'DE',
    lines: [
      '"Mitgliedsnummer","Vorname","Nachname","PLZ","Telefon","Telefon","E-Mail","E-Mail","Bemerkung","Bemerkung"',
      '"1","Jan","Adler","1067","0351 123456","0171 2222222","jan@example.org","j@example.org","a","b"',
      '"2","Ina","Berg","4109","","0171 3333333","","ina@example.org","",""',
    ],
    people: [
      {
        phone: '+49351123456',
        email: 'jan@example.org',
        notes: 'a',
        address: { postalCode: '01067' },
        metadata: { otherPhone: '+491712222222', otherEmail: 'j@example.org', bemerkung2: 'b' },
      },
      { phone: '+491713333333', email: 'ina@example.org', address: { postalCode: '04109' } },
    ],
  },
  'ClubDesk, with functions where roles could be': {
    country: 'CH',
    lines: [
      '[Id];Vorname;Nachname;Adresse;PLZ;Ort;E-Mail Alternativ;Gruppen;[Rolle]',
      '1;Beat;Adler;Dorfstrasse 4;3011;Bern;b@example.ch;Vorstand;Präsident',
    ],
    people: [
      { role: 'maker', email: 'b@example.ch', address: { postalCode: '3011' }, groups: [{ groupName: 'Vorstand' }] },
    ],
  },
  'Linear vVerein, with a column to tick for each department': {
    country: 'DE',
    lines: ['Nr.\tNachname\tVorname\tFußball\tTennis\tbezahlt', '1\tAdler\tKarl\tX\t\tx', '2\tBerg\tPetra\tx\tX\t'],
    people: [
      { groups: [{ groupName: 'Fußball' }], metadata: { bezahlt: 'x' } },
      { groups: [{ groupName: 'Fußball' }, { groupName: 'Tennis' }] },
    ],
  },
  'a treasurer, with headings in the list and two people in a row': {
    country: 'DE',
    lines: [
      'Nr.;Name, Vorname;Anschrift;geb.;Eintr.',
      'Fußball;;;;',
      '1;Adler, Hans & Erika;Ringstr. 3, 86150 Augsburg;1.2.80;2001',
      ';;;;',
      ';Passive;;;',
      '2;Berg, Josef;Platz 1, 86150 Augsburg;Feb 80;',
    ],
    people: [
      {
        groups: [{ groupName: 'Fußball' }],
        address: { street: 'Ringstr. 3', city: 'Augsburg' },
        birthday: '1980-02-01',
      },
      { groups: [], status: 'active', metadata: { heading: 'Passive', geb: 'Feb 80' } },
    ],
  },
  'a secretary, with headings among the names and rows made ahead': {
    country: 'DE',
    lines: [
      'Name;Vorname;Straße;PLZ;Ort;bezahlt',
      'Vorstand;;;;;',
      'Adler;Eva;Ring 1;10115;Berlin;TRUE',
      'Berg;Max;Ring 2;10115;Berlin;FALSE',
      'Passive;;;;;\r\nCron;Ute;Ring 3;10115;Berlin;FALSE\r\n;;;;;FALSE',
      ';;;;;FALSE',
    ],
    people: [
      { lastName: 'Adler', groups: [{ groupName: 'Vorstand' }] },
      { lastName: 'Berg', groups: [{ groupName: 'Vorstand' }] },
      { lastName: 'Cron', groups: [], metadata: { heading: 'Passive' } },
    ],
  },
  'a secretary who knows of somebody nothing but the name': {
    country: 'DE',
    lines: ['Name;Vorname;Ort', 'Adler;;', 'Berg;Max;Berlin', 'Cron;Ute;Berlin', 'Dorn;;'],
    people: [{ lastName: 'Adler' }, { groups: [] }, { groups: [] }, { lastName: 'Dorn' }],
  },
  'Netxp, with days beside its departments': {
    country: 'DE',
    lines: [
      'Mitglied Nr.;Nachname;Eintritt;Abteilung 1;Abteilung 1 Eintritt;Funktion 1',
      '5;Adler;1.1.1980;Ski;1.1.1981;Kassier',
    ],
    people: [{ groups: [{ groupName: 'Ski' }], metadata: { abteilung1Eintritt: '1.1.1981' } }],
  },
  MembershipWorks: {
    country: 'US',
    lines: [
      'Account ID,First Name,Last Name,Address (Street),Address (City),Address (State/Province),Address (Postal Code)',
      'ab12,Jane,Doe,1 Main St,Boston,MA,2108',
    ],
    people: [
      {
        externalIds: [{ value: 'ab12' }],
        address: { street: '1 Main St', city: 'Boston', region: 'MA', postalCode: '02108' },
      },
    ],
  },
  Neon: {
    country: 'US',
    lines: [
      'Account ID,First Name,Last Name,Email 1,Email 2,Full Street Address (F),Full Zip Code (F),Phone 1 Number (F)',
      '9,Ada,Low,ada@example.org,a2@example.org,2 Oak St,02108,617-555-0134',
    ],
    people: [
      {
        phone: '+16175550134',
        address: { street: '2 Oak St', postalCode: '02108' },
        metadata: { otherEmail: 'a2@example.org' },
      },
    ],
  },
  CiviCRM: {
    country: 'GB',
    lines: [
      'Contact ID,First Name,Last Name,Job Title,Home-Street Address,Home-City,Home-Postal Code,Home-Phone-Phone',
      '203,Al,Hay,Nurse,1 High Street,Leeds,LS1 4AP,0113 496 0123',
    ],
    people: [
      { phone: '+441134960123', address: { street: '1 High Street', city: 'Leeds' }, metadata: { jobTitle: 'Nurse' } },
    ],
  },
  Mindbody: {
    country: 'US',
    lines: ['Client ID,Last Name,First Name,Active', '1,Doe,Sam,TRUE', '2,Fox,Kim,FALSE'],
    people: [{ status: 'active' }, { status: 'expired', leftOn: '2026-03-30' }],
  },
  HelloAsso: {
    country: 'FR',
    lines: [
      'Numéro;Statut;Prénom adhérent;Nom adhérent;Prénom payeur;Nom payeur;Code Postal;Ville;Date de naissance',
      '8812;Validé;Chloé;Dupont;Marc;Dupont;1000;Bourg-en-Bresse;05/06/2001',
    ],
    people: [
      {
        firstName: 'Chloé',
        birthday: '2001-06-05',
        address: { postalCode: '01000' },
        metadata: { prenomPayeur: 'Marc' },
      },
    ],
  },
  Sportlink: {
    country: 'NL',
    lines: [
      'Relatiecode;Roepnaam;Tussenvoegsel(s);Achternaam;Geslacht;Geb.dat.;Postcode;Plaats;Land;Lid sinds',
      'ABC12D3;Piet;van der;Berg;Man;01-02-1980;1234 AB;Utrecht;Nederland;01-07-2000',
    ],
    people: [
      {
        lastName: 'van der Berg',
        gender: 'male',
        birthday: '1980-02-01',
        address: { postalCode: '1234 AB', city: 'Utrecht', country: 'NL' },
      },
    ],
  },
}

testExports(t, platform, EXPORTS)
