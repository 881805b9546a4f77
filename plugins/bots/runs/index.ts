/** Runs: from the queue into the sandbox and back, with a journal of everything that was done. */
import type { Jobs } from '@guildhall/sdk'
import type { BotsContext, BotsRouter } from '../context.ts'

export function runRoutes(_r: BotsRouter): void {}
export function runJobs(_j: Jobs<BotsContext>): void {}
