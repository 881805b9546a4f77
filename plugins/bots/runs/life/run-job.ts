/** The job that carries runs of an organisation through their attempts, one after another, as long as some wait. */
import { type Jobs, type Tx, Uuid } from '@guildhall/sdk'
import Type from 'typebox'
import type { BotsContext } from '../../context.ts'
import { runJob } from '../../job-names.ts'
import type { Outside } from '../http/request.ts'
import { type Attempted, attemptRun } from './attempt.ts'
import { type Claimed, takeNext } from './claim.ts'
import { finishAttempt } from './finish.ts'
import { giveBack } from './give-back.ts'
import { callCarrier, lockQueue } from './queue.ts'

/** One job carries runs of its organisation for so long; then others have their turn on the node. */
const goOnMs = 1_000

export function runJobs(j: Jobs<BotsContext>, o: { outside: Outside }): void {
  j.job({
    id: runJob,
    title: 'Run bots',
    // `runId`: the run somebody had in mind, which whoever looks at the queue reads; taken is whatever is next.
    input: Type.Object({ runId: Type.Optional(Uuid()) }, { additionalProperties: false }),
    // The longest run, and the wait for a runner.
    timeoutMs: 190_000,
    attempts: 5,
    prompt: true,
    // They mostly wait: for a runner, for what they call. How many an organisation has under way, the claim decides.
    atOnce: { node: 12, tenant: 4 },
    run: async (ctx) => {
      const began = performance.now()
      let claimed = await ctx.transaction((tx) => takeNext(ctx, tx))
      while (claimed) {
        const { run } = claimed
        const attempted = await attemptRun(ctx, claimed, o).catch((error: unknown): Attempted => {
          ctx.log.error({ err: error, runId: run.id }, 'a run could not be carried out')
          return { ended: 'infra', superseded: false, outcome: {}, rest: async () => undefined }
        })
        const goOn = performance.now() - began < goOnMs
        const before = claimed
        claimed = await ctx.transaction((tx) => afterAttempt(ctx, tx, { claimed: before, attempted, goOn }))
      }
    },
  })
}

/** Whoever ends a run goes on with the next that waits, in the same unit of work: its place is never free in between. */
async function afterAttempt(
  ctx: BotsContext,
  tx: Tx,
  { claimed, attempted, goOn }: { claimed: Claimed; attempted: Attempted; goOn: boolean },
): Promise<Claimed | undefined> {
  const { run, limits } = claimed
  // Sent together, and answered in this order. The lock first: whoever cancels a run takes it before the row.
  const sent: Promise<unknown>[] = [lockQueue(tx), attempted.rest(tx)]
  if (attempted.superseded) return settled(sent)
  // The node is stopping: nobody's fault, another one goes on where the journal ends.
  if (ctx.signal.aborted && attempted.ended === 'cancelled') return settled([...sent, giveBack(tx, run)])
  sent.push(finishAttempt(ctx, tx, { ...run, limits: { ...limits } }, attempted))
  if (!goOn || ctx.signal.aborted) return settled([...sent, callCarrier(tx)])
  // One that failed may have its bot switched off, and so decide about the next.
  if (attempted.ended !== 'ok') await settled(sent.splice(0))
  const next = takeNext(ctx, tx, claimed)
  await settled([...sent, next])
  return next
}

/** Waits for all of them, also where one fails: who is still at it would write into the unit of work that comes next. */
async function settled(sent: readonly Promise<unknown>[]): Promise<undefined> {
  for (const one of await Promise.allSettled(sent)) if (one.status === 'rejected') throw one.reason
}
