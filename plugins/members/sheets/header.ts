import { nameColumns } from './column-names.ts'
import { divides, heads, joinPair } from './header-pair.ts'
import type { HeaderWords } from './header-words.ts'
import type { SheetLimits } from './limits.ts'
import type { RawRow } from './sheet.ts'
import { SheetError } from './sheet-error.ts'

export interface Header {
  /** The row's number in the file; of two rows the lower one. */
  number: number
  columns: string[]
  unnamed: string[]
  /** What stands in the cells of its row. */
  texts: string[]
  /** How many columns have a name that is known. */
  known: number
}

/**
 * The header is the row with the most names that are known, where half of it is. Without any it is the first row that
 * fills more than half as many cells as the fullest row of the sample and holds no dates or addresses: club software
 * puts the club's name, the date of the list and blank rows above it, and those fill one or two cells.
 */
export function findHeader(sample: readonly RawRow[], words: HeaderWords, limits: SheetLimits): Header {
  const rows = sample.filter((row) => row.cells.some((cell) => cell.trim() !== ''))
  if (rows.length === 0) {
    throw new SheetError('empty', 'The file holds no rows.', 'Choose a file with a header row and at least one row.')
  }
  const fullest = rows.reduce((most, row) => Math.max(most, filled(row)), 0)
  const wide = rows.filter((row) => filled(row) > fullest / 2)
  const row = mostKnown(rows, wide, words) ?? wide.find((candidate) => !looksLikeData(candidate))
  // A row of data as full as the header and above it means that the rows simply begin: taking a later row for the
  // header would lose those before it without a word.
  const above = row ? rows.slice(0, rows.indexOf(row)) : []
  if (!row || above.some((one) => looksLikeData(one) && filled(one) >= filled(row))) {
    throw new SheetError(
      'no-header',
      'The first row holds data.',
      'Put a row with the names of the columns above it.',
      {
        row: wide[0]!.number,
      },
    )
  }
  const { number, texts, headers } = withNeighbour(row, rows, words)
  const { columns, unnamed } = nameColumns(headers, number, limits, words)
  return { number, texts, columns, unnamed, known: columns.filter((name) => words.knows(name)).length }
}

/**
 * The first row with the most known names; two of them may be chance in a row that is not wide, unless it is the first and has
 * nothing else: then a row below has cells too many.
 */
function mostKnown(rows: readonly RawRow[], wide: readonly RawRow[], words: HeaderWords): RawRow | undefined {
  let best: RawRow | undefined
  let most = 1
  for (const row of rows) {
    const known = textsOf(row).filter((text) => text !== '' && words.knows(text)).length
    const isAllOfFirst = row === rows[0] && known === filled(row)
    if (known <= most || known * 2 < filled(row) || (known < 3 && !wide.includes(row) && !isAllOfFirst)) continue
    best = row
    most = known
  }
  return best
}

/** Headers may stand in two rows, of which either may be the one that was found. */
function withNeighbour(
  row: RawRow,
  rows: readonly RawRow[],
  words: HeaderWords,
): { number: number; texts: string[]; headers: string[] } {
  const texts = textsOf(row)
  const at = rows.indexOf(row)
  const neighbour = (step: 1 | -1) => {
    const other = rows[at + step]
    return other?.number === row.number + step && !looksLikeData(other) ? textsOf(other) : null
  }
  const below = neighbour(1)
  if (below && divides(texts, below, words))
    return { number: row.number + 1, texts: below, headers: joinPair(texts, below, words) }
  const above = neighbour(-1)
  const headers = above && heads(above, words) ? joinPair(above, texts, words) : texts
  return { number: row.number, texts, headers }
}

/** Characters of a column's name, and of an address. What is longer is not looked at more closely: it takes its square. */
const [LONGEST_NAME, LONGEST_ADDRESS] = [1000, 254]

/** Its texts as names would be written, without the empty ones at the end. */
function textsOf(row: RawRow): string[] {
  const texts = row.cells.map((cell) =>
    (cell.length > LONGEST_NAME ? cell : cell.normalize('NFC')).replace(/\s+/g, ' ').trim(),
  )
  while (texts.at(-1) === '') texts.pop()
  return texts
}

const DATE = /^(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{2,4})([ T].*)?$/

function filled(row: RawRow): number {
  return row.cells.reduce((count, cell) => (cell.trim() === '' ? count : count + 1), 0)
}

function isAddress(cell: string): boolean {
  const text = cell.trim()
  return text.length <= LONGEST_ADDRESS && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)
}

function looksLikeData(row: RawRow): boolean {
  return row.cells.some((cell) => DATE.test(cell.trim()) || isAddress(cell))
}
