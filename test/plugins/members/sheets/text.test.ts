import { test } from 'tap'
import { collect, readText, refusal, written } from './reading.ts'

const TABLE = 'Vorname;Nachname;Ort\r\nJörg;Müller;Köln\r\nZoë;Łukasz;Genève\r\n'
const LATIN = 'Vorname;Nachname;Ort\r\nJörg;Müller;Köln\r\n'

test('reads the encodings of spreadsheet software', async (t) => {
  const swap = (text: string) => Buffer.from(text, 'utf16le').swap16()
  const cases: [name: string, bytes: Buffer, encoding: string, mark: boolean][] = [
    ['UTF-8', Buffer.from(TABLE), 'utf-8', false],
    ['UTF-8 with byte order mark', Buffer.from(`\uFEFF${TABLE}`), 'utf-8', true],
    ['Windows-1252', Buffer.from(LATIN, 'latin1'), 'windows-1252', false],
    ['UTF-16 LE with byte order mark', Buffer.from(`\uFEFF${TABLE}`, 'utf16le'), 'utf-16le', true],
    ['UTF-16 LE', Buffer.from(TABLE, 'utf16le'), 'utf-16le', false],
    ['UTF-16 BE with byte order mark', swap(`\uFEFF${TABLE}`), 'utf-16be', true],
    ['UTF-16 BE', swap(TABLE), 'utf-16be', false],
  ]
  for (const [name, bytes, encoding, mark] of cases) {
    const sheet = await readText(bytes)
    t.equal(sheet.encoding, encoding, name)
    t.equal(sheet.detected.byteOrderMark, mark, name)
    t.equal(sheet.separator, ';', name)
    t.same(sheet.columns, ['Vorname', 'Nachname', 'Ort'], name)
    t.same(sheet.rows[0], { number: 2, cells: ['Jörg', 'Müller', 'Köln'] }, name)
  }
})

test('decides by the whole file: a single foreign byte in the last row counts', async (t) => {
  const rows = 'a;b\r\n'.repeat(60_000)
  const sheet = await readText(Buffer.concat([Buffer.from(`x;y\r\n${rows}`), Buffer.from('K\xf6ln;z\r\n', 'latin1')]))
  t.equal(sheet.encoding, 'windows-1252')
  t.same(sheet.rows.at(-1)?.cells, ['Köln', 'z'])
})

test('reads a character that the edge of a chunk cuts', async (t) => {
  for (let shift = 0; shift < 4; shift++) {
    const sheet = await readText(`a,b\n${'x'.repeat(shift)}${`${'€'.repeat(20_000)},1\n`.repeat(5)}`)
    t.equal(sheet.encoding, 'utf-8')
    t.ok(sheet.rows.every((row) => row.cells[0]!.endsWith('€'.repeat(20_000))))
  }
})

test('takes all line ends, quoted line breaks and blank rows, and numbers rows as a spreadsheet does', async (t) => {
  for (const end of ['\n', '\r\n', '\r']) {
    const sheet = await readText(['a,b', '"one\ntwo",2', '', '"say ""x""",3', ',', '', ''].join(end))
    t.same(
      sheet.rows,
      [
        { number: 2, cells: ['one\ntwo', '2'] },
        { number: 4, cells: ['say "x"', '3'] },
      ],
      JSON.stringify(end),
    )
  }
})

test('skips titles and blank rows above the header', async (t) => {
  const sheet = await readText(
    'Mitgliederliste TSV 1900;;;\n\nStand;01.02.2025;;\nName;Vorname;Ort;Geburtstag\nM;E;K;1.2.1990\n',
  )
  t.equal(sheet.detected.headerRow, 4)
  t.same(sheet.columns, ['Name', 'Vorname', 'Ort', 'Geburtstag'])
  t.same(sheet.rows, [{ number: 5, cells: ['M', 'E', 'K', '1.2.1990'] }])
})

test('takes a title without separators in a table of two columns for what it is', async (t) => {
  const sheet = await readText('Unsere Liste\nName;Ort\nEva;Köln\nMax;Bonn\n')
  t.same(sheet.columns, ['Name', 'Ort'])
})

test('obeys the sep= line of Excel', async (t) => {
  const sheet = await readText('sep=|\na|b,c\n1|2,3\n')
  t.equal(sheet.separator, '|')
  t.same(sheet.columns, ['a', 'b,c'])
  t.same(sheet.rows, [{ number: 2, cells: ['1', '2,3'] }])
})

test('names columns without a header, and leaves out empty ones at the end', async (t) => {
  const sheet = await readText('a,,c,,\n1,2,3,,\n')
  t.same(sheet.columns, ['a', 'column B', 'c'])
  t.same(sheet.detected.unnamed, ['column B'])
  t.same(sheet.rows, [{ number: 2, cells: ['1', '2', '3'] }])
})

