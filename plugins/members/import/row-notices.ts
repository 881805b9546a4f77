/** What was assumed about rows, each once, with the number of rows it is about. */
import type { ImportNotice } from './import-schema.ts'

/** So many different ones are told; a file that needs more of them needs another mapping. */
const MOST = 500
/** Examples of rows told with a notice. */
const EXAMPLES = 12

export class RowNotices {
  readonly #seen: Map<string, ImportNotice>

  /** @param earlier those of the rows that are planned already, when a plan goes on where it was stopped */
  constructor(earlier: readonly ImportNotice[] = []) {
    this.#seen = new Map(earlier.filter(isCounted).map((notice) => [keyOf(notice), notice]))
  }

  /** @param example of the rows it is about; the first ones are told with it */
  note(notice: Omit<ImportNotice, 'rows'>, example?: string): void {
    const key = keyOf(notice)
    const earlier = this.#seen.get(key)
    const rows = earlier?.rows ?? 0
    if (rows === 0 && this.#seen.size >= MOST) return
    const value =
      example === undefined || rows >= EXAMPLES ? earlier?.value : [earlier?.value, example].filter(Boolean).join('; ')
    this.#seen.set(key, { ...notice, ...(value !== undefined && { value }), rows: rows + 1 })
  }

  all(): ImportNotice[] {
    return [...this.#seen.values()]
  }
}

/** Notices about rows have a number of rows; those about columns have none. */
export const isCounted = ({ rows }: ImportNotice): boolean => rows !== undefined

/** A notice that is through, with its examples in its sentence. */
export function withExamples({ value, ...notice }: ImportNotice): ImportNotice {
  if (notice.code !== 'kept' || value === undefined) return { ...notice, ...(value !== undefined && { value }) }
  const more = notice.rows! > EXAMPLES ? ` and ${notice.rows! - EXAMPLES} more` : ''
  return { ...notice, message: `${notice.message}: ${value}${more}.` }
}

const keyOf = ({ code, column, message }: ImportNotice): string => `${code}\n${column}\n${message}`
