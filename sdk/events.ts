/** Events of a plugin: what it tells, and what it listens to. */
import type { Static, TSchema } from 'typebox'
import type { Actor } from './context.ts'
import type { EventRef } from './refs.ts'

export interface DeliveredEvent<T> {
  readonly id: string
  readonly at: Date
  readonly payload: T
}
/** With its name and who acted, for whoever hears all of them. */
export type HeardEvent = DeliveredEvent<unknown> & { event: string; version: number; actor: Actor }
export interface Events<X> {
  // biome-ignore lint/suspicious/noExplicitAny: events of any payload
  emits(...events: EventRef<any>[]): void
  /**
   * At least once, with a stable event id; `id` names the subscription and never changes.
   * @param o.when of the payload alone: for an event it is false for, no delivery is made. Default: all.
   */
  on<S extends TSchema>(
    event: EventRef<S>,
    id: string,
    handler: (ctx: X, e: DeliveredEvent<Static<S>>) => Promise<void>,
    o?: { when(payload: Static<S>): boolean },
  ): void
  /** Every event of the organisation (bots, webhooks, analytics). */
  any(id: string, handler: (ctx: X, e: HeardEvent) => Promise<void>): void
  /**
   * Every event, where events are dispatched, one hop earlier: those of one unit of work together, at most a hundred. Only
   * for what writes a few rows and returns. When it fails, each of them comes again by itself.
   */
  inline(id: string, handler: (ctx: X, events: readonly HeardEvent[]) => Promise<void>): void
}
