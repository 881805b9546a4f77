/** Jobs of a plugin: work that outlives the request, started by `tx.enqueue` or by a schedule. */
import type { Static, TSchema } from 'typebox'

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
