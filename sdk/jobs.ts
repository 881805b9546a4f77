/** Jobs of a plugin: work that outlives the request, started by `tx.enqueue` or by a schedule. */
import type { Static, TSchema } from 'typebox'
import type { Tx } from './context.ts'

export interface JobSpec<X, S extends TSchema> {
  /** `<plugin>.<name>` */
  readonly id: `${string}.${string}`
  readonly title: string
  readonly input: S
  readonly timeoutMs: number
  readonly attempts: number
  /** Somebody waits for it: costs a NOTIFY a commit, so only where it matters. Default false. */
  readonly prompt?: boolean
  /** It reaches outside the platform (mail, HTTP): a rehearsal writes it down instead of running it. Default false. */
  readonly outside?: boolean
  /** How many of it a node runs at a time, and of those how many of one organisation. Default 2 and 1. */
  readonly atOnce?: { readonly node: number; readonly tenant: number }
  readonly schedule?: {
    readonly cron: string
    readonly timezone: 'tenant' | 'UTC'
    input(x: { tenantId: string; scheduledFor: Date }): Static<S>
  }
  run(ctx: X, input: Static<S>, job: { id: string; attempt: number }): Promise<void>
}
export interface Jobs<X> {
  job<S extends TSchema>(o: JobSpec<X, S>): void
}

export const refreshStatisticsJob = 'core.refreshStatistics'
/** Fewer rows change no plan. */
const manyRows = 1_000

/**
 * Said where a large piece of writing ends, with all the rows it wrote: after the commit the planner looks at the tables
 * that grew by it, instead of taking them for empty until the server's next round. Costs nothing for few rows.
 */
export async function wroteMany(tx: Tx, rows: number): Promise<void> {
  if (rows >= manyRows) await tx.enqueue(refreshStatisticsJob, {}, { key: refreshStatisticsJob })
}
