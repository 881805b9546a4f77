import { writeFile } from 'node:fs/promises'
import { writeXlsx } from 'hucre/xlsx'
import { test } from 'tap'
import { collect, growth, pathFor, readAll, refusal, written } from './reading.ts'
import { textRow, workbookParts, worksheet, writeArchive } from './workbook-file.ts'

async function workbook(rows: Iterable<string | Buffer>): Promise<string> {
  const path = pathFor('xlsx')
  await writeArchive(path, workbookParts([{ name: 'Mitglieder', xml: worksheet(rows) }]))
  return path
}

test('reads dates, numbers, booleans, formulas and texts', async (t) => {
  const path = pathFor('xlsx')
  const bytes = await writeXlsx({
    sheets: [
      { name: 'Leer', rows: [] },
      {
        name: 'Mitglieder',
        rows: [
          ['Liste 2025'],
          ['name', 'date', 'number', 'phone', 'yes', 'short'],
          ['Jörg <Müller> & Co', new Date(Date.UTC(1990, 1, 28)), 12.1, 491711234567, true],
          [],
          ['=1+1', new Date(Date.UTC(2025, 11, 31, 13, 5)), 1e21, 1e-7, false, 'x'],
        ],
      },
    ],
  })
  await writeFile(path, bytes)
  const sheet = await readAll(path)
  t.equal(sheet.format, 'xlsx')
  t.equal(sheet.detected.sheetName, 'Mitglieder')
  t.equal(sheet.detected.headerRow, 2)
  t.same(sheet.rows, [
    { number: 3, cells: ['Jörg <Müller> & Co', '1990-02-28', '12.1', '491711234567', 'true', ''] },
    { number: 5, cells: ['=1+1', '2025-12-31 13:05:00', '1000000000000000000000', '0.0000001', 'false', 'x'] },
  ])
  t.equal((await refusal(path, { sheetName: 'Fehlt' })).code, 'no-such-sheet')
  t.equal((await refusal(path, { sheetName: 'Leer' })).code, 'empty')
})

test('reads the cached result of a formula, worksheets in any order, and no hidden one', async (t) => {
  const path = pathFor('xlsx')
  const formula = '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2" t="str"><f>"x"</f><v>ab</v></c></row>'
  await writeArchive(
    path,
    workbookParts([
      { name: 'Lists', state: 'hidden', xml: worksheet([textRow(1, ['no', 'no']), textRow(2, ['no', 'no'])]) },
      { name: 'A &amp; B', xml: worksheet([textRow(1, ['n', 't']), formula]) },
    ]),
  )
  const sheet = await readAll(path)
  t.equal(sheet.detected.sheetName, 'A & B')
  t.same(sheet.rows, [{ number: 2, cells: ['2', 'ab'] }])
})

test('holds rows back until they are wanted', async (t) => {
  function* rows() {
    for (let i = 1; i <= 5000; i++) yield textRow(i, ['Jörg', `number ${i}`])
  }
  const path = await workbook(rows())
  const { openSheet } = await import('#plugins/members/sheets/index.ts')
  const sheet = await openSheet(path, { fileName: 'x.xlsx' })
  let count = 1
  for await (const row of sheet.rows()) {
    count++
    t.equal(row.cells[1], `number ${count}`, { diagnostic: false })
    if (count % 500 === 0) await new Promise((resolve) => setImmediate(resolve))
    if (count === 4000) break
  }
  t.equal(count, 4000)
  t.equal((await collect(sheet.rows())).length, 4999)
})

test('refuses old, encrypted and foreign containers with the way out', async (t) => {
  const container = (stream: string) => {
    const bytes = Buffer.alloc(2048)
    bytes.write('d0cf11e0a1b11ae1', 'hex')
    bytes.writeUInt16LE(9, 30)
    bytes.writeUInt32LE(1, 48)
    bytes.write(stream, 1024, 'utf16le')
    return bytes
  }
  const old = await refusal(written(container('Workbook'), 'xls'))
  t.equal(old.code, 'legacy-excel')
  t.match(old.remedy, /XLSX/)
  t.equal((await refusal(written(container('EncryptedPackage'), 'xlsx'))).code, 'encrypted')
  const zip = pathFor('zip')
  await writeArchive(zip, [{ name: 'readme.txt', content: ['hello'] }])
  t.match(await refusal(zip), { code: 'not-a-table', message: /ZIP/ })
  const locked = pathFor('xlsx')
  await writeArchive(
    locked,
    workbookParts([{ name: 'x', xml: [] }]).map((part) => ({ ...part, encrypted: true })),
  )
  t.equal((await refusal(locked)).code, 'encrypted')
  const cut = await workbook([textRow(1, ['a', 'b'])])
  const { readFileSync } = await import('node:fs')
  t.equal((await refusal(written(readFileSync(cut).subarray(0, 200), 'xlsx'))).code, 'damaged')
})

