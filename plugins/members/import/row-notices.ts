/** What was assumed about rows, each once, with the number of rows it is about. */
import type { ImportNotice } from './import-schema.ts'

/** So many different ones are told; a file that needs more of them needs another mapping. */
const MOST = 500

export class RowNotices {
  readonly #seen: Map<string, ImportNotice>

  /** @param earlier those of the rows that are planned already, when a plan goes on where it was stopped */
  constructor(earlier: readonly ImportNotice[] = []) {
    this.#seen = new Map(earlier.filter(isCounted).map((notice) => [keyOf(notice), notice]))
  }

  note(notice: Omit<ImportNotice, 'rows'>): void {
    const key = keyOf(notice)
    const rows = this.#seen.get(key)?.rows ?? 0
    if (rows > 0 || this.#seen.size < MOST) this.#seen.set(key, { ...notice, rows: rows + 1 })
  }

  all(): ImportNotice[] {
    return [...this.#seen.values()]
  }
}

/** Notices about rows have a number of rows; those about columns have none. */
export const isCounted = ({ rows }: ImportNotice): boolean => rows !== undefined

const keyOf = ({ code, column, message }: ImportNotice): string => `${code}\n${column}\n${message}`
