import type { SheetLimits } from './limits.ts'
import type { RawRow } from './sheet.ts'
import { SheetError } from './sheet-error.ts'

export interface Header {
  /** The row's number in the file. */
  number: number
  columns: string[]
  unnamed: string[]
  /** What stands in its cells. */
  texts: string[]
}

/**
 * The header is the first row that fills more than half as many cells as the fullest row of the sample and holds no
 * dates or addresses. Club software puts the club's name, the date of the list and blank rows above it: those fill one
 * or two cells.
 */
export function findHeader(sample: RawRow[], limits: SheetLimits): Header {
  const rows = sample.filter((row) => row.cells.some((cell) => cell.trim() !== ''))
  if (rows.length === 0) {
    throw new SheetError('empty', 'The file holds no rows.', 'Choose a file with a header row and at least one row.')
  }
  const fullest = rows.reduce((most, row) => Math.max(most, filled(row)), 0)
  const wide = rows.filter((row) => filled(row) > fullest / 2)
  const row = wide.find((candidate) => !looksLikeData(candidate))
  // A row of data as full as the header and above it means that the rows simply begin: taking a later row for the
  // header would lose those before it without a word.
  if (!row || wide.slice(0, wide.indexOf(row)).some((above) => filled(above) >= filled(row))) {
    throw new SheetError(
      'no-header',
      'The first row holds data.',
      'Put a row with the names of the columns above it.',
      {
        row: wide[0]!.number,
      },
    )
  }
  return nameColumns(row, limits)
}

function nameColumns(row: RawRow, limits: SheetLimits): Header {
  const texts = row.cells.map((cell) => cell.normalize('NFC').replace(/\s+/g, ' ').trim())
  while (texts.at(-1) === '') texts.pop()
  if (texts.length > limits.columns) throw tooManyColumns(row.number, limits)
  const seen = new Map<string, number>()
  const unnamed: string[] = []
  const columns = texts.map((text, index) => {
    if (text.length > limits.cellCharacters) {
      throw new SheetError('cell-too-long', 'The header is too long to be a name.', 'Shorten it.', {
        row: row.number,
        column: columnLetter(index),
      })
    }
    if (!isPrintable(text)) {
      throw new SheetError('unprintable', 'The header holds control characters or half a character.', 'Type it anew.', {
        row: row.number,
        column: columnLetter(index),
      })
    }
    const name = text || `column ${columnLetter(index)}`
    if (!text) unnamed.push(name)
    const key = name.toLowerCase()
    const first = seen.get(key)
    if (first !== undefined) {
      throw new SheetError(
        'duplicate-header',
        `Columns ${columnLetter(first)} and ${columnLetter(index)} are both named "${name.slice(0, 80)}".`,
        'Rename or remove one of them.',
        { row: row.number, column: name.slice(0, 80) },
      )
    }
    seen.set(key, index)
    return name
  })
  return { number: row.number, columns, unnamed, texts }
}

/** Workbooks can escape what no text may hold; a name that does is kept nowhere. */
export const isPrintable = (text: string): boolean => !/\p{Cc}/u.test(text) && text.isWellFormed()

export function tooManyColumns(row: number, limits: SheetLimits): SheetError {
  return new SheetError(
    'too-many-columns',
    `The table has more than ${limits.columns} columns.`,
    'Remove the columns you do not want to import.',
    { row },
  )
}

/** Spreadsheet name of a column: 0 is A, 26 is AA. */
export function columnLetter(index: number): string {
  const rest = Math.floor(index / 26)
  return (rest > 0 ? columnLetter(rest - 1) : '') + String.fromCharCode(65 + (index % 26))
}

const DATE = /^(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{2,4})([ T].*)?$/

function filled(row: RawRow): number {
  return row.cells.reduce((count, cell) => (cell.trim() === '' ? count : count + 1), 0)
}

function isAddress(cell: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(cell.trim())
}

function looksLikeData(row: RawRow): boolean {
  return row.cells.some((cell) => DATE.test(cell.trim()) || isAddress(cell))
}
