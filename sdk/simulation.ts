/** Rehearsals: a copy of the organisation, a clock that runs ahead, and nothing that reaches outside. */
import type { Tx } from './context.ts'
import { extensionPoint, serviceRef } from './refs.ts'

export interface SimulationRequest<R> {
  /** The clock of the copy runs from now to then; at most 400 days. */
  readonly until: Date
  /** Only what belongs to this group and below is copied; needed above 50,000 rows of what `copyScopes` count. */
  readonly groupId?: string
  /** In the copy, before the clock runs: switch off what is not rehearsed, say what is. */
  readonly prepare?: (tx: Tx) => Promise<void>
  /** In the copy, when the clock has run: what is to be shown. Afterwards the copy is deleted. */
  readonly collect: (tx: Tx, steps: readonly SimulatedStep[]) => Promise<R>
  /** Called now and then with the time in the copy. */
  readonly onProgress?: (at: Date) => void | Promise<void>
  readonly signal?: AbortSignal
}

/** One job that ran in the copy, or that would have reached outside and was only written down. */
export interface SimulatedStep {
  readonly at: Date
  readonly job: string
  readonly input: unknown
  readonly outcome: 'done' | 'failed' | 'outside'
  /** With `failed`: why. */
  readonly reason?: string
}

export interface SimulationService {
  /**
   * Copies the organisation, lets schedules, jobs and events run there as they would, collects, and deletes the copy,
   * also when something fails. Bots' own edges (fetch, mail) have to know that they rehearse.
   * @throws Problem 409 when there is too much to copy, or when more than 20,000 steps would be needed
   */
  run<R>(request: SimulationRequest<R>): Promise<R>
}
export const simulationService = serviceRef<SimulationService>({ id: 'core.simulation', scope: 'tenant' })

/**
 * Which rows of a table a rehearsal of one group copies. Rows that refer to a row that was left out are left out too,
 * along foreign keys: a plugin says it of its roots only.
 */
export interface CopyScope {
  /** `members.member`. */
  readonly table: string
  /** More of these are not copied whole. */
  readonly counts: boolean
  /** SQL condition over the table's alias `t`; `$2` is the group's id, to be used; `t.tenant_id` is bound already. */
  readonly inGroup: string
}
export const copyScopes = extensionPoint<CopyScope>({ id: 'core.copyScopes' })

/** `bots.run`: a table whose rows a rehearsal has no use for, such as traces and outboxes; whether the plugin is on or not. */
export interface LeftOutOfCopies {
  readonly table: string
}
export const leftOutOfCopies = extensionPoint<LeftOutOfCopies>({ id: 'core.leftOutOfCopies' })
