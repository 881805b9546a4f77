/** What rows of members name and nobody has: told in one notice a column, with the remedy. */
import type { ImportNotice, ImportOptions } from './import-schema.ts'

/** Words of a column that stay words. */
export interface Left {
  readonly column: string | null
  readonly what: 'group' | 'function' | 'plan'
  /** Where they are kept. */
  readonly beside: string
}

const MISSING = 'not-there'
const WORDS = 12

/** One word; the notice of its column lists it. */
export const missingWord = ({ column, what }: Left, name: string): Omit<ImportNotice, 'rows'> => ({
  code: MISSING,
  column,
  value: name,
  message: `There is no ${what} "${name}".`,
})

/** To be counted once a row. */
export const missingNotice = (
  { column, what, beside }: Left,
  options: Pick<ImportOptions, 'createMissing'>,
): Omit<ImportNotice, 'rows'> => ({
  code: MISSING,
  column,
  message:
    `"${column ?? what}" names ${what}s that are not there. The members are imported without, and the words are kept as ${beside}. ` +
    (options.createMissing
      ? `Whoever may make ${what}s can import the file again.`
      : 'To make them, import the file with the option createMissing=true.'),
})

/** Notices of a finished plan: what is missing stands first, with its words, the most frequent first. */
export function withMissingFirst(notices: readonly ImportNotice[]): ImportNotice[] {
  const missing = notices.filter(({ code, rows }) => code === MISSING && rows !== undefined)
  const others = notices.filter((notice) => !missing.includes(notice))
  const whole = missing.filter(({ value }) => value === undefined)
  const listed = whole.map((notice) => {
    const words = missing.filter(({ column, value }) => column === notice.column && value !== undefined)
    const named = words.toSorted((a, b) => b.rows! - a.rows!).map(({ value, rows }) => `${value} (${rows})`)
    const more = named.length > WORDS ? ` and ${named.length - WORDS} more` : ''
    return { ...notice, message: `${notice.message} Named: ${named.slice(0, WORDS).join(', ')}${more}.` }
  })
  return [...listed, ...others]
}

/** A sentence for the summary; empty where nothing is missing. */
export function missingSummary(notices: readonly ImportNotice[]): string {
  const found = notices.filter(({ code, rows }) => code === MISSING && rows !== undefined)
  if (found.length === 0) return ''
  const rows = Math.max(...found.map((notice) => notice.rows!))
  const columns = found.map(({ column }) => column).filter((column) => column !== null)
  return ` ${rows} rows name groups, functions or plans that are not there (${columns.join(', ')}); see the notices.`
}
