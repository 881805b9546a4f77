/** The job that carries a run through an attempt, and those that waited for its place after it. */
import { type Jobs, type Tx, Uuid } from '@guildhall/sdk'
import Type from 'typebox'
import type { BotsContext } from '../../context.ts'
import { runJob } from '../../job-names.ts'
import type { Outside } from '../http/request.ts'
import { type Attempted, attemptRun } from './attempt.ts'
import { type Claimed, claimRun } from './claim.ts'
import { finishAttempt, refuseRun } from './finish.ts'
import { giveBack } from './give-back.ts'
import { callRuns } from './queue.ts'

/** One job carries runs of its organisation for so long; then others have their turn on the node. */
const goOnMs = 1_000

export function runJobs(j: Jobs<BotsContext>, o: { outside: Outside }): void {
  j.job({
    id: runJob,
    title: 'Run a bot',
    input: Type.Object({ runId: Uuid() }, { additionalProperties: false }),
    // The longest run, and the wait for a runner.
    timeoutMs: 190_000,
    attempts: 5,
    prompt: true,
    // They mostly wait: for a runner, for what they call. How many an organisation has under way, the claim decides.
    atOnce: { node: 12, tenant: 4 },
    run: async (ctx, { runId }) => {
      if (!(await ctx.read((tx) => isOpen(tx, runId)))) return
      const began = performance.now()
      let next = await ctx.transaction((tx) => takeFirst(ctx, tx, [runId]))
      while (next) {
        const { claimed } = next
        const attempted = await attemptRun(ctx, claimed, o).catch((error: unknown): Attempted => {
          ctx.log.error({ err: error, runId: claimed.run.id }, 'a run could not be carried out')
          return { ended: 'infra', superseded: false, outcome: {} }
        })
        if (attempted.superseded) return
        const goOn = performance.now() - began < goOnMs
        next = await ctx.transaction((tx) => afterAttempt(ctx, tx, { claimed, attempted, goOn }))
      }
    },
  })
}

type Taken = { readonly claimed: Claimed } | undefined

/** Most jobs of a full queue find their run done: whoever ended the one before took it at once. */
async function isOpen(tx: Tx, runId: string): Promise<boolean> {
  const rows = await tx.query(
    `SELECT 1 FROM bots.run WHERE tenant_id = $1 AND id = $2 AND status IN ('queued', 'running', 'retrying')`,
    [tx.tenantId, runId],
    { last: true },
  )
  return rows.length > 0
}

/** The first of them that may happen now. */
async function takeFirst(ctx: BotsContext, tx: Tx, ids: readonly string[]): Promise<Taken> {
  for (const id of ids) {
    const claim = await claimRun(ctx, tx, id)
    if ('claimed' in claim) return claim
    if ('refused' in claim) await refuseRun(tx, claim.run, claim.refused)
  }
  return undefined
}

/** Whoever ends a run goes on with the next that waits, in the same unit of work: its place is never free in between. */
async function afterAttempt(
  ctx: BotsContext,
  tx: Tx,
  { claimed, attempted, goOn }: { claimed: Claimed; attempted: Attempted; goOn: boolean },
): Promise<Taken> {
  const { run, limits } = claimed
  // The node is stopping: nobody's fault, another one goes on where the journal ends.
  if (ctx.signal.aborted && attempted.ended === 'cancelled') {
    await giveBack(tx, run)
    return undefined
  }
  const waiting = await finishAttempt(ctx, tx, { ...run, limits: { ...limits } }, attempted)
  const next = goOn && !ctx.signal.aborted ? await takeFirst(ctx, tx, waiting) : undefined
  if (!next) await callRuns(tx, waiting)
  return next
}
