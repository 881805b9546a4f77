import { heapsMarks } from '@guildhall/sdk'
import type { HeaderWords } from './header-words.ts'
import type { SheetLimits } from './limits.ts'
import { SheetError } from './sheet-error.ts'

/**
 * The names of the columns by the texts of their headers; a column without one gets a name of ours, and the second
 * `Telefon` is `Telefon 2`.
 * @param row Number of the header in the file.
 */
export function nameColumns(
  headers: readonly string[],
  row: number,
  limits: SheetLimits,
  words: HeaderWords,
): { columns: string[]; unnamed: string[] } {
  if (headers.length > limits.columns) throw tooManyColumns(row, limits)
  const seen = new Map<string, number>()
  const written = new Set(headers.map((text) => text.toLowerCase()))
  const unnamed: string[] = []
  const columns = headers.map((text, index) => {
    if (text.length > limits.cellCharacters) {
      throw new SheetError('cell-too-long', 'The header is too long to be a name.', 'Shorten it.', {
        row,
        column: columnLetter(index),
      })
    }
    if (!isPrintable(text)) {
      throw new SheetError('unprintable', 'The header holds control characters or half a character.', 'Type it anew.', {
        row,
        column: columnLetter(index),
      })
    }
    const name = text || `column ${columnLetter(index)}`
    if (!text) unnamed.push(name)
    const first = seen.get(name.toLowerCase())
    if (first !== undefined && words.mayRepeat(name)) {
      const free = nextFree(name, (candidate) => seen.has(candidate) || written.has(candidate))
      seen.set(free.toLowerCase(), index)
      return free
    }
    if (first !== undefined) {
      throw new SheetError(
        'duplicate-header',
        `Columns ${columnLetter(first)} and ${columnLetter(index)} are both named "${name.slice(0, 80)}".`,
        'Rename or remove one of them.',
        { row, column: name.slice(0, 80) },
      )
    }
    seen.set(name.toLowerCase(), index)
    return name
  })
  return { columns, unnamed }
}

function nextFree(name: string, taken: (key: string) => boolean): string {
  let n = 2
  while (taken(`${name} ${n}`.toLowerCase())) n++
  return `${name} ${n}`
}

/** Workbooks can escape what no text may hold; a name that does is kept nowhere. */
export const isPrintable = (text: string): boolean => !/\p{Cc}/u.test(text) && text.isWellFormed() && !heapsMarks(text)

export const unprintableWorksheet = (): SheetError =>
  new SheetError('unprintable', 'The name of a worksheet holds control characters or half a character.', 'Rename it.')

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
