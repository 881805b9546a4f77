/** What starts a bot: events, times, people, programs, signed calls. */
import type { Events, Tx } from '@guildhall/sdk'
import type { BotsContext, BotsRouter } from '../context.ts'
import type { Installation } from '../installations/stored.ts'

/** Brings event triggers, schedule and webhook to what the installation says; called at every change of it. */
export async function syncTriggers(_ctx: BotsContext, _tx: Tx, _installation: Installation): Promise<void> {}

export function triggerRoutes(_r: BotsRouter): void {}
export function triggerEvents(_e: Events<BotsContext>): void {}
