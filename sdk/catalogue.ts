/** What there is for bots beside actions: events they can hear, and the bots that come along. */
import type { TSchema } from 'typebox'
import type { Tx } from './context.ts'
import { serviceRef } from './refs.ts'

export interface EventDescription {
  readonly id: string
  readonly plugin: string
  readonly title: string
  readonly version: number
  readonly payload: TSchema
  /** A payload as its plugin documents it; its ids are nobody's. */
  readonly example: unknown
}
/** What happened here. */
export interface PastEvent {
  readonly name: string
  readonly payload: unknown
  readonly at: Date
}
export interface EventsService {
  /** Events of the plugins that are on here. */
  list(): readonly EventDescription[]
  /** Of each name the last one, among the ten thousand newest events of the organisation; whatever version it had. */
  latest(tx: Tx, names: readonly string[]): Promise<readonly PastEvent[]>
}
export const eventsService = serviceRef<EventsService>({ id: 'core.events', scope: 'tenant' })

export interface ShippedBotsService {
  /** The platform's own bots, and those of the plugins that are on here; `plugin` is null for the platform's. */
  list(): readonly { readonly plugin: string | null; readonly source: URL }[]
}
export const shippedBotsService = serviceRef<ShippedBotsService>({ id: 'core.shippedBots', scope: 'tenant' })
