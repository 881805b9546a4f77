/** Events of a plugin: what it tells, and what it listens to. */
import type { Static, TSchema } from 'typebox'
import type { Actor } from './context.ts'
import type { EventRef } from './refs.ts'

export interface DeliveredEvent<T> {
  readonly id: string
  readonly at: Date
  readonly payload: T
}
export interface Events<X> {
  // biome-ignore lint/suspicious/noExplicitAny: events of any payload
  emits(...events: EventRef<any>[]): void
  /** At least once, with a stable event id; `id` names the subscription and never changes. */
  on<S extends TSchema>(
    event: EventRef<S>,
    id: string,
    handler: (ctx: X, e: DeliveredEvent<Static<S>>) => Promise<void>,
  ): void
  /**
   * Every event of the organisation (bots, webhooks, analytics). `inline`: the handler runs where events are
   * dispatched, one hop earlier; only for what writes a few rows and returns.
   */
  any(
    id: string,
    handler: (ctx: X, e: DeliveredEvent<unknown> & { event: string; version: number; actor: Actor }) => Promise<void>,
    o?: { readonly inline?: boolean },
  ): void
}
