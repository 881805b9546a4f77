import { readFile } from 'node:fs/promises'
import { type Test, test } from 'tap'
import { encoded, pathFor } from '../sheets/reading.ts'
import { cellRow, workbookParts, worksheet, writeArchive } from '../sheets/workbook-file.ts'
import { type Club, planAndApply, startClub } from './importing.ts'

/** People as the exports below hold them; the last two have the names of totals. */
const PEOPLE = [
  ['0001', 'Maria', 'Müller', 'Am Bäch 1', '01067', 'Dresden', '1950-01-31'],
  ['0002', 'Jörg', 'Weiß', 'Schloßstraße 4', '50667', 'Köln', '1961-02-08'],
  ['0003', 'Änne', 'Schäfer', 'Große Gasse 5', '04109', 'Leipzig', '1972-03-15'],
  ['0004', 'René', 'Lefèvre', 'Weg 6', '26721', 'Emden', '1983-04-22'],
  ['0005', 'Zoé', 'Total', 'Weg 7', '80331', 'München', '1994-05-01'],
  ['0006', 'Stand', 'Summer', 'Weg 8', '50667', 'Köln', '1999-12-31'],
] as const

const german = (date: string) => date.split('-').reverse().join('.')
const serial = (date: string) => Date.parse(date) / 86_400_000 + 25_569

interface Listed {
  externalIds: { value: string }[]
  firstName: string
  lastName: string
  address: { street: string; postalCode: string; city: string }
  birthday: string
}

async function registered({ admin }: Club): Promise<string[][]> {
  const items: Listed[] = (await admin.get('/api/v1/members?limit=200')).json().items
  return items
    .map(({ externalIds, firstName, lastName, address, birthday }) => [
      externalIds[0]!.value,
      firstName,
      lastName,
      address.street,
      address.postalCode,
      address.city,
      birthday,
    ])
    .sort(([a = ''], [b = '']) => a.localeCompare(b))
}

async function imports(t: Test, file: Buffer, fileName: string, asides: string[]) {
  const club = await startClub()
  const done = await planAndApply(club, file, { fileName })
  t.same(done.problems, [])
  t.same(await registered(club), PEOPLE)
  t.same(
    done.notices
      .filter(({ code }) => code === 'aside')
      .map(({ message }) => message.replace(/ (is|are) left out.*/, '')),
    asides,
  )
  return done
}

test('a quoted list of Windows with a separator too many and open ends', async (t) => {
  const rows = [
    [
      'Mitgliedsnummer',
      'Anrede',
      'Vorname',
      'Nachname',
      'Straße',
      'PLZ',
      'Ort',
      'Geburtsdatum',
      'Austrittsdatum',
      'Bemerkung',
    ],
    ...PEOPLE.map(([nr, first, last, street, plz, city, birthday]) => [
      nr,
      'Frau',
      first,
      last,
      street,
      plz,
      city,
      german(birthday),
      '31.12.9999',
      'Zeile 1\r\nsagt ""ja""; nein',
    ]),
  ]
  const text = rows.map((cells) => `${cells.map((cell) => `"${cell}"`).join(';')};\r\n`).join('')
  const { notices } = await imports(t, encoded(text, 'windows-1252'), 'export.csv', [])
  t.match(notices, [{ column: 'Austrittsdatum', rows: 6, message: /no date/ }])
})

test('a list of MS-DOS with a title above and a page below', async (t) => {
  const rows = [
    ['TSV Musterstadt'],
    ['Mitgliederliste', '', 'Druckdatum:', '01.02.2025'],
    [],
    ['MITGLIEDSNR', 'NAME', 'VORNAME', 'STRASSE', 'PLZ', 'ORT', 'GEBURTSDATUM'],
    ...PEOPLE.map(([nr, first, last, street, plz, city, birthday]) => [
      nr,
      last,
      first,
      street,
      plz,
      city,
      german(birthday),
    ]),
    [],
    ['Anzahl Mitglieder: 6'],
    ['Seite 1 von 1'],
  ]
  const text = rows.map((cells) => `${cells.join(';')}\r\n`).join('')
  const { format } = await imports(t, encoded(text, 'cp850'), 'liste.txt', [
    'Rows 12 ("Anzahl Mitglieder: 6"), 13 ("Seite 1 von 1")',
  ])
  t.match(format, { encoding: 'cp850', headerRow: 4 })
})

