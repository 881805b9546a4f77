/**
 * Headings within a list: `Fußball` alone in its row is the group of the rows below it, and nobody. Treasurers number their
 * lists ahead, too: a number alone is nobody either.
 */
import type { SheetRow } from '../sheets/index.ts'
import type { ImportNotice } from './import-schema.ts'
import type { ColumnMapping } from './mapping.ts'
import { isProblem } from './values/index.ts'
import { parseStatus } from './values/status.ts'
import { quoted } from './written.ts'

/** Below that many columns a row of one cell is a row like the others. */
const FEWEST = 3
const NAMED = 20

/** Fields that can be all that is known of somebody. */
const NAMES = /^(fullName|firstName|lastName|displayName|company|email)$/
/** The number of a member says that there is one: his name is missing, and that is told as an error. */
const NUMBER = 'externalId'

/** `Abteilung Fußball`, `Fußball:`: no name reads like this. */
const SAYS_SO =
  /^(abt\.?|abteilung|sparte|gruppe|mannschaft|team|sektion|section|department|division|group|riege|jugend|jahrgang)\b|:$/i

export class Headings {
  readonly #names: ReadonlySet<number>
  readonly #number: number
  readonly #on: boolean
  #previous: number
  #current: string | null = null
  #numbered = 0
  readonly #seen: { row: number; heading: string }[] = []
  #rows = 0

  /** @param o.headerRow number of the row of the header */
  constructor(o: { columns: readonly string[]; mapping: ColumnMapping; headerRow: number; into: string }) {
    this.#names = new Set(o.columns.flatMap((column, i) => (NAMES.test(o.mapping[column] ?? '') ? [i] : [])))
    this.#number = o.columns.findIndex((column) => o.mapping[column] === NUMBER)
    this.#on = o.into === 'members' && o.columns.length >= FEWEST
    this.#previous = o.headerRow
  }

  /** The heading that rows stand below by now; null: none. */
  get current(): string | null {
    return this.#current
  }

  /** Whether a row is a heading, or a number without anybody. To be asked of every row in order. */
  takes(row: SheetRow): boolean {
    const apart = row.number > this.#previous + 1
    this.#previous = row.number
    const heading = this.#on && !row.problem ? this.#headingIn(row.cells, apart) : null
    if (heading === null) return false
    this.#rows++
    if (heading === '') this.#numbered++
    else {
      this.#current = heading
      if (this.#seen.length < NAMED) this.#seen.push({ row: row.number, heading })
    }
    return true
  }

  #headingIn(cells: readonly string[], apart: boolean): string | null {
    const at = cells.findIndex((cell) => cell.trim() !== '')
    if (at === -1 || cells.some((cell, i) => i !== at && cell.trim() !== '')) return null
    const text = cells[at]!.replace(/\s+/g, ' ').trim()
    const letters = /\p{L}{2}/u.test(text)
    if (!letters) return !this.#names.has(at) && at !== this.#number && /^\d+\.?$/.test(text) ? '' : null
    if (text.length > 80 || text.includes('@')) return null
    // In the column of names it may be somebody of whom nothing else is known, unless a blank row sets it apart.
    if (this.#names.has(at) && !SAYS_SO.test(text) && (!apart || text.includes(','))) return null
    return text.replace(/\s*\(\d+\)$|\s*:$/g, '')
  }

  notices(): ImportNotice[] {
    const found: ImportNotice[] = []
    const headings = this.#rows - this.#numbered
    if (headings > 0) {
      const named = this.#seen.map(({ row, heading }) => `${row} ("${quoted(heading)}")`)
      const more = headings > named.length ? ` and ${headings - named.length} more` : ''
      const which = headings === 1 ? `Row ${named[0]} is a heading` : `Rows ${named.join(', ')}${more} are headings`
      const message = `${which} and no entry: the rows below are imported into the group of this name.`
      found.push({ code: 'heading', column: null, message, rows: headings })
    }
    if (this.#numbered > 0)
      found.push({
        code: 'aside',
        column: null,
        message: 'Rows that hold a number and nobody are left out.',
        rows: this.#numbered,
      })
    return found
  }
}

/** Values of a row below a heading: `Passive` says how they stand, any other word which group they are in. */
export function below(
  heading: string | null,
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  if (heading === null) return values
  const status = parseStatus(heading)
  if (!isProblem(status)) {
    const metadata = { ...(values.metadata as object | undefined), heading }
    return { status: status.value, ...status.also, ...values, metadata }
  }
  const groups = (values.groups ?? []) as string[]
  return groups.includes(heading) ? values : { ...values, groups: [...groups, heading] }
}
