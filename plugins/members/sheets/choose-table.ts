import { findHeader, type Header } from './header.ts'
import type { HeaderWords } from './header-words.ts'
import type { SheetLimits } from './limits.ts'
import type { TableStart } from './sheet.ts'
import { SheetError } from './sheet-error.ts'

export interface ChosenTable {
  /** Of the worksheet; null for text. */
  name: string | null
  header: Header
  /** Worksheets with rows that are not read. */
  others: string[]
}

/**
 * Finds the table in a file that may hold several: workbooks begin with a cover, end with lists and keep the years gone
 * by. The one whose header is known wins; where two are, nobody can tell which is meant.
 * @throws {SheetError} `which-sheet`, and what `findHeader` throws where no table has a header.
 */
export function chooseTable(starts: readonly TableStart[], words: HeaderWords, limits: SheetLimits): ChosenTable {
  const filled = starts.filter(({ rows }) => rows.some(({ cells }) => cells.some((cell) => cell.trim() !== '')))
  const chosen = (name: string | null, header: Header): ChosenTable => ({
    name,
    header,
    others: filled.flatMap((start) => (start.name === name || start.name === null ? [] : [start.name])),
  })
  if (filled.length < 2) {
    const only = filled[0] ?? starts[0]
    return chosen(only?.name ?? null, findHeader(only?.rows ?? [], words, limits))
  }
  const tables = filled.map((start) => ({ start, header: headerOf(start, words, limits) }))
  const headed = tables.flatMap(({ start, header }) => (header instanceof SheetError ? [] : [{ start, header }]))
  // A worksheet of headers alone is a form to fill in, or a list of last year that is empty by now.
  const rival = headed.filter(({ start, header }) => start.rows.some(({ number }) => number > header.number))
  const [best, second] = (rival.length > 0 ? rival : headed).toSorted((a, b) => b.header.known - a.header.known)
  if (best === undefined) throw tables[0]!.header
  const clear = best.header.known > 1 && (second?.header.known ?? 0) * 3 <= best.header.known * 2
  if (second !== undefined && !clear) throw unclear(filled)
  return chosen(best.start.name, best.header)
}

function headerOf({ rows }: TableStart, words: HeaderWords, limits: SheetLimits): Header | SheetError {
  try {
    return findHeader(rows, words, limits)
  } catch (error) {
    if (error instanceof SheetError) return error
    throw error
  }
}

const NAMED = 20

function unclear(starts: readonly TableStart[]): SheetError {
  const names = starts.slice(0, NAMED).map(({ name }) => `"${name}"`)
  const more = starts.length > NAMED ? ` and ${starts.length - NAMED} more` : ''
  return new SheetError(
    'which-sheet',
    `The workbook has several worksheets that may be meant: ${names.join(', ')}${more}.`,
    `Say which one with the option sheetName (sheetName=${starts[0]!.name}); import them one by one.`,
  )
}
