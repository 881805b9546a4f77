import { Problem, problems, type Tx } from '@guildhall/sdk'
import { personBehind } from '../acting-for.ts'
import type { MembersContext } from '../context.ts'
import type { BulkOperation } from './bulk-schema.ts'
import { type OperationRow, readOperation, troubledRows } from './bulk-sql.ts'
import { exportOperation, findOperation } from './operations/index.ts'

export async function viewOf(tx: Tx, row: OperationRow): Promise<BulkOperation> {
  const { total = 0, change = 0, unchanged = 0, conflict = 0 } = row.counts
  return {
    id: row.id,
    operation: row.operation,
    parameters: { ...row.parameters },
    reason: row.reason,
    state: row.state,
    hash: row.hash,
    counts: { total, change, unchanged, conflict },
    problems: await troubledRows(tx, row.id),
    progress: { done: row.changed + row.skipped + row.failed, of: change },
    result: { changed: row.changed, skipped: row.skipped, failed: row.failed },
    failure: row.failure,
    file:
      row.operation === exportOperation && row.state === 'applied'
        ? `/api/v1/members/bulk-operations/${row.id}/file`
        : null,
    plannedAt: row.planned_at?.toISOString() ?? null,
    appliedAt: row.applied_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    version: row.version,
  }
}

/**
 * An operation names members: whoever planned or applied it sees it, and whoever may do the same to everybody.
 * @throws Problem 404
 */
export async function requireBulk(
  ctx: MembersContext,
  tx: Tx,
  id: string,
  o: { lock?: boolean } = {},
): Promise<OperationRow> {
  const row = await readOperation(tx, id, o)
  if (!row) throw new Problem(problems.notFound)
  const { kind, id: person } = personBehind(ctx.actor)
  const own =
    (row.planner_kind === kind && row.planner_id === person) || (row.applier_kind === kind && row.applier_id === person)
  const permission = findOperation(ctx, row.operation)?.permission
  if (own || (permission !== undefined && ctx.may(permission, { paths: [''] }))) return row
  throw new Problem(problems.notFound)
}
