import { execFile } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { test } from 'tap'
import type { WriteOptions } from '#plugins/members/sheets/index.ts'
import { WRITE_FORMATS, writeSheet } from '#plugins/members/sheets/index.ts'
import { collect, pathFor, readAll } from './reading.ts'

async function file(rows: Iterable<object>, options: WriteOptions): Promise<string> {
  const path = pathFor(WRITE_FORMATS[options.format].extension)
  async function* source() {
    yield* rows
  }
  await pipeline(writeSheet(source(), options), createWriteStream(path))
  return path
}

const run = promisify(execFile)

const COLUMNS = [
  { key: 'a', header: 'Name' },
  { key: 'b', header: 'Größe, in "cm"' },
]

test('what is written is read back, in every format', { timeout: 120_000 }, async (t) => {
  // Only a text for the first column: a blank row is left out on purpose.
  const text = fc
    .string({
      unit: fc.constantFrom(
        'a',
        'Ü',
        '1',
        ' ',
        ';',
        ',',
        '"',
        "'",
        '\n',
        '\t',
        '=',
        '+',
        '-',
        '@',
        '|',
        '<',
        '&',
        '€',
        '𝄞',
      ),
    })
    .map((value) => value)
  const rows = fc.array(fc.record({ a: text.map((value) => `x${value}`), b: text }), { minLength: 1, maxLength: 8 })
  const csv = fc.record({
    separator: fc.constantFrom(',' as const, ';' as const, '\t' as const, '|' as const),
    bom: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(rows, csv, async (written, options) => {
      const path = await file(written, { format: 'csv', columns: COLUMNS, ...options })
      const sheet = await readAll(path)
      t.same(
        sheet.columns,
        COLUMNS.map((column) => column.header),
        { diagnostic: false },
      )
      t.same(
        sheet.rows.map((row) => row.cells),
        written.map(({ a, b }) => [a, b]),
      )
    }),
    { numRuns: 60 },
  )
  await fc.assert(
    fc.asyncProperty(rows, async (written) => {
      const sheet = await readAll(await file(written, { format: 'xlsx', columns: COLUMNS }))
      t.same(
        sheet.rows.map((row) => row.cells),
        written.map(({ a, b }) => [a, b]),
      )
    }),
    { numRuns: 10 },
  )
  await fc.assert(
    fc.asyncProperty(rows, async (written) => {
      const lines = await readFile(await file(written, { format: 'ndjson', columns: COLUMNS }), 'utf8')
      t.same(
        lines
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line)),
        written,
      )
    }),
    { numRuns: 30 },
  )
})

test('a formula stays a text for the spreadsheet that opens the file', async (t) => {
  const rows = [
    { a: '=HYPERLINK("http://x")', b: '+1' },
    { a: '@SUM(1)', b: "'=2" },
  ]
  const csv = await readFile(await file(rows, { format: 'csv', columns: COLUMNS, bom: false }), 'utf8')
  t.match(csv, /"'=HYPERLINK\(""http:\/\/x""\)",'\+1\r\n'@SUM\(1\),''=2/)
  const sheet = await readAll(await file(rows, { format: 'xlsx', columns: COLUMNS }))
  t.same(
    sheet.rows.map((row) => row.cells),
    rows.map(({ a, b }) => [a, b]),
  )
})

test('lists, objects, dates and nothing have a form in a cell', async (t) => {
  const rows = [{ a: ['x', 'y'], b: { k: 1 } }, { a: new Date(0), b: null }, { a: true }]
  const csv = await readFile(await file(rows, { format: 'csv', columns: COLUMNS, bom: false, separator: ';' }), 'utf8')
  t.equal(csv.split('\r\n').slice(1).join('\n'), '"x; y";"{""k"":1}"\n1970-01-01T00:00:00.000Z;\ntrue;\n')
})

test('a source that fails fails the stream', async (t) => {
  async function* broken() {
    yield { a: 1 }
    throw new Error('the database went away')
  }
  for (const format of ['csv', 'xlsx', 'ndjson'] as const) {
    await t.rejects(collect(writeSheet(broken(), { format, columns: COLUMNS })), /database went away/, format)
  }
})

test('100,000 rows are read in bounded memory', { timeout: 120_000 }, async (t) => {
  function* members() {
    for (let i = 0; i < 100_000; i++) yield { a: `Jörg Müller-Lüdenscheidt ${i}`, b: `m${i}@example.org` }
  }
  const path = await file(members(), { format: 'csv', columns: COLUMNS })
  // A process of its own: this one has grown with the tests above.
  const { stdout } = await run(process.execPath, [
    fileURLToPath(new URL('./measure-reading.ts', import.meta.url)),
    path,
  ])
  const measured = JSON.parse(stdout)
  t.equal(measured.rows, 100_000)
  t.ok(measured.grownMb < 60, `grew ${Math.round(measured.grownMb)} MB`)
})
