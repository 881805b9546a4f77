import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { encoded } from '../sheets/reading.ts'
import { type Export, file, members, startIn, testExports } from './exports.ts'
import { planAndApply } from './importing.ts'

/** Exports of programs from many countries, as their users would send them: no mapping, no option. */
const platform = await startTestPlatform({ now: new Date('2026-03-31T12:00:00Z') })
t.teardown(() => platform.close())

const EXPORTS: Readonly<Record<string, Export>> = {
  'Dolibarr, with a firm and the ends of memberships': {
    country: 'FR',
    lines: [
      "Id;Civilité;Nom;Prénom;Type de l'adhérent;Tiers;Adresse;Code postal;Ville;Tél perso;Tél portable;Date fin adhésion",
      '1;MME;Lefèvre;Chloé;Actif;;12 rue Haute;01000;Bourg;04 74 11 22 33;06 12 34 56 78;2026-12-31',
      '2;MR;Saïd;Karim;Actif;;3 impasse;69003;Lyon;;;2020-12-31',
      '3;;;;Bienfaiteur;Boulangerie Dupain SARL;1 place;69002;Lyon;;;',
    ],
    people: [
      { displayName: 'Boulangerie Dupain SARL', status: 'active' },
      { phone: '+33474112233', metadata: { mobilePhone: '+33612345678' }, leftOn: '2026-12-31', status: 'active' },
      { gender: 'male', leftOn: '2020-12-31', status: 'expired' },
    ],
  },
  'a Spanish club, with two family names, H and M': {
    country: 'ES',
    lines: [
      'Nº Socio;Nombre;Primer Apellido;Segundo Apellido;Sexo;Domicilio;CP;Localidad;Fecha Nacimiento;Fecha Alta;Estado',
      '1;María;García;Lorca;M;C/ Mayor 5;28013;Madrid;03/04/1965;15/01/2001;Alta',
      '2;Íñigo;de la Peña;;H;Avda. 12;08001;Barcelona;25/11/1990;01/09/2015;Baja',
    ],
    people: [
      { lastName: 'de la Peña', gender: 'male', status: 'expired', joinedOn: '2015-09-01' },
      {
        lastName: 'García Lorca',
        gender: 'female',
        birthday: '1965-04-03',
        address: { street: 'C/ Mayor 5', postalCode: '28013', city: 'Madrid' },
      },
    ],
  },
  'TeamSystem, with family names in front, and certificates that end': {
    country: 'IT',
    lines: [
      'N. Tessera;Cognome e Nome;Data Nascita;N. civico;Data Iscriz.;Scadenza;Scadenza certificato medico',
      '7;DE LUCA GIOVANNI;15/08/1971;15/A;01/01/2015;31/12/2026;01/01/2020',
    ],
    people: [{ lastName: 'DE LUCA', firstName: 'GIOVANNI', birthday: '1971-08-15', status: 'active' }],
  },
  'e-Captain, with M and V, and who died': {
    country: 'NL',
    lines: [
      'Lidnummer;Voornaam;Achternaam;Geslacht;Inschrijfdatum;Uitschrijfdatum;Overleden',
      '1;Jan;Hoff;M;01-01-2010;;Nee',
      '2;Anneke;Ijsbrand;V;01-09-2015;;Ja',
    ],
    people: [
      { gender: 'male', status: 'active' },
      { gender: 'female', status: 'expired', leftOn: '2026-03-30' },
    ],
  },
  'MyClub, with guardians': {
    country: 'FI',
    lines: [
      'Sukunimi;Etunimi;Syntymäaika;Sukupuoli;Jäsennumero;Katuosoite;Postinumero;Postitoimipaikka;Maa;Puhelinnumero;Sähköposti;Huoltaja 1 sähköposti',
      'Hämäläinen;Äijö;5.3.2010;Poika;501;Mäkikatu 3;00530;Helsinki;Suomi;;;p@example.fi',
      'Åström;Ylva;1.12.1985;Nainen;502;Kaivokatu 1;20100;Turku;Suomi;+358 40 7654321;y@example.fi;',
    ],
    people: [
      { lastName: 'Åström', email: 'y@example.fi', address: { city: 'Turku', country: 'FI' } },
      { lastName: 'Hämäläinen', gender: 'male', email: null, metadata: { huoltaja1Sahkoposti: 'p@example.fi' } },
    ],
  },
  'IdrottOnline, with numbers of persons and a second mailbox': {
    country: 'SE',
    lines: [
      'Förnamn;Efternamn;Födelsedat./Personnr.;E-post kontakt;Kontaktadress - Gatuadress;Kontaktadress - Land;E-post privat;Medlem sedan;Medlem t.o.m.',
      'Åsa;Öberg;19800305-1234;;Storgatan 1;Sverige;asa@example.se;2010-01-01;',
      'Ola;Öst;19810305-1234;ola@example.se;Storgatan 2;Sverige;o@example.se;2010-01-01;2025-12-31',
    ],
    people: [
      { email: 'asa@example.se', birthday: '1980-03-05', address: { street: 'Storgatan 1', country: 'SE' } },
      { email: 'ola@example.se', metadata: { otherEmail: 'o@example.se' }, status: 'expired' },
    ],
  },
  'a Portuguese club': {
    country: 'PT',
    lines: [
      'Nº Sócio;Nome;Data de Nascimento;Morada;Código Postal;Localidade;Telemóvel;Data de Admissão;Estado',
      '16;Inês Araújo;24/12/2012;Av. 1;4700-001;Braga;912 345 678;13/09/2020;Inativo',
    ],
    people: [{ lastName: 'Araújo', phone: '+351912345678', birthday: '2012-12-24', status: 'expired' }],
  },
  Odoo: {
    country: 'BE',
    lines: [
      'External ID,Name,Is a Company,State/Name,City,Country/Name,Tags,Current Membership Status',
      'a1,Jean Van den Bossche,False,,Gent,Belgium,"Member,Board",Paid Member',
      'a2,Brouwerij NV,True,Oost-Vlaanderen,Gent,Belgium,,Old Member',
    ],
    people: [
      { displayName: 'Brouwerij NV', address: { region: 'Oost-Vlaanderen', country: 'BE' }, status: 'expired' },
      { lastName: 'Van den Bossche', tags: ['Member', 'Board'], status: 'active' },
    ],
  },
  'MemberClicks, with headers in brackets': {
    country: 'US',
    lines: [
      '[Member Number],[Name | First],[Name | Last],[Email | Primary],[Phone | Cell],[Address | Primary | Line 1],[Address | Primary | City],[Address | Primary | State],[Address | Primary | Zip],[Expiration Date]',
      '55,Ada,Lovelace,ada@example.org,(202) 555-0144,1 Main St,Springfield,IL,62701,12/31/2026',
    ],
    people: [
      {
        lastName: 'Lovelace',
        phone: '+12025550144',
        address: { street: '1 Main St', city: 'Springfield', region: 'IL', postalCode: '62701' },
      },
    ],
  },
  'Salesforce, with its name below the list': {
    country: 'US',
    lines: [
      'Contact ID,First Name,Last Name,Mailing City,Deceased,Birthdate',
      '003,Grace,Hopper,Arlington,1,12/19/1946',
      '',
      '"Confidential Information - Do Not Distribute"',
      '"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."',
    ],
    people: [{ lastName: 'Hopper', status: 'expired' }],
  },
  'Mailchimp, with birthdays without a year': {
    country: 'US',
    lines: [
      'Email Address,First Name,Last Name,Address,Birthday,TAGS',
      'ana@example.org,Ana,Lima,12 Main St  Springfield  IL  62701  US,05/14,"""Member"",""Board"""',
    ],
    people: [
      {
        birthday: null,
        metadata: { birthday: '05/14' },
        tags: ['Member', 'Board'],
        address: { street: '12 Main St', city: 'Springfield', region: 'IL', postalCode: '62701', country: 'US' },
      },
    ],
  },
  'the address book of Google, with numbers twice': {
    country: 'DE',
    lines: [
      'First Name,Last Name,Labels,E-mail 1 - Value,Phone 1 - Value,Phone 2 - Value',
      'Ina,Krüger,* myContacts ::: Chor,a@example.org ::: b@example.org,0171 1234567 ::: +49 171 1234567,0171 1234567',
      'Udo,Zech,,,0171 7654321,',
    ],
    people: [
      { email: 'a@example.org', phone: '+491711234567', tags: ['myContacts', 'Chor'] },
      { phone: '+491717654321', metadata: { otherPhone: undefined } },
    ],
  },
  'the address book of Apple': {
    country: 'DE',
    lines: [
      'First name,Last name,Phone : mobile,Phone : mobile,Email : home,Email : work,Address : home,Birthday',
      'Ute,Lämmle,+49 171 1234567,+49 171 1234567,,u@example.org,;;Gasse 1;Tübingen;;72070;Deutschland,1604-05-14',
    ],
    people: [
      {
        email: 'u@example.org',
        birthday: null,
        address: { street: 'Gasse 1', city: 'Tübingen', postalCode: '72070', country: 'DE' },
      },
    ],
  },
  'Fabman and Cobot, with states and cancellations': {
    country: 'AT',
    lines: [
      'id,firstName,lastName,region,state,Cancelation date',
      '1,Jörg,Adler,Tirol,active,',
      '2,Mia,Berg,,locked,',
      '3,Ada,Cron,,active,2025-06-30',
    ],
    people: [{ status: 'active', address: { region: 'Tirol' } }, { status: 'suspended' }, { status: 'expired' }],
  },
  'Phönix, with two lines for the name': {
    country: 'DE',
    lines: ['MITGLNR;NAME1;NAME2;ORT', '1;Schütz;Walter;Siegen', '2;Schütz;Xaver;Siegen'],
    people: [{ lastName: 'Schütz', firstName: 'Walter' }, { firstName: 'Xaver' }],
  },
  'Fairgate and Hitobito, with numbers that are not of the member': {
    country: 'CH',
    lines: [
      'Vorname;Nachname;Korr. Strasse;Korr. PLZ;Korr. Ort;J+S-Nummer;Weitere E-Mail Vater',
      'Chiara;Rossi;Via Nassa 5;6900;Lugano;77;vater@example.ch',
    ],
    people: [
      {
        email: null,
        externalIds: [],
        address: { street: 'Via Nassa 5', postalCode: '6900', city: 'Lugano' },
        metadata: { jSNummer: '77' },
      },
    ],
  },
  'a secretary, with maiden names, juniors and firms': {
    country: 'DE',
    lines: [
      'lfd. Nr.;Familienname, Vorname;Telefon / Handy;Beitrag',
      '1;Aumüller, Rosemarie, geb. Fink;"0171/1234567\n0172/7654321";WAHR',
      '2;Jung jun., Peter;0661 555555;FALSCH',
      '3;Fa. Elektro Blitz;;FALSCH',
    ],
    people: [
      { lastName: 'Aumüller', phone: '+491711234567', metadata: { familiennameVorname: 'geb. Fink' }, memberships: [] },
      { displayName: 'Fa. Elektro Blitz', memberships: [] },
      { lastName: 'Jung', suffix: 'jun.' },
    ],
  },
}
testExports(t, platform, EXPORTS)

