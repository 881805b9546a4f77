/** The job that carries one run through one attempt. */
import { type Jobs, Uuid } from '@guildhall/sdk'
import Type from 'typebox'
import type { BotsContext } from '../../context.ts'
import { runJob } from '../../job-names.ts'
import type { Outside } from '../http/request.ts'
import { type Attempted, attemptRun } from './attempt.ts'
import { claimRun } from './claim.ts'
import { finishAttempt, refuseRun } from './finish.ts'
import { giveBack } from './give-back.ts'

export function runJobs(j: Jobs<BotsContext>, o: { outside: Outside }): void {
  j.job({
    id: runJob,
    title: 'Run a bot',
    input: Type.Object({ runId: Uuid() }, { additionalProperties: false }),
    // The longest run, and the wait for a runner.
    timeoutMs: 180_000,
    attempts: 5,
    prompt: true,
    run: async (ctx, { runId }) => {
      const claim = await ctx.transaction(async (tx) => {
        const claim = await claimRun(ctx, tx, runId)
        if ('refused' in claim) await refuseRun(tx, claim.run, claim.refused)
        return claim
      })
      if (!('claimed' in claim)) return
      const { run, limits } = claim.claimed
      const attempted = await attemptRun(ctx, claim.claimed, o).catch((error: unknown): Attempted => {
        ctx.log.error({ err: error, runId }, 'a run could not be carried out')
        return { ended: 'infra', superseded: false, outcome: {} }
      })
      if (attempted.superseded) return
      await ctx.transaction(async (tx) => {
        // The node is stopping: nobody's fault, another one goes on where the journal ends.
        if (ctx.signal.aborted && attempted.ended === 'cancelled') await giveBack(tx, run)
        else await finishAttempt(ctx, tx, { ...run, limits: { ...limits } }, attempted)
      })
    },
  })
}