test('stops hostile workbooks quickly and in bounded memory', { timeout: 120_000 }, async (t) => {
  const head = textRow(1, ['a', 'b'])
  const megabyte = Buffer.alloc(1024 * 1024, 'A')
  function* times<T>(n: number, value: T): Generator<T> {
    for (let i = 0; i < n; i++) yield value
  }
  function* bigCell() {
    yield head
    yield '<row r="2"><c r="B2" t="inlineStr"><is><t>'
    yield* times(64, megabyte)
    yield '</t></is></c></row>'
  }
  function* richCell() {
    yield head
    yield '<row r="2"><c r="B2" t="inlineStr"><is>'
    yield* times(3000, '<r><t>some text</t></r>'.repeat(100))
    yield '</is></c></row>'
  }
  function* wide() {
    yield '<row r="1">'
    for (let i = 0; i < 20; i++) yield '<c t="inlineStr"><is><t>x</t></is></c>'.repeat(10_000)
    yield '</row>'
  }
  const cases: [name: string, path: () => Promise<string>, code: string | string[], row?: number, column?: string][] = [
    ['a cell of 64 MB', () => workbook(bigCell()), ['zip-bomb', 'cell-too-long']],
    [
      'a cell of 4 MB',
      () =>
        workbook([head, '<row r="2"><c r="B2" t="inlineStr"><is><t>', ...times(4, megabyte), '</t></is></c></row>']),
      'cell-too-long',
      2,
      'B',
    ],
    ['a cell of many runs', () => workbook(richCell()), 'cell-too-long', 2, 'B'],
    ['a cell of 40 KB', () => workbook([head, textRow(2, ['x', 'y'.repeat(40_000)])]), 'cell-too-long', 2, 'b'],
    ['200,000 columns', () => workbook(wide()), ['too-many-columns', 'zip-bomb']],
    [
      '16,000 columns',
      () => workbook(['<row r="1">', ...times(160, '<c t="inlineStr"><is><t>x</t></is></c>'.repeat(100)), '</row>']),
      'too-many-columns',
      1,
    ],
    ['entities', () => workbook(['<!DOCTYPE x [<!ENTITY a "b">]>', head]), 'damaged'],
    [
      'a bomb of rows',
      () => workbook(times(100, '<row><c><v>1</v></c></row>'.repeat(10_000))),
      ['zip-bomb', 'too-many-rows'],
    ],
    [
      'a directory that claims little',
      async () => {
        const path = pathFor('xlsx')
        const parts = workbookParts([{ name: 'x', xml: worksheet(times(64, megabyte)) }])
        await writeArchive(
          path,
          parts.map((part) => (part.name.includes('sheet1') ? { ...part, claimedSize: 1000 } : part)),
        )
        return path
      },
      'damaged',
    ],
    [
      'shared texts without end',
      async () => {
        const path = pathFor('xlsx')
        await writeArchive(path, [
          ...workbookParts([{ name: 'x', xml: worksheet([head]) }]),
          {
            name: 'xl/sharedStrings.xml',
            content: ['<sst>', ...times(20, '<si><t>x</t></si>'.repeat(40_000)), '</sst>'],
          },
        ])
        return path
      },
      'zip-bomb',
    ],
  ]
  for (const [name, make, codes, row, column] of cases) {
    const path = await make()
    const started = performance.now()
    let code = ''
    const grown = await growth(async () => {
      const error = await refusal(path)
      code = error.code
      if (row !== undefined) t.equal(error.place.row, row, name)
      if (column !== undefined) t.equal(error.place.column, column, name)
    })
    t.ok([codes].flat().includes(code), `${name}: ${code}`)
    t.ok(grown < 150, `${name}: grew ${Math.round(grown)} MB`)
    t.ok(performance.now() - started < 10_000, `${name}: ${Math.round(performance.now() - started)} ms`)
  }
})

test('gives up on a workbook that keeps silent, and on one that needs too much memory', async (t) => {
  const path = await workbook([textRow(1, ['a', 'b']), textRow(2, ['1', '2'])])
  t.equal((await refusal(path, { limits: { timeoutMs: 1 } })).code, 'timeout')
  const many = pathFor('xlsx')
  const parts = workbookParts([{ name: 'x', xml: worksheet([textRow(1, ['a'])]) }])
  const relations = `<Relationships>${'<Relationship Id="x" Type="y" Target="z"/>'.repeat(180_000)}</Relationships>`
  await writeArchive(
    many,
    parts.map((part) => (part.name.endsWith('workbook.xml.rels') ? { ...part, content: [relations] } : part)),
  )
  t.equal((await refusal(many, { limits: { workerHeapMb: 16 } })).code, 'file-too-large')
  const texts = pathFor('xlsx')
  await writeArchive(texts, [
    ...workbookParts([{ name: 'x', xml: worksheet([textRow(1, ['a'])]) }]),
    { name: 'xl/sharedStrings.xml', content: ['<sst>', '<si><t>x</t></si>'.repeat(1000), '</sst>'] },
  ])
  t.equal((await refusal(texts, { limits: { sharedTextBytes: 10_000 } })).code, 'zip-bomb')
})

test('refuses a worksheet that ends within its rows', async (t) => {
  const path = pathFor('xlsx')
  const xml = ['<worksheet><sheetData>', textRow(1, ['n']), textRow(2, ['A']), '<row r="3"><c r="A3">']
  await writeArchive(path, workbookParts([{ name: 'Members', xml }]))
  t.equal((await refusal(path)).code, 'damaged')
})
