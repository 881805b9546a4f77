/** Whose turn it is: so many runs an organisation at a time, and of scheduled ones one a bot. */
import type { Tx } from '@guildhall/sdk'
import { runJob } from '../../job-names.ts'
import type { Run } from '../stored.ts'

/** Whoever counts and whoever frees a place come one after another, so that nobody waits for a place that is free. */
export const lockQueue = async (tx: Tx): Promise<void> => {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`bots.queue:${tx.tenantId}`])
}

export interface UnderWay {
  readonly installation: string
  readonly kind: string
}

/** A run whose node was lost is not counted. */
export const runsUnderWay = (tx: Tx, but: string): Promise<UnderWay[]> =>
  tx.query<UnderWay & Record<string, unknown>>(
    `SELECT r.installation_id AS installation, r.trigger_kind AS kind FROM bots.run r
      WHERE r.tenant_id = $1 AND r.status = 'running' AND r.lease_until > $2 AND r.id <> $3`,
    [tx.tenantId, tx.now(), but],
  )

/** Why there is no room; null: there is. */
export function noRoom(running: readonly UnderWay[], run: Run, runsAtOnce: number): string | null {
  if (running.length >= runsAtOnce)
    return `Waiting for its turn: ${running.length} runs of this organisation are under way, ${runsAtOnce} at a time`
  if (run.triggerKind === 'cron' && running.some((r) => r.kind === 'cron' && r.installation === run.installationId))
    return 'Waiting for its turn: the run of the time before is still under way'
  return null
}

/** Those who waited longest, as many as could have a place. */
export async function waitingRuns(tx: Tx, places: number): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `SELECT id FROM bots.run WHERE tenant_id = $1 AND status = 'queued' AND reason LIKE 'Waiting for its turn%'
      ORDER BY queued_at, id LIMIT ${Math.max(1, places)}`,
    [tx.tenantId],
  )
  return rows.map(({ id }) => id)
}

/** A place is free: whoever waits is called. Their jobs come back when it is taken meanwhile. */
export async function callRuns(tx: Tx, ids: readonly string[]): Promise<void> {
  for (const id of ids) await tx.enqueue(runJob, { runId: id }, { key: id })
}