t.test('the names of the columns tell the encoding of a Czech list', async (t) => {
  const club = await startIn(platform, 'CZ')
  const text = 'Příjmení;Jméno;Členem od;Pohlaví;Ulice\r\nŘíha;Žaneta;1.9.2020;Ž;Dlouhá 5\r\nDvořák;Jan;1.9.2020;M;\r\n'
  const { format } = await planAndApply(club, encoded(text, 'windows-1250'))
  t.match(format, { encoding: 'windows-1250' })
  t.match(await members(club, '-lastName'), [
    {
      lastName: 'Říha',
      firstName: 'Žaneta',
      gender: 'female',
      joinedOn: '2020-09-01',
      address: { street: 'Dlouhá 5' },
    },
    { lastName: 'Dvořák', gender: 'male' },
  ])
})

t.test('a program that writes a member once for each of his departments', async (t) => {
  const club = await startIn(platform, 'DE')
  const lines = [
    'Mitgliedsnummer;Nachname;Vorname;Eintritt;Abteilung;Funktion;Abteilungseintritt',
    '1;Adler;Eva;01.01.2000;Tennis;Trainerin;01.01.2000',
    '1;Adler;Eva;01.01.2000;Turnen;;01.01.2010',
    '1;Adler;Eva;01.01.2000;Ski;Kassierin;',
    '2;Berg;Max;01.01.2001;Ski;;',
    '2;Berg;Moritz;01.01.2001;Turnen;;',
    '3;Cron;Ute;;Ski;;',
  ]
  const sent = { options: { createMissing: true } }
  const done = await planAndApply(club, file(...lines), sent)
  t.match(done, {
    applied: { create: 3 },
    problems: [{ row: 6, reason: /same number as in row 5/ }],
  })
  t.match(
    done.notices.filter(({ code }) => code === 'repeated'),
    [{ column: 'Abteilung', rows: 2 }],
  )
  const [eva] = await members(club)
  t.match(
    eva.groups.toSorted((a: { groupName: string }, b: { groupName: string }) => a.groupName.localeCompare(b.groupName)),
    [
      { groupName: 'Ski', role: 'kassierin', from: '2000-01-01' },
      { groupName: 'Tennis', role: 'trainerin' },
      { groupName: 'Turnen', role: 'member' },
    ],
  )
  t.match(eva.metadata, { abteilungseintritt: '01.01.2000; 01.01.2010' })
  t.match((await planAndApply(club, file(...lines), sent)).counts, { unchanged: 3, conflict: 1 })
  const changed = file(...lines.map((line) => line.replace('Turnen;;01.01.2010', 'Chor;;01.01.2010')))
  const again = await planAndApply(club, changed, sent)
  t.match(again, { applied: { update: 1 }, counts: { unchanged: 2, conflict: 1 } })
  await club.admin.post(`/api/v1/imports/${again.id}/undo`)
  await platform.settle()
  t.equal((await members(club))[0].groups.length, 3, 'undone, the choir is gone')
})
