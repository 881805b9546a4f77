/** What starts a bot: events, times, people, programs, signed calls. */
import type { Events, Jobs } from '@guildhall/sdk'
import type { BotsContext, BotsRouter } from '../context.ts'
import { startRoutes } from './by-hand.ts'
import { nextRunsRoute } from './next-runs.ts'
import { onEvents } from './on-event.ts'
import { sampleEventsRoute } from './sample-events.ts'
import { tickJobs } from './tick.ts'
import { webhookRoutes } from './webhook/routes.ts'

export { syncTriggers } from './sync.ts'

export function triggerRoutes(r: BotsRouter): void {
  startRoutes(r)
  sampleEventsRoute(r)
  nextRunsRoute(r)
  webhookRoutes(r)
}

export function triggerEvents(e: Events<BotsContext>): void {
  e.inline('triggers', onEvents)
}

export function triggerJobs(j: Jobs<BotsContext>): void {
  tickJobs(j)
}
