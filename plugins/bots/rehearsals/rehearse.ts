/** The job of a rehearsal: a copy of the organisation in which only this bot is on, and a clock that runs ahead. */
import { isProblem, type Jobs, Uuid } from '@guildhall/sdk'
import Type from 'typebox'
import type { BotsContext } from '../context.ts'
import { installationById } from '../installations/stored.ts'
import { rehearseJob } from '../job-names.ts'
import { syncTriggers } from '../triggers/index.ts'
import { findRehearsal, moveRehearsal } from './rehearsal-sql.ts'
import { timelineOf } from './timeline.ts'

/** How often the row tells how far the clock has come. */
const tellEveryMs = 1_000

export function rehearsalJobs(j: Jobs<BotsContext>): void {
  j.job({
    id: rehearseJob,
    title: 'Rehearse a bot',
    input: Type.Object({ rehearsalId: Uuid() }, { additionalProperties: false }),
    timeoutMs: 900_000,
    attempts: 2,
    prompt: true,
    run: async (ctx, { rehearsalId }) => {
      try {
        await rehearse(ctx, rehearsalId)
      } catch (error) {
        if (!isProblem(error) && !ctx.signal.aborted) ctx.log.error({ err: error, rehearsalId }, 'a rehearsal failed')
        const reason = isProblem(error) ? (error.detail ?? error.kind.title) : 'It could not be carried out.'
        await ctx.transaction((tx) => moveRehearsal(tx, rehearsalId, 'failed', { reason }))
      }
    },
  })
}

async function rehearse(ctx: BotsContext, id: string): Promise<void> {
  const asked = await ctx.transaction(async (tx) => {
    const found = await findRehearsal(tx, id)
    return found && (await moveRehearsal(tx, id, 'running')) ? found : null
  })
  if (!asked) return
  const { installationId, days, groupId } = asked
  const stop = new AbortController()
  let told = 0
  const { entries, counts } = await ctx.use.simulation.run({
    until: new Date(ctx.now().getTime() + days * 86_400_000),
    ...(groupId ? { groupId } : {}),
    signal: AbortSignal.any([ctx.signal, stop.signal]),
    prepare: async (tx) => {
      await tx.query('UPDATE bots.installation SET enabled = (id = $2) WHERE tenant_id = $1', [
        tx.tenantId,
        installationId,
      ])
      const installation = await installationById(tx, installationId)
      if (installation) await syncTriggers(ctx, tx, installation)
    },
    onProgress: async (at) => {
      if (Date.now() - told < tellEveryMs) return
      told = Date.now()
      // Whoever cancelled it moved the row.
      if (!(await ctx.transaction((tx) => moveRehearsal(tx, id, 'running', { reachedAt: at })))) stop.abort()
    },
    collect: (tx) => timelineOf(tx, installationId),
  })
  await ctx.transaction((tx) => moveRehearsal(tx, id, 'done', { counts, timeline: entries }))
}
