/** What the API answers about rehearsals. */

/** Something that would happen. */
export interface Happening {
  readonly at: string
  readonly kind: 'run' | 'mail' | 'change' | 'call' | 'told' | 'refused' | 'failed'
  readonly runId: string
  /** The action, the host that was called, the cause of a run. */
  readonly name: string
  readonly input: unknown
  readonly detail: string | null
}
export interface Rehearsal {
  readonly id: string
  readonly days: number
  readonly groupId: string | null
  readonly status: 'queued' | 'running' | 'done' | 'failed' | 'cancelled'
  /** How far the clock of the copy has come. */
  readonly reachedAt: string | null
  readonly reason: string | null
  /** Of what happened, by its kind. */
  readonly counts: Readonly<Partial<Record<Happening['kind'], number>>> | null
  readonly createdAt: string
}
export interface RehearsalWithTimeline extends Rehearsal {
  /** The first thousand, in the order of their time. */
  readonly timeline: readonly Happening[]
}
export const goesOn = ({ status }: Rehearsal): boolean => status === 'queued' || status === 'running'
