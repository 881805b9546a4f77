/** A run that lost its node goes back into the queue, whoever notices. */
import type { Tx } from '@guildhall/sdk'
import { sweepJob } from '../../job-names.ts'
import { callCarrier, lockQueue } from './queue.ts'

/** By the node itself, while it stops. */
export async function giveBack(tx: Tx, run: { id: string; attempt: number }): Promise<void> {
  const rows = await tx.query(
    `UPDATE bots.run SET status = 'queued', lease_until = NULL, reason = 'Its node stopped; another one goes on'
      WHERE tenant_id = $1 AND id = $2 AND attempt = $3 AND status = 'running' RETURNING id`,
    [tx.tenantId, run.id, run.attempt],
  )
  if (rows.length > 0) await callCarrier(tx)
}

const sweepAfterMs = 600_000

/** Whoever starts a run leaves a sweep behind; one waits at a time, so organisations without runs cost nothing. */
export const enqueueSweep = (tx: Tx): Promise<void> =>
  tx.enqueue(sweepJob, {}, { key: 'sweep', runAt: new Date(tx.now().getTime() + sweepAfterMs) })

/** By anybody, when a run is overdue or was never called: its job died with its node. */
export async function sweep(tx: Tx): Promise<{ called: number }> {
  await lockQueue(tx)
  const now = tx.now()
  const before = new Date(now.getTime() - sweepAfterMs)
  const [overdue] = await tx.query<{ runs: number }>(
    `SELECT count(*)::int AS runs FROM bots.run WHERE tenant_id = $1 AND (
        (status = 'running' AND lease_until < $2) OR (status = 'queued' AND queued_at < $3)
        OR (status = 'retrying' AND next_attempt_at < $3))`,
    [tx.tenantId, now, before],
  )
  const called = overdue?.runs ?? 0
  if (called > 0) await callCarrier(tx)
  const [open] = await tx.query(
    `SELECT 1 FROM bots.run WHERE tenant_id = $1 AND status IN ('queued', 'running', 'retrying') LIMIT 1`,
    [tx.tenantId],
  )
  if (open) await enqueueSweep(tx)
  return { called }
}
