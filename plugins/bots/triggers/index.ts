/** What starts a bot: events, times, people, programs, signed calls. */
import type { Events, Jobs } from '@guildhall/sdk'
import type { BotsContext, BotsRouter } from '../context.ts'
import { startRoutes } from './by-hand.ts'
import { nextRunsRoute } from './next-runs.ts'
import { onEvent } from './on-event.ts'
import { tickJobs } from './tick.ts'
import { webhookRoutes } from './webhook/routes.ts'

export { syncTriggers } from './sync.ts'

export function triggerRoutes(r: BotsRouter): void {
  startRoutes(r)
  nextRunsRoute(r)
  webhookRoutes(r)
}

export function triggerEvents(e: Events<BotsContext>): void {
  e.any('triggers', onEvent, { inline: true })
}

export function triggerJobs(j: Jobs<BotsContext>): void {
  tickJobs(j)
}