test('reports ragged rows one by one and reads the others', async (t) => {
  const { rows } = await readText('a,b,c\n1,2,3\n1,2\n1,2,3,4\n1,2,3,,\n')
  t.notOk(rows[0]?.problem)
  t.match(rows[1]?.problem, { expected: 3, got: 2 })
  t.match(rows[2]?.problem, { expected: 3, got: 4 })
  t.notOk(rows[3]?.problem, 'empty cells at the end are no problem')
  t.same(
    rows.map((row) => row.cells.length),
    [3, 3, 3, 3],
  )
})

test('reads a quotation mark inside a cell, and a formula disarmed by an apostrophe', async (t) => {
  const { rows } = await readText("a,b\n5\" pipe,'+49 221 1\nO'Hara,'tis\n")
  t.same(
    rows.map((row) => row.cells),
    [
      ['5" pipe', '+49 221 1'],
      ["O'Hara", "'tis"],
    ],
  )
})

test('reads rows again from the start', async (t) => {
  const path = written('a,b\n1,2\n')
  const { openSheet } = await import('#plugins/members/sheets/index.ts')
  const sheet = await openSheet(path, { fileName: 'x.csv' })
  t.same(await collect(sheet.rows()), await collect(sheet.rows()))
})

test('refuses text that is no table, naming row, column and remedy', async (t) => {
  const cases: [name: string, bytes: string | Buffer, code: string, row?: number, column?: string][] = [
    ['empty file', '', 'empty'],
    ['only blank rows', '\n\n;;\n', 'empty'],
    ['lies about UTF-8', Buffer.from('\xef\xbb\xbfa;b\n1;2\nK\xf6ln;3\n', 'latin1'), 'encoding', 3],
    [
      'mixes encodings',
      Buffer.concat([Buffer.from('a;b\nMüller;Köln\n'), Buffer.from('J\xf6rg;x\n', 'latin1')]),
      'encoding',
      3,
    ],
    ['odd UTF-16', Buffer.from('\xff\xfea\x00;\x00b\x00\n\x001\x00;\x00\x00', 'latin1'), 'encoding', 2],
    ['lone surrogate in UTF-16', Buffer.from('\uFEFFa;b\n1;\ud800x\n', 'utf16le'), 'encoding'],
    ['NUL', 'a;b\n1;2\n3;\0\n', 'nul-byte', 3],
    ['NUL in UTF-16', Buffer.from('\uFEFFa;b\n1;2\n3;\0\n', 'utf16le'), 'nul-byte', 3],
    ['duplicate headers', 'Name;Ort;name\na;b;c\n', 'duplicate-header', 1, 'name'],
    ['no header', 'Eva;eva@example.org;1.2.1990\nMax;max@example.org;2.3.1991\nUlf;;\n', 'no-header', 1],
    ['no header where a later row has no dates', 'Eva;1.2.1990\nMax;Köln\n', 'no-header', 1],
    ['open quote', 'a;b\n1;2\n3;"4\n5;6\n', 'quote-open', 3],
    ['long cell', `a;b\n1;${'x'.repeat(40_000)}\n`, 'cell-too-long', 2, 'b'],
    ['10 MB cell', `a;b\n1;2\n1;${'x'.repeat(10_000_000)}\n`, 'cell-too-long', 3, 'B'],
    ['too many columns', `${Array.from({ length: 501 }, (_, i) => `c${i}`).join(';')}\n`, 'too-many-columns', 1],
    ['a million columns', `${'c;'.repeat(1_000_000)}\n`, 'too-many-columns', 1],
    ['JSON', '[{"name":"Eva"}]', 'not-a-table'],
    ['JSON lines', '{"name":"Eva"}\n{"name":"Max"}', 'not-a-table'],
    ['HTML', '<!DOCTYPE html><table><tr><td>x', 'not-a-table'],
    ['PDF', '%PDF-1.7\n', 'not-a-table'],
    ['ZIP', Buffer.from('PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0', 'latin1'), 'not-a-table'],
  ]
  for (const [name, bytes, code, row, column] of cases) {
    const error = await refusal(written(bytes))
    t.equal(error.code, code, name)
    if (row !== undefined) t.equal(error.place.row, row, name)
    if (column !== undefined) t.equal(error.place.column, column, name)
    t.ok(error.remedy, name)
  }
  const both = await refusal(written('Name;Ort;name\na;b;c\n'))
  t.match(both.message, /Columns A and C/)
})

test('keeps the limits it is given', async (t) => {
  t.equal((await refusal(written('a\n1\n2\n3\n'), { limits: { rows: 2 } })).code, 'too-many-rows')
  t.equal((await refusal(written('a\n1\n2\n3\n'), { limits: { fileBytes: 4 } })).code, 'file-too-large')
})
