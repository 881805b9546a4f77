/** What there is for bots beside actions: events they can hear, and the bots that come along. */
import type { TSchema } from 'typebox'
import { serviceRef } from './refs.ts'

export interface EventDescription {
  readonly id: string
  readonly plugin: string
  readonly title: string
  readonly version: number
  readonly payload: TSchema
}
export interface EventsService {
  /** Events of the plugins that are on here. */
  list(): readonly EventDescription[]
}
export const eventsService = serviceRef<EventsService>({ id: 'core.events', scope: 'tenant' })

export interface ShippedBotsService {
  /** The platform's own bots, and those of the plugins that are on here; `plugin` is null for the platform's. */
  list(): readonly { readonly plugin: string | null; readonly source: URL }[]
}
export const shippedBotsService = serviceRef<ShippedBotsService>({ id: 'core.shippedBots', scope: 'tenant' })
