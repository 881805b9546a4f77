/** Runs: from the queue into the sandbox and back, with a journal of everything that was done. */
import {
  analyticsFigures,
  type ExtensionPoint,
  healthContributions,
  type Jobs,
  leftOutOfCopies,
  maintenanceFigures,
} from '@guildhall/sdk'
import { emailTemplates } from '../../email/refs.ts'
import type { BotsContext, BotsRouter } from '../context.ts'
import { botFigures } from './figures/analytics.ts'
import { botMaintenance } from './figures/maintenance.ts'
import { statisticsRoutes } from './figures/statistics.ts'
import { runnerHealth } from './health.ts'
import { housekeepingJobs } from './housekeeping.ts'
import { type Network, outside } from './http/outside.ts'
import { inboxRoutes } from './inbox/routes.ts'
import { runJobs as attemptJobs } from './life/run-job.ts'
import { logRoutes } from './logs/routes.ts'
import { digestJobs } from './telling/digest-job.ts'
import { tellJobs } from './telling/tell-job.ts'
import { mailTemplates } from './telling/templates.ts'

export type { Network }

export function runRoutes(r: BotsRouter): void {
  inboxRoutes(r)
  logRoutes(r)
  statisticsRoutes(r)
}

/** @param network what tests put in place of the internet */
export function runJobs(j: Jobs<BotsContext>, network?: Network): void {
  const way = { outside: outside(network) }
  attemptJobs(j, way)
  tellJobs(j, way)
  digestJobs(j, way)
  housekeepingJobs(j)
}

/** What earlier runs left; a rehearsal shows its own. */
const traces = ['bots.run', 'bots.call', 'bots.log', 'bots.rehearsal']

export function runContributions(c: { to<T>(point: ExtensionPoint<T>, impl: T): void }): void {
  for (const figure of botFigures) c.to(analyticsFigures, figure)
  for (const figure of botMaintenance) c.to(maintenanceFigures, figure)
  c.to(healthContributions, runnerHealth)
  for (const template of mailTemplates) c.to(emailTemplates, template)
  for (const table of traces) c.to(leftOutOfCopies, { table })
}
