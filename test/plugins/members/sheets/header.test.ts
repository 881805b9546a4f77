import { test } from 'tap'
import { headerWords } from '#plugins/members/import/header-words.ts'
import { IMPORT_TARGETS } from '#plugins/members/import/index.ts'
import { pathFor, readAll, readText, refusal } from './reading.ts'
import { textRow, workbookParts, worksheet, writeArchive } from './workbook-file.ts'

const words = headerWords(IMPORT_TARGETS.members)

const columnsOf = async (...rows: string[]) => {
  const { columns, detected, rows: read } = await readText(`${rows.join('\n')}\n`, { words })
  return { columns: columns.join('|'), headerRow: detected.headerRow, rows: read.length }
}

test('a header in two rows is one: headings over several columns, names merged downwards', async (t) => {
  t.same(
    await columnsOf(
      'Mitgliederliste;;;;;;;',
      'Nr;Name;;Adresse;;;Kontakt;',
      ';Vorname;Nachname;Straße;PLZ;Ort;Telefon;E-Mail',
      '1;Maria;Müller;Weg 1;50667;Köln;0221 1;m@example.org',
    ),
    { columns: 'Nr|Vorname|Nachname|Straße|PLZ|Ort|Telefon|E-Mail', headerRow: 3, rows: 1 },
  )
  t.same(
    await columnsOf(
      'Nr;Nachname;Vorname;Adresse;;;Geb.;Eintritt',
      ';;;Straße;PLZ;Ort;;',
      '1;Müller;Maria;Weg 1;50667;Köln;1.1.1990;1.1.2020',
    ),
    { columns: 'Nr|Nachname|Vorname|Straße|PLZ|Ort|Geb.|Eintritt', headerRow: 2, rows: 1 },
    'more headers above than below',
  )
  t.same(
    await columnsOf(
      'Mitglied;Mitglied;Adresse;Adresse;Adresse',
      'Vorname;Nachname;Straße;PLZ;Ort',
      'Maria;Müller;Weg 1;50667;Köln',
    ),
    { columns: 'Vorname|Nachname|Straße|PLZ|Ort', headerRow: 2, rows: 1 },
    'headings written over each column',
  )
})

test('a heading that makes a name another matter, or tells two apart, is part of it', async (t) => {
  const { columns } = await columnsOf(
    ';;Privat;;Geschäftlich;Notfallkontakt;;Geburt;;Eintritt;Eltern',
    'Vorname;Nachname;Telefon;E-Mail;Telefon;Name;Telefon;Datum;Ort;Datum;Name',
    'Maria;Müller;1;m@example.org;2;Otto;3;1.1.1990;Köln;1.1.2020;Ida',
  )
  t.equal(
    columns,
    'Vorname|Nachname|Privat Telefon|E-Mail Privat|Telefon Geschäftlich|Notfallkontakt Name|Notfallkontakt Telefon|Geburt Datum|Geburt Ort|Datum Eintritt|Eltern Name',
  )
})

test('a title above the header is no heading, and a first row of data no second header', async (t) => {
  t.same(await columnsOf('TSV Musterstadt;;;Mitgliederliste;', 'Nr;Vorname;Nachname;Name;Ort', '1;A;B;C;D'), {
    columns: 'Nr|Vorname|Nachname|Name|Ort',
    headerRow: 2,
    rows: 1,
  })
  t.same(await columnsOf('Name;Typ;', 'Gruppe;Verein;x', 'Jugend;Gruppe;'), {
    columns: 'Name|Typ',
    headerRow: 1,
    rows: 2,
  })
})

test('the known header is found below a wide preamble, and where dates are headers', async (t) => {
  t.same(
    await columnsOf('Filter;Status = aktiv;Sortierung;Name', '', 'Nr;Vorname;Nachname;Ort', '1;A;B;C', '2;A;B;C'),
    {
      columns: 'Nr|Vorname|Nachname|Ort',
      headerRow: 3,
      rows: 2,
    },
  )
  t.same(await columnsOf('Vorname;Nachname;01.02.2025;08.02.2025', 'A;B;x;', 'C;D;;x'), {
    columns: 'Vorname|Nachname|01.02.2025|08.02.2025',
    headerRow: 1,
    rows: 2,
  })
})

type Rows = readonly (readonly string[])[]
const PEOPLE: Rows = [
  ['Nr', 'Vorname', 'Nachname', 'Ort'],
  ['1', 'Maria', 'Müller', 'Köln'],
  ['2', 'Eva', 'Schmidt', 'Bonn'],
]
const COVER: Rows = [['TSV Musterstadt'], ['Mitgliederliste', 'Stand 2025'], ['Bitte vertraulich behandeln']]

async function workbook(sheets: Record<string, Rows>): Promise<string> {
  const path = pathFor('xlsx')
  const parts = Object.entries(sheets).map(([name, rows]) => ({
    name,
    xml: worksheet(rows.map((cells, i) => textRow(i + 1, cells))),
  }))
  await writeArchive(path, workbookParts(parts))
  return path
}

test('of several worksheets the one with a known header is read', async (t) => {
  const wide: Rows = [['a', ...Array.from({ length: 1500 }, () => 'x')]]
  for (const [what, sheets] of Object.entries({
    'a cover': { Deckblatt: COVER, Liste: PEOPLE },
    'lists behind it': {
      Liste: PEOPLE,
      Auswahl: [
        ['Status', 'Beitragsart'],
        ['aktiv', 'voll'],
      ],
    },
    'an empty form beside it': { Vorlage: [PEOPLE[0]!], Liste: PEOPLE },
    'a worksheet that cannot be read': { Tabelle: wide, Liste: PEOPLE },
    'empty ones': { Leer: [], Liste: PEOPLE, Tabelle3: [] },
  })) {
    const sheet = await readAll(await workbook(sheets), { words })
    t.equal(sheet.detected.sheetName, 'Liste', what)
    t.equal(sheet.rows.length, 2, what)
  }
  const { detected } = await readAll(await workbook({ Deckblatt: COVER, Liste: PEOPLE }), { words })
  t.same(detected.otherSheets, ['Deckblatt'])
})

test('where several worksheets may be meant, the refusal names them and the option', async (t) => {
  const path = await workbook({ Aktive: PEOPLE, Ehemalige: PEOPLE, Deckblatt: COVER })
  const error = await refusal(path, { words })
  t.equal(error.code, 'which-sheet')
  t.match(error.message, /"Aktive", "Ehemalige", "Deckblatt".*option sheetName/)
  t.equal((await readAll(path, { words, sheetName: 'Ehemalige' })).detected.sheetName, 'Ehemalige')
  const unknown = await workbook({
    A: [
      ['x', 'y'],
      ['1', '2'],
    ],
    B: [
      ['u', 'v'],
      ['1', '2'],
    ],
  })
  t.equal((await refusal(unknown, { words })).code, 'which-sheet')
})

test('a row with cells too many does not become the header of a narrow table', async (t) => {
  t.same(await columnsOf('Vorname;Nachname', 'Anna;Bauer', 'Ben;Bauer;x;y', 'Cy', 'Dora;Doll'), {
    columns: 'Vorname|Nachname',
    headerRow: 1,
    rows: 4,
  })
})
