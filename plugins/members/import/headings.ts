/**
 * Headings within a list: `Fußball` alone in its row is the group of the rows below it, and nobody. Treasurers number their
 * lists ahead, too: a number alone is nobody either.
 */
import type { SheetRow } from '../sheets/index.ts'
import type { ImportNotice } from './import-schema.ts'
import type { ColumnMapping } from './mapping.ts'
import { isProblem } from './values/index.ts'
import { parseStatus } from './values/status.ts'
import { parseBoolean } from './values/words.ts'
import { quoted } from './written.ts'

/** Below that many columns a row of one cell is a row like the others. */
const FEWEST = 3
const NAMED = 20

/** Fields of the name of a person: a firm or an address that stands alone is no heading. */
const PERSON = /^(fullName|firstName|lastName|displayName)$/
/** Fields that can be all that is known of somebody. */
const NAMES = /^(fullName|firstName|lastName|displayName|company|email)$/
/** The number of a member says that there is one: his name is missing, and that is told as an error. */
const NUMBER = 'externalId'

/** `Abteilung Fußball`, `Fußball:`: no name reads like this. */
const SAYS_SO =
  /^(abt\.?|abteilung|sparte|gruppe|mannschaft|team|sektion|section|department|division|group|riege|jugend|jahrgang)\b|:$/i

/** `Sparkasse`, `Huber GmbH`: firms have one name, and often nothing beside it. */
const FIRM = /\b(gmbh|mbh|ag|kg|ohg|e\. ?v|ltd|inc|llc|sarl|stiftung|verein|\w*kasse|\w*bank)\b/i
/** Of the entries, at least, that say a first name, a last name and more, where a name alone is a heading. */
const MOST = 0.9

interface Columns {
  readonly columns: readonly string[]
  readonly mapping: ColumnMapping
}

const columnsOf = ({ columns, mapping }: Columns, fields: RegExp): number[] =>
  columns.flatMap((column, i) => (fields.test(mapping[column] ?? '') ? [i] : []))

const filledIn = (cells: readonly string[]): number[] => cells.flatMap((cell, i) => (cell.trim() === '' ? [] : [i]))

/**
 * Whether a single name alone in its row (`Vorstand`, right below the header) is a heading: all others have a first name, a
 * last name and more, and each of those names stands in the first column and has entries below it.
 * @param rows the first of the list
 */
export function namesAloneHead(list: Columns, rows: readonly SheetRow[]): boolean {
  const persons = columnsOf(list, PERSON)
  const full = columnsOf(list, /^fullName$/)
  const words = (cells: readonly string[], at: readonly number[]) =>
    at
      .map((i) => cells[i]!.trim())
      .join(' ')
      .split(/\s+/).length
  const alone = rows.map(({ cells }) => {
    const filled = filledIn(cells)
    return filled.length === 1 && persons.includes(filled[0]!)
  })
  const entries = rows.filter(({ cells }, i) => !alone[i] && filledIn(cells).length > 1)
  const whole = entries.filter(({ cells }) => {
    const filled = filledIn(cells)
    const named = persons.filter((i) => filled.includes(i)).length > 1 || (full.length > 0 && words(cells, full) > 1)
    return named && filled.length >= FEWEST
  })
  const headings = alone.filter(Boolean).length
  const headed = alone.every((one, i) => !one || (rows[i]!.cells[0]!.trim() !== '' && entries.includes(rows[i + 1]!)))
  return headed && headings < entries.length && whole.length >= entries.length * MOST
}

export class Headings {
  readonly #names: ReadonlySet<number>
  readonly #persons: ReadonlySet<number>
  /** What `namesAloneHead` said of the file. */
  readonly namesHead: boolean
  #named = false
  readonly #number: number
  readonly #full: number
  readonly #on: boolean
  #previous: number
  #current: string | null = null
  #numbered = 0
  readonly #seen: { row: number; heading: string }[] = []
  #rows = 0

  /** @param o.headerRow number of the row of the header */
  constructor(o: Columns & { headerRow: number; into: string; namesHead: boolean }) {
    this.#names = new Set(columnsOf(o, NAMES))
    this.#persons = new Set(columnsOf(o, PERSON))
    this.namesHead = o.namesHead
    this.#number = o.columns.findIndex((column) => o.mapping[column] === NUMBER)
    this.#full = o.columns.findIndex((column) => o.mapping[column] === 'fullName')
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
    const [at, second] = filledIn(cells)
    if (at === undefined || second !== undefined) return null
    const text = cells[at]!.replace(/\s+/g, ' ').trim()
    // Rows made ahead with a box to tick: `FALSE` down to the end of the worksheet.
    if (!this.#names.has(at) && !isProblem(parseBoolean(text))) return ''
    const letters = /\p{L}{2}/u.test(text)
    if (!letters) return !this.#names.has(at) && at !== this.#number && /^\d+\.?$/.test(text) ? '' : null
    if (text.length > 80 || text.includes('@')) return null
    // In the column of names it may be somebody of whom nothing else is known, unless a blank row sets it apart.
    if (this.#names.has(at) && !SAYS_SO.test(text)) {
      if (text.includes(',') || !(apart || this.#headsBelow(at, text))) return null
      this.#named = true
    }
    return text.replace(/\s*\(\d+\)$|\s*:$/g, '')
  }

  /** Two words in a column of whole names are a person. */
  #headsBelow(at: number, text: string): boolean {
    const single = at !== this.#full || !text.includes(' ')
    return this.namesHead && at === 0 && this.#persons.has(at) && single && !FIRM.test(text)
  }

  notices(): ImportNotice[] {
    const found: ImportNotice[] = []
    const headings = this.#rows - this.#numbered
    if (headings > 0) {
      const named = this.#seen.map(({ row, heading }) => `${row} ("${quoted(heading)}")`)
      const more = headings > named.length ? ` and ${headings - named.length} more` : ''
      const which = headings === 1 ? `Row ${named[0]} is a heading` : `Rows ${named.join(', ')}${more} are headings`
      const person = this.#named ? ' If one of them is a person, fill more of the cells.' : ''
      const message = `${which} and no entry: the rows below are imported into the group of this name.${person}`
      found.push({ code: 'heading', column: null, message, rows: headings })
    }
    if (this.#numbered > 0)
      found.push({
        code: 'aside',
        column: null,
        message: 'Rows that hold a number or a tick and nobody are left out.',
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
