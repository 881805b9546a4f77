/** Bulk operations in the background, with the rights of whoever asked. */
import { type Jobs, type Tx, Uuid } from '@guildhall/sdk'
import Type from 'typebox'
import { actingFor, personBehind } from '../acting-for.ts'
import type { MembersContext } from '../context.ts'
import { driveApply, driver } from './apply.ts'
import { changeOperation, deleteOldOperations, readOperation } from './bulk-sql.ts'
import { applyJob, cleanJob, planJob } from './job-names.ts'
import { finishPlan } from './plan.ts'

const OfOperation = Type.Object({ operationId: Uuid() }, { additionalProperties: false })
const minutes = 60_000
const attempts = 3
/** A node not heard of for so long is taken for dead, and looked after so often. */
const silentMs = 30_000
const watchMs = 45_000

export function bulkJobs(j: Jobs<MembersContext>): void {
  j.job({
    id: planJob,
    title: 'Make the plan of a bulk operation',
    input: OfOperation,
    timeoutMs: 10 * minutes,
    attempts,
    prompt: true,
    run: (ctx, { operationId }, { attempt }) =>
      orFail(ctx, operationId, attempt, () =>
        ctx.transaction(async (tx) => finishPlan(await actingFor(ctx, tx, personBehind(ctx.actor)), tx, operationId)),
      ),
  })
  j.job({
    id: applyJob,
    title: 'Apply a bulk operation',
    input: OfOperation,
    timeoutMs: 30 * minutes,
    attempts,
    prompt: true,
    run: async (ctx, { operationId }, { attempt }) => {
      if (!(await ctx.transaction((tx) => take(tx, operationId)))) return
      await orFail(ctx, operationId, attempt, () => driveApply(ctx, operationId))
    },
  })
  j.job({
    id: cleanJob,
    title: 'Forget old bulk operations',
    input: Type.Object({}, { additionalProperties: false }),
    timeoutMs: 10 * minutes,
    attempts,
    schedule: { cron: '35 3 * * *', timezone: 'tenant', input: () => ({}) },
    run: (ctx) =>
      ctx.transaction(async (tx) => {
        const before = (days: number) => new Date(tx.now().getTime() - days * 86_400_000)
        await deleteOldOperations(tx, { planned: before(7), over: before(90) })
      }),
  })
}

/** Whether nobody else is at it. Then a watch is set: if this node dies, another one finds the work there. */
async function take(tx: Tx, id: string): Promise<boolean> {
  const row = await readOperation(tx, id, { lock: true })
  if (row?.state !== 'applying') return false
  const now = tx.now().getTime()
  await tx.enqueue(applyJob, { operationId: id }, { key: `${id}:watch`, runAt: new Date(now + watchMs) })
  if (row.driver !== null && row.driver !== driver && row.beat_at && now - row.beat_at.getTime() < silentMs)
    return false
  await changeOperation(tx, id, { driver, beat_at: tx.now() })
  return true
}

async function orFail(ctx: MembersContext, id: string, attempt: number, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (attempt < attempts || ctx.signal.aborted) throw error
    ctx.log.error({ err: error, operationId: id }, 'a bulk operation failed')
    await ctx.transaction((tx) =>
      changeOperation(tx, id, { state: 'failed', failure: 'Something went wrong on our side; the log has more.' }),
    )
  }
}
