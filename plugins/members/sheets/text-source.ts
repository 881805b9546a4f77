import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CsvError, parse } from 'csv-parse'
import { textDecoder } from './code-page.ts'
import { columnLetter, tooManyColumns } from './column-names.ts'
import { type DetectedEncoding, detectEncoding, foreignMark, utf8Chunks } from './encoding.ts'
import { encodingByNames } from './encoding-by-names.ts'
import type { TextEncoding } from './format.ts'
import { GUARDED_FORMULA } from './guarded-formula.ts'
import type { HeaderWords } from './header-words.ts'
import type { SheetLimits } from './limits.ts'
import { declaredSeparator, detectSeparator } from './separator.ts'
import type { RawRow, Source } from './sheet.ts'
import { cellTooLong } from './sheet.ts'
import { SheetError } from './sheet-error.ts'

const APOSTROPHE = 0x27
const SAMPLE_BYTES = 256 * 1024

/** A text file with separated cells: CSV, TSV, Excel's Unicode text. */
export async function textSource(
  path: string,
  head: Buffer,
  size: number,
  limits: SheetLimits,
  o: { asked?: TextEncoding | undefined; words: HeaderWords },
): Promise<Source> {
  const found = await detectEncoding(path, head, o.asked)
  const detected = o.asked ? found : { ...found, encoding: encodingByNames(head, found.encoding, o.words) }
  const { encoding, byteOrderMark } = detected
  const start = foreignMark(encoding, byteOrderMark)
  const sample = textDecoder(encoding).decode(head.subarray(start, SAMPLE_BYTES), { stream: true })
  const declared = declaredSeparator(sample)
  const complete = size <= Math.min(head.length, SAMPLE_BYTES)
  const separator = declared ?? detectSeparator(sample, complete)
  const rows = () => readRows(path, detected, separator, declared !== null, limits)
  return {
    format: 'csv',
    encoding,
    separator,
    byteOrderMark,
    shortRowsAreWhole: false,
    starts: async (count) => [{ name: null, rows: await first(count, rows()) }],
    rows,
  }
}

async function first(count: number, rows: AsyncIterable<RawRow>): Promise<RawRow[]> {
  const start: RawRow[] = []
  for await (const row of rows) if (start.push(row) >= count) break
  return start
}

/** More than any honest row: 32 cells full to the brim. */
const ROW_CHARACTERS = 1024 * 1024

async function* readRows(
  path: string,
  encoding: DetectedEncoding,
  separator: string,
  skipFirstLine: boolean,
  limits: SheetLimits,
): AsyncGenerator<RawRow, void, undefined> {
  const parser = parse({
    bom: true,
    delimiter: separator,
    from_line: skipFirstLine ? 2 : 1,
    max_record_size: ROW_CHARACTERS,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    // Club software writes `5" pipe` without doubling the quote.
    relax_quotes: true,
  })
  // A failure of the file destroys the parser, so the loop below throws it; the promise carries nothing more.
  pipeline(Readable.from(utf8Chunks(path, encoding), { objectMode: false }), parser).catch(() => undefined)
  let number = 0
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      for (let i = 0; i < cells.length; i++) {
        const cell = cells[i]!
        if (cell.charCodeAt(0) === APOSTROPHE && GUARDED_FORMULA.test(cell)) cells[i] = cell.slice(1)
      }
      yield { number: ++number, cells }
    }
  } catch (error) {
    throw asSheetError(error, number + 1, limits)
  }
}

function asSheetError(error: unknown, row: number, limits: SheetLimits): unknown {
  if (!(error instanceof CsvError)) return error
  const index = 'column' in error && typeof error.column === 'number' ? error.column : 0
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    if (index >= limits.columns) return tooManyColumns(row, limits)
    return cellTooLong(row, columnLetter(index), limits)
  }
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
    return new SheetError(
      'quote-open',
      'A quotation mark opens a cell and is never closed.',
      'Close or remove it.',
      { row, column: columnLetter(index) },
      error,
    )
  }
  return new SheetError('damaged', 'The row cannot be read.', 'Save the file again as CSV or XLSX.', { row }, error)
}
