import type { QueryConfig, QueryResult } from 'pg'
import { type TenantTransaction, together } from './tenant-transactions.ts'

/** How a unit of work sends its statements. */
export interface Statements {
  current(): TenantTransaction
  query<Row extends object>(statement: QueryConfig, last: boolean): Promise<QueryResult<Row>>
}

/**
 * A unit that only reads. Nothing is lost when its transaction ends early, so COMMIT travels with the statement that is
 * said to be the last: one trip for most reads. A statement after it begins another transaction, which under READ
 * COMMITTED sees what it would have seen in the first.
 */
export class ReadingUnit implements Statements {
  #open: TenantTransaction
  #ended = false
  #again: Promise<void> | null = null
  readonly #begin: () => Promise<TenantTransaction>

  constructor(first: TenantTransaction, begin: () => Promise<TenantTransaction>) {
    this.#open = first
    this.#begin = begin
  }

  current(): TenantTransaction {
    return this.#open
  }

  async query<Row extends object>(statement: QueryConfig, last: boolean): Promise<QueryResult<Row>> {
    if (this.#ended) await this.#beginAgain()
    const { connection } = this.#open
    if (last) together(connection)
    const result = connection.query<Row>(statement)
    if (last) this.end()
    return result
  }

  /** Nothing was changed, so the answer need not wait until the connection is free again. */
  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#open.commit().catch(() => {})
  }

  async rollback(): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    await this.#open.rollback()
  }

  /** Statements sent side by side share the new transaction. */
  async #beginAgain(): Promise<void> {
    this.#again ??= this.#begin().then((opened) => {
      this.#open = opened
      this.#ended = false
      this.#again = null
    })
    await this.#again
  }
}
