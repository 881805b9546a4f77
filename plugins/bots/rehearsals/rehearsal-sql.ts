import { Problem, problems, type Tx } from '@guildhall/sdk'
import type { Rehearsal, RehearsalWithTimeline, TimelineEntry } from './rehearsal-schema.ts'

interface Row extends Omit<Rehearsal, 'reachedAt' | 'createdAt' | 'finishedAt'> {
  readonly installationId: string
  readonly reachedAt: Date | null
  readonly createdAt: Date
  readonly finishedAt: Date | null
  readonly timeline?: TimelineEntry[] | null
}

const columns = `r.id, r.installation_id AS "installationId", r.days, r.group_id AS "groupId", r.status,
  r.reached_at AS "reachedAt", r.reason, r.counts, r.created_at AS "createdAt", r.finished_at AS "finishedAt"`

const viewOf = (row: Row): Rehearsal => ({
  id: row.id,
  days: row.days,
  groupId: row.groupId,
  status: row.status,
  reason: row.reason,
  counts: row.counts,
  reachedAt: row.reachedAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
  finishedAt: row.finishedAt?.toISOString() ?? null,
})

export async function insertRehearsal(
  tx: Tx,
  o: { id: string; installationId: string; days: number; groupId: string | null; by: { kind: string; id: string } },
): Promise<void> {
  await tx.query(
    `INSERT INTO bots.rehearsal (tenant_id, id, installation_id, days, group_id, status, requested_by_kind, requested_by_id, created_at)
     VALUES ($1, $2, $3, $4, $5, 'queued', $6, $7, $8)`,
    [tx.tenantId, o.id, o.installationId, o.days, o.groupId, o.by.kind, o.by.id, tx.now()],
  )
}

export async function latestRehearsals(tx: Tx, installationId: string): Promise<Rehearsal[]> {
  const rows = await tx.query<Row>(
    `SELECT ${columns} FROM bots.rehearsal r WHERE r.tenant_id = $1 AND r.installation_id = $2
      ORDER BY r.created_at DESC, r.id DESC LIMIT 50`,
    [tx.tenantId, installationId],
  )
  return rows.map(viewOf)
}

export async function isOneUnderWay(tx: Tx, installationId: string): Promise<boolean> {
  const rows = await tx.query(
    `SELECT 1 FROM bots.rehearsal WHERE tenant_id = $1 AND installation_id = $2 AND status IN ('queued', 'running')`,
    [tx.tenantId, installationId],
  )
  return rows.length > 0
}

/** @throws Problem 404 */
export async function readRehearsal(tx: Tx, installationId: string, id: string): Promise<RehearsalWithTimeline> {
  const row = await findRehearsal(tx, id)
  if (row?.installationId !== installationId) throw new Problem(problems.notFound)
  return { ...viewOf(row), timeline: row.timeline ?? [] }
}

export async function findRehearsal(tx: Tx, id: string): Promise<Row | null> {
  const [row] = await tx.query<Row>(
    `SELECT ${columns}, r.timeline FROM bots.rehearsal r WHERE r.tenant_id = $1 AND r.id = $2`,
    [tx.tenantId, id],
  )
  return row ?? null
}

/** Only from a state it may leave; false when it was cancelled meanwhile. */
export async function moveRehearsal(
  tx: Tx,
  id: string,
  to: Rehearsal['status'],
  o: { reachedAt?: Date; reason?: string; counts?: Record<string, number>; timeline?: readonly TimelineEntry[] } = {},
): Promise<boolean> {
  const ended = to === 'done' || to === 'failed' || to === 'cancelled'
  const rows = await tx.query(
    `UPDATE bots.rehearsal SET status = $3, reached_at = coalesce($4, reached_at), reason = $5, counts = $6, timeline = $7,
            finished_at = $8
      WHERE tenant_id = $1 AND id = $2 AND status IN ('queued', 'running') RETURNING id`,
    [
      tx.tenantId,
      id,
      to,
      o.reachedAt ?? null,
      o.reason ?? null,
      o.counts ? JSON.stringify(o.counts) : null,
      o.timeline ? JSON.stringify(o.timeline) : null,
      ended ? tx.now() : null,
    ],
  )
  return rows.length > 0
}
