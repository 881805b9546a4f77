import { pipeline, Readable } from 'node:stream'
import { stringify } from 'csv-stringify'
import { GUARDED_FORMULA } from './guarded-formula.ts'

export type WriteFormat = 'csv' | 'xlsx' | 'ndjson'

/** Content type and file extension of each format. */
export const WRITE_FORMATS: Readonly<Record<WriteFormat, { contentType: string; extension: string }>> = {
  csv: { contentType: 'text/csv; charset=utf-8', extension: 'csv' },
  xlsx: { contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', extension: 'xlsx' },
  ndjson: { contentType: 'application/x-ndjson; charset=utf-8', extension: 'ndjson' },
}

export interface WriteOptions {
  format: WriteFormat
  columns: readonly { key: string; header: string }[]
  /** Of CSV. Default: a comma; German Excel wants a semicolon. */
  separator?: ',' | ';' | '\t' | '|'
  /** Whether CSV begins with a byte order mark, without which Excel takes it for Windows-1252. Default: true. */
  bom?: boolean
  /** Name of the worksheet. Default: `Rows`. */
  sheetName?: string
}

/**
 * Writes rows as a file, pulling them only as fast as the reader reads. Lists are joined by `; `, objects written as
 * JSON, dates as ISO 8601. In CSV, a text that a spreadsheet would run as a formula is put behind an apostrophe; XLSX
 * needs no such thing, its texts are never formulas. NDJSON keeps the values as they are, under the columns' keys.
 */
export function writeSheet(rows: AsyncIterable<object>, options: WriteOptions): Readable {
  if (options.format === 'csv') return csv(rows, options)
  if (options.format === 'xlsx') return xlsx(rows, options)
  return Readable.from(ndjson(rows, options), { objectMode: false })
}

function csv(rows: AsyncIterable<object>, { columns, separator = ',', bom = true }: WriteOptions): Readable {
  const written = stringify({
    bom,
    delimiter: separator,
    escape_formulas: true,
    record_delimiter: '\r\n',
    // A bare CR ends a row for many readers; the library quotes it only when it is the record delimiter.
    quoted_match: /[\r\n]|^\s|\s$/,
  })
  async function* cells() {
    yield columns.map((column) => guardApostrophe(column.header))
    for await (const row of rows) yield columns.map(({ key }) => guardApostrophe(text(fieldOf(row, key))))
  }
  // An error of the source destroys the stream we hand out, so its reader gets it.
  return pipeline(Readable.from(cells()), written, () => undefined)
}

/** Reading takes one apostrophe away from before a formula, so a text that has one of its own gets another. */
function guardApostrophe(text: string): string {
  return text.startsWith("'") && GUARDED_FORMULA.test(text) ? `'${text}` : text
}

function xlsx(rows: AsyncIterable<object>, { columns, sheetName = 'Rows' }: WriteOptions): Readable {
  async function* cells() {
    for await (const row of rows) yield columns.map(({ key }) => cell(fieldOf(row, key)))
  }
  async function* workbook() {
    // Loaded by the first workbook: few servers write one.
    const { writeXlsxStream } = await import('hucre/xlsx')
    yield* writeXlsxStream(cells(), { name: sheetName, columns: columns.map(({ header }) => ({ header })) })
  }
  return Readable.from(workbook(), { objectMode: false })
}

async function* ndjson(rows: AsyncIterable<object>, { columns }: WriteOptions) {
  for await (const row of rows) {
    yield `${JSON.stringify(Object.fromEntries(columns.map(({ key }) => [key, fieldOf(row, key) ?? null])))}\n`
  }
}

function fieldOf(row: object, key: string): unknown {
  return (row as Record<string, unknown>)[key]
}

/** Numbers and booleans stay what they are in a workbook; everything else is a text. */
function cell(value: unknown): string | number | boolean | null {
  if (typeof value === 'number' || typeof value === 'boolean') return value
  const written = text(value)
  return written === '' ? null : written
}

function text(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(text).join('; ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}
