/** What an import can fill, as the driver of plans sees it: members, or another plugin's table. */
import type { Tx } from '@guildhall/sdk'
import type { RowOutcome } from './import-schema.ts'
import type { Flaw, ReadRow } from './row-reader.ts'

/** A row as the plan keeps it. */
export interface PlannedRow {
  readonly number: number
  readonly outcome: RowOutcome
  readonly targetId: string | null
  /** Of the row there is: another one when the plan is applied means that it is outdated. */
  readonly targetVersion: number | null
  /** What applying needs; null where nothing is applied. */
  readonly data: unknown
  readonly flaws: readonly Flaw[]
  /** What makes two rows of one file the same. */
  readonly externalKey?: string | undefined
  readonly emailKey?: string | undefined
  readonly nameKey?: string | undefined
  readonly birthday?: string | undefined
}

/** A planned row read back to be applied. */
export interface DueRow {
  readonly number: number
  readonly outcome: 'create' | 'update'
  readonly targetId: string | null
  readonly targetVersion: number | null
  readonly data: unknown
}

/** What became of a due row: what undoing needs, or why it was left. */
export type AppliedRow =
  | { readonly number: number; readonly result: unknown }
  | { readonly number: number; readonly flaw: Flaw }

/** An applied row read back to be undone. */
export interface DoneRow extends DueRow {
  readonly result: unknown
}

export interface RowTarget {
  readonly id: string
  readonly permission: string
  /** Rows a batch; null: all rows in one. */
  readonly batch: number | null
  plan(tx: Tx, rows: readonly ReadRow[]): Promise<PlannedRow[]>
  /** Rows of the plan whose data changed since. */
  changedSince(tx: Tx, importId: string): Promise<{ number: number; reason: string }[]>
  /** Either all of them or it throws. */
  apply(tx: Tx, rows: readonly DueRow[], importId: string): Promise<AppliedRow[]>
  /** @returns what changed since and forbids it, a sentence each by row */
  undo(tx: Tx, rows: readonly DoneRow[], importId: string): Promise<{ number: number; reason: string }[]>
}

/** The most rows that are held at once where all of them come in one batch. */
export const WHOLE_LIMIT = 20_000

export const unplanned = (row: ReadRow, outcome: 'conflict' | 'error', flaws: readonly Flaw[]): PlannedRow => ({
  number: row.number,
  outcome,
  targetId: null,
  targetVersion: null,
  data: null,
  flaws,
})
