/** A bot that fails again and again is switched off, and somebody is told. */
import type { Tx } from '@guildhall/sdk'
import type { BotsContext } from '../../context.ts'
import { installationById } from '../../installations/stored.ts'
import { tellJob } from '../../job-names.ts'
import { botStopped } from '../../refs.ts'
import { syncTriggers } from '../../triggers/index.ts'
import type { Run } from '../stored.ts'
import type { Ended } from './verdict.ts'

export const failuresToStop = 5

/** @param last how this run ended: which limit, which value */
export async function countFailure(
  ctx: BotsContext,
  tx: Tx,
  run: Run,
  last: { ended: Ended; sentence: string },
): Promise<void> {
  const [row] = await tx.query<{ failures: number; enabled: boolean }>(
    `UPDATE bots.installation SET failures_in_row = failures_in_row + 1 WHERE tenant_id = $1 AND id = $2
     RETURNING failures_in_row AS failures, enabled`,
    [tx.tenantId, run.installationId],
  )
  if (!row?.enabled || row.failures < failuresToStop) return
  const stopped = {
    reason: `${row.failures} failed runs in a row. The last one: ${last.sentence}`,
    at: tx.now().toISOString(),
    failures: row.failures,
    runId: run.id,
    ended: last.ended,
  }
  await tx.query(
    `UPDATE bots.installation SET enabled = false, stopped = $3, version = version + 1, updated_at = $4
      WHERE tenant_id = $1 AND id = $2`,
    [tx.tenantId, run.installationId, JSON.stringify(stopped), tx.now()],
  )
  const installation = await installationById(tx, run.installationId)
  if (installation) await syncTriggers(ctx, tx, installation)
  await tx.emit(botStopped, { installationId: run.installationId, runId: run.id, failures: row.failures })
  await tx.audit({
    action: 'bots.stopped',
    target: { type: 'bot', id: run.installationId },
    meta: { failures: row.failures, runId: run.id },
  })
  await tx.enqueue(tellJob, { runId: run.id, about: 'stopped' })
}
