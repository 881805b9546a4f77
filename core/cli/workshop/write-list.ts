import { Readable } from 'node:stream'
import { stringify } from 'csv-stringify'
import { writeXlsxStream } from 'hucre/xlsx'

export type ListFormat = 'csv' | 'xlsx' | 'ndjson'

type Row = Readonly<Record<string, unknown>>

/** A list of the API as a file, pulled only as fast as it is written. */
export function writeList(rows: AsyncIterable<object>, format: ListFormat, columns: readonly string[]): Readable {
  if (format === 'ndjson') return Readable.from(lines(rows))
  if (format === 'csv') {
    const written = stringify({
      bom: true,
      header: true,
      columns: [...columns],
      escape_formulas: true,
      record_delimiter: '\r\n',
    })
    return Readable.from(texts(rows, columns)).compose(written) as Readable
  }
  const stream = writeXlsxStream(cells(rows, columns), { name: 'Rows', columns: columns.map((header) => ({ header })) })
  return Readable.fromWeb(stream as Parameters<typeof Readable.fromWeb>[0])
}

async function* lines(rows: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`
}

async function* texts(rows: AsyncIterable<object>, columns: readonly string[]): AsyncGenerator<string[]> {
  for await (const row of rows) yield columns.map((column) => text((row as Row)[column]))
}

async function* cells(
  rows: AsyncIterable<object>,
  columns: readonly string[],
): AsyncGenerator<(string | number | boolean | null)[]> {
  for await (const row of rows)
    yield columns.map((column) => {
      const value = (row as Row)[column]
      return typeof value === 'number' || typeof value === 'boolean' ? value : text(value) || null
    })
}

const text = (value: unknown): string => {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.map(text).join('; ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean)
}
