/** Events of the organisation start the bots that wait for them: a run a bot and event, in one unit of work. */
import type { Actor, HeardEvent, Tx } from '@guildhall/sdk'
import type { BotsContext } from '../context.ts'
import type { EventCondition } from '../installations/stored.ts'
import { ofBots } from '../refs.ts'
import { writeLines } from '../runs/logs/log-writer.ts'
import { startRuns } from '../runs/start.ts'
import { conditionHolds } from './condition-holds.ts'
import { deepestCause } from './depth.ts'

interface Waiting {
  readonly id: string
  readonly event: string
  readonly condition: EventCondition | null
  readonly installedBy: { readonly kind: string; readonly id: string }
}

export async function onEvents(ctx: BotsContext, events: readonly HeardEvent[]): Promise<void> {
  // What happens to bots starts none: a failing one would call itself.
  const heard = events.filter(({ event }) => !ofBots(event))
  const [first] = heard
  if (!first) return
  const names = [...new Set(heard.map(({ event }) => event))]
  const waiting = Map.groupBy(await ctx.read((tx) => waitingFor(tx, names)), ({ event }) => event)
  if (waiting.size === 0) return
  const cause = await causingRun(ctx, first.actor)
  const depth = cause ? cause.depth + 1 : 0
  if (depth >= deepestCause) return endChain(ctx, cause, [...waiting.keys()])
  const runs: Parameters<typeof startRuns>[1][number][] = []
  for (const event of heard)
    for (const one of waiting.get(event.event) ?? [])
      if (!one.condition || (await conditionHolds(ctx, event, one)))
        runs.push({ installationId: one.id, key: event.id, trigger: triggerOf(event) })
  if (runs.length > 0) await ctx.transaction((tx) => startRuns(tx, runs, { kind: 'event', depth }))
}

const triggerOf = ({ event: name, id, at, payload }: HeardEvent) => ({
  trigger: 'event',
  name,
  id,
  at: at.toISOString(),
  payload,
})

const waitingFor = (tx: Tx, events: readonly string[]): Promise<Waiting[]> =>
  tx.query<Waiting & Record<string, unknown>>(
    `SELECT t.installation_id AS id, t.event, t.condition,
            json_build_object('kind', i.installed_by_kind, 'id', i.installed_by_id) AS "installedBy"
       FROM bots.event_trigger t JOIN bots.installation i ON i.tenant_id = t.tenant_id AND i.id = t.installation_id
      WHERE t.tenant_id = $1 AND t.event = ANY($2) AND i.enabled ORDER BY t.installation_id`,
    [tx.tenantId, events],
    { last: true, prepared: true },
  )

interface CausingRun {
  readonly depth: number
  /** Null where it is gone by now. */
  readonly of: { readonly installationId: string; readonly runId: string } | null
}

/** Null for what people cause; what a bot causes, jobs it set going included, lies one deeper than its run. */
async function causingRun(ctx: BotsContext, actor: Actor): Promise<CausingRun | null> {
  const runId = actor.kind === 'bot' ? actor.runId : actor.kind === 'system' ? actor.bot?.runId : undefined
  if (runId === undefined) return null
  const [run] = await ctx.read((tx) =>
    tx.query<{ depth: number; installationId: string }>(
      'SELECT depth, installation_id AS "installationId" FROM bots.run WHERE tenant_id = $1 AND id = $2',
      [tx.tenantId, runId],
      { last: true },
    ),
  )
  // A run that is gone by now: rather too deep than without end.
  if (!run) return { depth: deepestCause, of: null }
  return { depth: run.depth, of: { installationId: run.installationId, runId } }
}

/** Said where somebody looks who wonders why the next bot did not start. */
async function endChain(ctx: BotsContext, cause: CausingRun | null, names: readonly string[]): Promise<void> {
  const of = cause?.of
  if (!of) return
  const message = `${names.join(', ')} started no bot: a chain of bots ends here, ${deepestCause} runs stand in it`
  await ctx.transaction((tx) => writeLines(tx, of, [{ level: 'warning', message, at: tx.now() }]))
}