test('a list of a Mac with the lines of a Mac', async (t) => {
  const rows = [
    ['Nr', 'Nachname', 'Vorname', 'Straße', 'PLZ', 'Ort', 'Geburtstag'],
    ...PEOPLE.map(([nr, first, last, street, plz, city, birthday]) => [
      nr,
      last,
      first,
      street,
      plz,
      city,
      german(birthday),
    ]),
    ['Total', '6', '', '', '', '', ''],
  ]
  const text = rows.map((cells) => `${cells.join(';')}\r`).join('')
  await imports(t, encoded(text, 'macintosh'), 'liste.csv', ['Row 8 ("Total 6")'])
})

test('a workbook with a cover, headings over the header, blank rows, the header again and totals', async (t) => {
  const HEADER = ['', 'Vorname', 'Nachname', 'Straße', 'PLZ', 'Ort', 'Geburtsdatum', '']
  const person = (row: number, [nr, first, last, street, plz, city, birthday]: (typeof PEOPLE)[number]) =>
    cellRow(row, [[Number(nr), 1], first, last, street, [Number(plz), 2], city, [serial(birthday), 3], [0, 3]])
  const list = [
    cellRow(1, ['TSV Musterstadt e.V.']),
    cellRow(2, ['Mitgliederliste', '', '', '', '', '', [45_658, 3]]),
    cellRow(4, ['Nr.', 'Name', '', 'Adresse', '', '', 'Daten', 'Austritt']),
    cellRow(5, HEADER),
    ...PEOPLE.slice(0, 3).map((one, i) => person(6 + i, one)),
    cellRow(10, HEADER),
    ...PEOPLE.slice(3).map((one, i) => person(11 + i, one)),
    cellRow(15, ['Gesamt', '', '', '', '', '', '', 360.5]),
    cellRow(16, ['Anzahl Mitglieder', '', 6]),
  ]
  const path = pathFor('xlsx')
  const sheets = {
    Deckblatt: [cellRow(2, ['', 'Vereinsprogramm']), cellRow(4, ['', 'Verein:', 'TSV Musterstadt'])],
    Mitglieder: list,
    Auswahl: [cellRow(1, ['Status', 'Beitragsart']), cellRow(2, ['aktiv', 'voll'])],
  }
  const parts = Object.entries(sheets).map(([name, rows]) => ({ name, xml: worksheet(rows) }))
  await writeArchive(path, workbookParts(parts, ['0000', '00000', 'dd.mm.yyyy']))
  const { format, notices } = await imports(t, await readFile(path), 'mitglieder.xlsx', [
    'Rows 15 ("Gesamt 360.5"), 16 ("Anzahl Mitglieder 6")',
    'Row 10',
  ])
  t.match(format, { sheetName: 'Mitglieder', headerRow: 5 })
  t.match(notices[0], { code: 'sheet', message: /"Mitglieder" is read; for another one \("Deckblatt", "Auswahl"\)/ })
})

test('an address book of Google: lists, a title as prefix, one name twice, and days of Outlook that are none', async (t) => {
  const club = await startClub()
  const rows = [
    'Name,Given Name,Family Name,Name Prefix,Birthday,Labels,Phone 1 - Type,Phone 1 - Value,Statut',
    'Eva Adler,Eva,Adler,Dr.,1980-02-28,Chor ::: Vorstand,Mobile,+49 171 1234567,À jour',
    'Bob,Bob,,,0.0.00,,Mobile,0172 7654321,Expiré',
  ]
  const done = await planAndApply(club, rows.join('\r\n'), { options: { createMissing: true } })
  t.same(done.problems, [])
  const { items } = (await club.admin.get('/api/v1/members?sort=displayName')).json()
  t.match(items, [
    { firstName: 'Bob', lastName: null, birthday: null, phone: '+491727654321', status: 'expired' },
    {
      lastName: 'Adler',
      phone: '+491711234567',
      metadata: { title: 'Dr.', phone1Type: 'Mobile' },
      tags: ['Chor', 'Vorstand'],
    },
  ])
})
