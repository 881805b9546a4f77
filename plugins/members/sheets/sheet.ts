import { type Aside, isHeaderAgain, remarkIn } from './aside.ts'
import { chooseTable } from './choose-table.ts'
import type { SheetFormat, TextEncoding } from './format.ts'
import type { HeaderWords } from './header-words.ts'
import type { SheetLimits } from './limits.ts'
import { SheetError } from './sheet-error.ts'

/** One row as the file holds it. `number` counts as a spreadsheet does: blank rows too, the first row is 1. */
export interface RawRow {
  number: number
  cells: string[]
}

/**
 * A row of the table: exactly one cell a column. `problem` is set when the file had more or fewer cells than columns
 * (trailing empty cells are never a problem): its cells may sit in the wrong columns, so it must not be imported.
 */
export interface SheetRow extends RawRow {
  problem?: { expected: number; got: number; reason: string }
  /** Set when the row is no entry of the list: it must not be imported, and whoever imports is to be told. */
  aside?: Aside
}

export interface Sheet {
  format: SheetFormat
  /** Null for workbooks, which are always UTF-8 inside. */
  encoding: TextEncoding | null
  /** Null for workbooks. */
  separator: string | null
  columns: string[]
  detected: {
    byteOrderMark: boolean
    /** Number of the row that holds the headers; 1 unless titles or blank rows stand above it. */
    headerRow: number
    /** Name of the worksheet read; null for text. */
    sheetName: string | null
    /** Names of the other worksheets that hold something. */
    otherSheets: string[]
    /** Columns without a header that got a name of ours, `column C`. */
    unnamed: string[]
  }
  /** The rows below the header, blank ones left out. May be called again: each call reads from the start. */
  rows(): AsyncGenerator<SheetRow, void, undefined>
}

/** The first rows of one table of a file; a text file is one table without a name. */
export interface TableStart {
  name: string | null
  rows: RawRow[]
}

/** One worksheet of a workbook, its rows read once and before the next worksheet is asked for. */
export interface WorksheetRows {
  name: string
  rows: AsyncIterable<RawRow>
}

/** What a reader of one format offers; `sheetOf` makes a Sheet of it. */
export interface Source {
  format: SheetFormat
  encoding: TextEncoding | null
  separator: string | null
  byteOrderMark: boolean
  /** In a text file every row must have all its separators; in a workbook empty cells at the end do not exist. */
  shortRowsAreWhole: boolean
  /** The beginning of each table in it, at most so many rows. */
  starts(rows: number): Promise<TableStart[]>
  /** @param name Of the table. */
  rows(name: string | null): AsyncGenerator<RawRow, void, undefined>
}

const SAMPLE_ROWS = 60
/** More rows of totals than any list ends with; what comes before those is taken for entries. */
const HELD_ROWS = 50

/** Finds the table and its header by the first rows and puts every later row under it. */
export async function sheetOf(source: Source, words: HeaderWords, limits: SheetLimits): Promise<Sheet> {
  const { name, header, others } = chooseTable(await source.starts(SAMPLE_ROWS), words, limits)
  const { columns } = header

  async function* rows(): AsyncGenerator<SheetRow, void, undefined> {
    let count = 0
    // What is a remark only at the end waits until the end is known, and what follows it waits behind.
    const held: { row: SheetRow; entry: SheetRow }[] = []
    let previous = header.number
    for await (const row of source.rows(name)) {
      if (row.number <= header.number || isBlank(row.cells)) continue
      const apart = row.number > previous + 1 || held.length > 0
      previous = row.number
      if (++count > limits.rows) {
        throw new SheetError(
          'too-many-rows',
          `The table has more than ${limits.rows} rows.`,
          'Split it into several files.',
          { row: row.number },
        )
      }
      const entry = align(row, columns, source.shortRowsAreWhole, limits)
      const again = isHeaderAgain(row.cells, header.texts)
      const remark = again ? null : (remarkIn(row.cells, columns.length) ?? (apart && isLine(entry) ? 'atEnd' : null))
      const read: SheetRow =
        again || remark ? { number: entry.number, cells: entry.cells, aside: again ? 'header' : 'remark' } : entry
      if (remark === 'atEnd' || (read.aside && held.length > 0)) {
        held.push({ row: read, entry: remark === 'atEnd' ? entry : read })
        if (held.length > HELD_ROWS) yield held.shift()!.entry
        continue
      }
      for (const waiting of held.splice(0)) yield waiting.entry
      yield read
    }
    for (const waiting of held) yield waiting.row
  }

  return {
    format: source.format,
    encoding: source.encoding,
    separator: source.separator,
    columns,
    detected: {
      byteOrderMark: source.byteOrderMark,
      headerRow: header.number,
      sheetName: name,
      otherSheets: others,
      unnamed: header.unnamed,
    },
    rows,
  }
}

/** Reports end with lines of text below a blank one: who made them, when, and whose they are. */
const isLine = ({ cells, problem }: SheetRow): boolean =>
  problem?.got === 1 && problem.expected > 2 && /\p{L}{2}.*\s/u.test(cells[0]!)

function isBlank(cells: string[]): boolean {
  for (const cell of cells) if (cell !== '' && cell.trim() !== '') return false
  return true
}

function align(row: RawRow, columns: string[], shortRowsAreWhole: boolean, limits: SheetLimits): SheetRow {
  const { number, cells } = row
  const expected = columns.length
  let got = cells.length
  while (got > expected && cells[got - 1]!.trim() === '') got--
  const aligned = cells.length === expected ? cells : cells.slice(0, expected)
  while (aligned.length < expected) aligned.push('')
  for (let i = 0; i < expected; i++) {
    if (aligned[i]!.length > limits.cellCharacters) throw cellTooLong(number, columns[i]!, limits)
  }
  if (got === expected || (got < expected && shortRowsAreWhole)) return { number, cells: aligned }
  const reason = `The row has ${got} cells, the header has ${expected}.`
  return { number, cells: aligned, problem: { expected, got, reason } }
}

export function cellTooLong(row: number, column: string, limits: SheetLimits): SheetError {
  return new SheetError(
    'cell-too-long',
    `The cell holds more than ${limits.cellCharacters} characters.`,
    'Shorten it; in a text file, look for a quotation mark that is not closed above it.',
    { row, column },
  )
}
