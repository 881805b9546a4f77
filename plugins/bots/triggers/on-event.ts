/** An event of the organisation starts the bots that wait for it: a run a bot, in one unit of work. */
import type { Actor, DeliveredEvent, Tx } from '@guildhall/sdk'
import type { BotsContext } from '../context.ts'
import type { EventCondition } from '../installations/stored.ts'
import { startRuns } from '../runs/start.ts'
import { conditionHolds } from './condition-holds.ts'

/** Runs that may stand in a chain of causes: a bot that causes the event that starts it stops here. */
export const deepestCause = 3

export type Heard = DeliveredEvent<unknown> & { event: string; version: number; actor: Actor }
interface Waiting {
  readonly id: string
  readonly condition: EventCondition | null
  readonly installedBy: { readonly kind: string; readonly id: string }
}

export async function onEvent(ctx: BotsContext, event: Heard): Promise<void> {
  // What happens to bots starts none: a failing one would call itself.
  if (event.event.startsWith('bots.')) return
  const waiting = await ctx.read((tx) => waitingFor(tx, event.event))
  if (waiting.length === 0) return
  const depth = await depthOf(ctx, event.actor)
  if (depth >= deepestCause) {
    ctx.log.debug({ event: event.id, name: event.event, depth }, 'a chain of bots ends here')
    return
  }
  const due: Waiting[] = []
  for (const one of waiting) if (!one.condition || (await conditionHolds(ctx, event, one))) due.push(one)
  if (due.length === 0) return
  const { id, at, payload } = event
  const trigger = { trigger: 'event', name: event.event, id, at: at.toISOString(), payload }
  const installations = due.map((one) => one.id)
  await ctx.transaction((tx) => startRuns(tx, installations, { trigger, kind: 'event', key: id, depth }))
}

const waitingFor = (tx: Tx, event: string): Promise<Waiting[]> =>
  tx.query<Waiting & Record<string, unknown>>(
    `SELECT t.installation_id AS id, t.condition,
            json_build_object('kind', i.installed_by_kind, 'id', i.installed_by_id) AS "installedBy"
       FROM bots.event_trigger t JOIN bots.installation i ON i.tenant_id = t.tenant_id AND i.id = t.installation_id
      WHERE t.tenant_id = $1 AND t.event = $2 AND i.enabled ORDER BY t.installation_id`,
    [tx.tenantId, event],
    { last: true, prepared: true },
  )

/** 0 for what people cause; what a bot causes, jobs it set going included, lies one deeper than its run. */
async function depthOf(ctx: BotsContext, actor: Actor): Promise<number> {
  const runId = actor.kind === 'bot' ? actor.runId : actor.kind === 'system' ? actor.bot?.runId : undefined
  if (runId === undefined) return 0
  const [run] = await ctx.read((tx) =>
    tx.query<{ depth: number }>('SELECT depth FROM bots.run WHERE tenant_id = $1 AND id = $2', [tx.tenantId, runId], {
      last: true,
    }),
  )
  // A run that is gone by now: rather too deep than without end.
  return run ? run.depth + 1 : deepestCause
}
