import { test } from 'tap'
import { content, empty, odsParts, row, table, text, value, writeOds } from './ods-file.ts'
import { growth, pathFor, readAll, refusal } from './reading.ts'
import { type Part, writeArchive } from './workbook-file.ts'

async function ods(...tables: string[]): Promise<string> {
  const path = pathFor('ods')
  await writeOds(path, tables)
  return path
}
async function archive(parts: readonly Part[]): Promise<string> {
  const path = pathFor('ods')
  await writeArchive(path, parts)
  return path
}
const LETTERS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
const list = (...rows: string[]) =>
  ods(table('Mitglieder', [row(LETTERS.map((letter) => text(letter)).join('')), ...rows]))
/** The cells of one row, read. */
async function cellsOf(...cells: string[]): Promise<string[] | undefined> {
  const { rows } = await readAll(await list(row(cells.join(''))))
  return rows[0]?.cells.slice(0, cells.length)
}

test('each kind of cell is read by its value', async (t) => {
  const failed = `<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>`
  t.same(
    await cellsOf(
      value('date', '1990-02-28', '28.02.90'),
      value('date', '2025-12-31T13:05:00', '31.12.25 13:05'),
      value('date', '1899-12-30', '30.12.99'),
      value('time', 'PT13H05M00S', '13:05'),
      value('boolean', 'true', 'WAHR'),
      failed,
      failed.replace('#DIV/0!', 'Err:502'),
    ),
    ['1990-02-28', '2025-12-31 13:05:00', '', '13:05:00', 'true', '#DIV/0!', '#VALUE!'],
  )
})

test('a number keeps its digits, and their form where they have one', async (t) => {
  t.same(
    await cellsOf(
      value('float', '12.1', '12,1'),
      value('float', '1e21', '1E+21'),
      value('percentage', '0.5', '50 %'),
      value('currency', '1060', '1.060,00 €', 'office:currency="EUR"'),
      value('float', '3', '3 Stück'),
      value('float', '1067', '01067'),
      value('float', '12', 'M-0012'),
      value('float', '491711', '+49 1711'),
    ),
    ['12.1', '1000000000000000000000', '0.5', '1060', '3', '01067', 'M-0012', '+49 1711'],
  )
})

test('lines, spaces and links belong to a text, notes and drawings do not', async (t) => {
  const note = '<office:annotation><dc:date>2025-01-01</dc:date><text:p>Bitte prüfen</text:p></office:annotation>'
  const drawing = '<draw:custom-shape><text:p>Pfeil</text:p></draw:custom-shape>'
  const link = '<text:a xlink:href="mailto:eva@example.org">eva@example.org</text:a>'
  t.same(
    await cellsOf(
      `<table:table-cell office:value-type="string">${note}${drawing}<text:p>Müller &amp;<text:s text:c="2"/><text:span>Co</text:span></text:p><text:p/><text:p>Ort<text:line-break/>Land</text:p></table:table-cell>`,
      text(link),
      `<table:table-cell table:formula="of:=A1" office:value-type="string" office:string-value="Text"/>`,
    ),
    ['Müller &  Co\n\nOrt\nLand', 'eva@example.org', 'Text'],
  )
})

test('cells and rows that are the same stand once in the file and as often in the list', async (t) => {
  const path = await list(
    row(empty(3), 'table:number-rows-repeated="2"'),
    row(
      `<table:table-cell table:number-columns-repeated="2" office:value-type="string"><text:p>x</text:p></table:table-cell>`,
    ),
    row(text('y') + empty(16_383), 'table:number-rows-repeated="2" table:visibility="filter"'),
    row(`${text('z')}<table:covered-table-cell/>${text('w')}`, 'table:visibility="collapse"'),
  )
  const filled = (...cells: string[]) => LETTERS.map((_, i) => cells[i] ?? '')
  t.same((await readAll(path)).rows, [
    { number: 4, cells: filled('x', 'x') },
    { number: 5, cells: filled('y') },
    { number: 6, cells: filled('y') },
    { number: 7, cells: filled('z', '', 'w') },
  ])
})

test('the worksheet is chosen as in other workbooks, and no hidden one', async (t) => {
  const two = [row(text('n') + text('m')), row(text('1') + text('2'))]
  const path = await ods(table('Alt', two, 'ta2'), table('A &amp; B', two), table('Leer', []))
  const sheet = await readAll(path)
  t.match(sheet, { format: 'ods', encoding: null, detected: { sheetName: 'A & B', otherSheets: [] } })
  t.same(sheet.rows, [{ number: 2, cells: ['1', '2'] }])
  const both = await ods(table('2024', two), table('2025', [...two, row(text('3'))]))
  t.match(await refusal(both), { code: 'which-sheet', message: /"2024", "2025"/ })
  t.equal((await readAll(both, { sheetName: '2025' })).rows.length, 2)
  t.match(await refusal(both, { sheetName: '2026' }), { code: 'no-such-sheet', message: /"2024", "2025"/ })
})

test('what is no spreadsheet, protected or cut off is refused with the way out', async (t) => {
  const parts = odsParts([content([])])
  const writer = parts.map((part) =>
    part.name === 'mimetype' ? { ...part, content: ['application/vnd.oasis.opendocument.text'] } : part,
  )
  t.equal((await refusal(await archive(writer))).code, 'not-a-table')
  const locked = odsParts(['sealed'], '<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>')
  t.match(await refusal(await archive(locked)), { code: 'encrypted', remedy: /Save with password/ })
  t.equal(
    (await refusal(await archive([parts[0]!, { name: 'encrypted-package', content: ['sealed'] }]))).code,
    'encrypted',
  )
  const whole = content([table('x', [row(text('a') + text('b')), row(text('1') + text('2'))])])
  t.equal((await refusal(await archive(odsParts([whole.slice(0, whole.indexOf('1048000'))])))).code, 'damaged')
})

test('a spreadsheet that unfolds without end is stopped quickly and in bounded memory', {
  timeout: 60_000,
}, async (t) => {
  const repeated = (xml: string, times: number, of: 'rows' | 'columns') =>
    xml.replace(' ', ` table:number-${of}-repeated="${times}" `)
  const long = text('y'.repeat(30_000))
  const cases: [name: string, path: Promise<string>, code: string, place: object][] = [
    ['a million columns', list(row(repeated(text('x'), 1_000_000, 'columns'))), 'too-many-columns', { row: 2 }],
    ['a million rows', list(row(text('x'), 'table:number-rows-repeated="1000000"')), 'too-many-rows', { row: 2 }],
    ['many long rows', list(row(repeated(long, 900, 'columns'), 'table:number-rows-repeated="9000"')), 'zip-bomb', {}],
    ['a long cell', list(row(text('1') + text('y'.repeat(40_000)))), 'cell-too-long', { row: 2, column: 'b' }],
    [
      'spaces without end',
      list(row(text(`x<text:s text:c="999999999"/>`.repeat(9)))),
      'cell-too-long',
      { row: 2, column: 'a' },
    ],
    ['a cell of 2 MB', list(row(text('1') + text('y'.repeat(2_000_000)))), 'cell-too-long', { row: 2, column: 'B' }],
    ['entities', archive(odsParts(['<!DOCTYPE x [<!ENTITY a "b">]>', content([])])), 'damaged', {}],
  ]
  for (const [name, path, code, place] of cases) {
    const file = await path
    const grown = await growth(async () => {
      const error = await refusal(file)
      t.match(error, { code, place }, `${name}: ${error.message}`)
    })
    t.ok(grown < 150, `${name}: grew ${Math.round(grown)} MB`)
  }
})
