/** Every statement over bulk operations and their rows. */
import { binder, type Tx } from '@guildhall/sdk'
import { reachCondition } from '../access.ts'
import type { Person } from '../acting-for.ts'
import type { MembersContext } from '../context.ts'
import type { BulkOperation, BulkRow } from './bulk-schema.ts'
import type { Subject } from './operation.ts'

export interface OperationRow {
  readonly id: string
  readonly operation: string
  readonly parameters: Readonly<Record<string, unknown>>
  readonly reason: string | null
  readonly selection: Selection
  readonly state: BulkOperation['state']
  readonly hash: string | null
  readonly counts: Partial<BulkOperation['counts']>
  readonly changed: number
  readonly skipped: number
  readonly failed: number
  readonly at_row: number
  readonly failure: string | null
  readonly driver: string | null
  readonly beat_at: Date | null
  readonly planner_kind: string
  readonly planner_id: string
  readonly applier_kind: string | null
  readonly applier_id: string | null
  readonly planned_at: Date | null
  readonly applied_at: Date | null
  readonly created_at: Date
  readonly updated_at: Date
  readonly version: number
}
export type Selection = { readonly ids: readonly string[] } | { readonly filter: unknown }
const columns = `id, operation, parameters, reason, selection, state, hash, counts, changed, skipped, failed, at_row, failure, driver,
  beat_at, planner_kind, planner_id, applier_kind, applier_id, planned_at, applied_at, created_at, updated_at, version`

export async function insertOperation(
  tx: Tx,
  o: {
    id: string
    operation: string
    parameters: object
    reason: string | null
    selection: Selection
    planner: Person
  },
): Promise<void> {
  await tx.query(
    `INSERT INTO members.bulk_operation
       (tenant_id, id, operation, parameters, reason, selection, state, planner_kind, planner_id, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, 'planning', $7, $8, $9, $9)`,
    [
      tx.tenantId,
      o.id,
      o.operation,
      JSON.stringify(o.parameters),
      o.reason,
      JSON.stringify(o.selection),
      o.planner.kind,
      o.planner.id,
      tx.now(),
    ],
  )
}

export async function readOperation(tx: Tx, id: string, o: { lock?: boolean } = {}): Promise<OperationRow | undefined> {
  const [row] = await tx.query<OperationRow>(
    `SELECT ${columns} FROM members.bulk_operation WHERE tenant_id = $1 AND id = $2 ${o.lock ? 'FOR UPDATE' : ''}`,
    [tx.tenantId, id],
  )
  return row
}

type Changes = Partial<
  Pick<
    OperationRow,
    | 'state'
    | 'hash'
    | 'counts'
    | 'changed'
    | 'skipped'
    | 'failed'
    | 'at_row'
    | 'failure'
    | 'driver'
    | 'beat_at'
    | 'applier_kind'
    | 'applier_id'
    | 'planned_at'
    | 'applied_at'
  >
>
export async function changeOperation(tx: Tx, id: string, changes: Changes): Promise<void> {
  const { bind, values } = binder([tx.tenantId, id, tx.now()])
  const sets = Object.entries(changes).map(
    ([column, value]) => `${column} = ${bind(column === 'counts' ? JSON.stringify(value) : value)}`,
  )
  await tx.query(
    `UPDATE members.bulk_operation SET ${[...sets, 'updated_at = $3', 'version = version + 1'].join(', ')}
      WHERE tenant_id = $1 AND id = $2`,
    values,
  )
}

export interface PlannedRow {
  readonly memberId: string
  readonly outcome: BulkRow['outcome']
  readonly reason: string | null
  readonly version: number | null
}
const chunk = 20_000

export async function insertRows(tx: Tx, bulkId: string, rows: readonly PlannedRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += chunk) {
    const part = rows.slice(from, from + chunk)
    await tx.query(
      `INSERT INTO members.bulk_row (tenant_id, bulk_id, number, member_id, outcome, reason, member_version)
       SELECT $1, $2, $3 + r.n, r.member_id, r.outcome, r.reason, r.version
         FROM unnest($4::uuid[], $5::text[], $6::text[], $7::int[]) WITH ORDINALITY AS r (member_id, outcome, reason, version, n)`,
      [
        tx.tenantId,
        bulkId,
        from,
        part.map(({ memberId }) => memberId),
        part.map(({ outcome }) => outcome),
        part.map(({ reason }) => reason),
        part.map(({ version }) => version),
      ],
    )
  }
}

/** The rows to be done next, in order. */
export const dueRows = (
  tx: Tx,
  { id, at_row }: Pick<OperationRow, 'id' | 'at_row'>,
  limit: number,
): Promise<{ number: number; member_id: string; member_version: number }[]> =>
  tx.query(
    `SELECT number, member_id, member_version FROM members.bulk_row
      WHERE tenant_id = $1 AND bulk_id = $2 AND number > $3 AND outcome = 'change' AND result IS NULL
      ORDER BY number LIMIT $4`,
    [tx.tenantId, id, at_row, limit],
  )

export interface SettledRow {
  readonly number: number
  readonly result: NonNullable<BulkRow['result']>
  readonly reason: string | null
}
/** @param rows in order; between the first and the last is nothing else that was due */
export async function settleRows(tx: Tx, bulkId: string, rows: readonly SettledRow[]): Promise<void> {
  await tx.query(
    `UPDATE members.bulk_row r SET result = s.result, reason = coalesce(s.reason, r.reason)
       FROM unnest($3::int[], $4::text[], $5::text[]) AS s (number, result, reason)
      WHERE r.tenant_id = $1 AND r.bulk_id = $2 AND r.number = s.number AND r.number BETWEEN $6 AND $7`,
    [
      tx.tenantId,
      bulkId,
      rows.map(({ number }) => number),
      rows.map(({ result }) => result),
      rows.map(({ reason }) => reason),
      rows[0]!.number,
      rows.at(-1)!.number,
    ],
  )
}

/**
 * Members planned to change who are another version by now, or gone. A look-up a row by the primary key: rows just
 * written have no statistics, and a join of tables believed empty takes hours. Without "deleted" among the conditions no
 * partial index is taken for a better one.
 */
export async function outdatedMembers(tx: Tx, bulkId: string, limit: number): Promise<string[]> {
  const rows = await tx.query<{ member_id: string }>(
    `SELECT r.member_id FROM members.bulk_row r
      WHERE r.tenant_id = $1 AND r.bulk_id = $2 AND r.outcome = 'change'
        AND r.member_version IS DISTINCT FROM (
              SELECT CASE WHEN m.deleted_at IS NULL THEN m.version END FROM members.member m
               WHERE m.tenant_id = $1 AND m.id = r.member_id)
      ORDER BY r.number LIMIT $3`,
    [tx.tenantId, bulkId, limit],
  )
  return rows.map(({ member_id }) => member_id)
}

/** Locks members in the order of their ids. @returns versions of those who are there */
export async function lockVersions(tx: Tx, ids: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx.query<{ id: string; version: number }>(
    `SELECT id, version FROM members.member
      WHERE tenant_id = $1 AND id = ANY($2::uuid[]) AND deleted_at IS NULL ORDER BY id FOR UPDATE`,
    [tx.tenantId, ids],
  )
  return new Map(rows.map(({ id, version }) => [id, version]))
}

/** The living members among these whom the actor sees, and whether the permission reaches each. */
export async function readSubjects(
  ctx: MembersContext,
  tx: Tx,
  o: { ids: readonly string[]; permission: string },
): Promise<Map<string, Subject & { permitted: boolean }>> {
  const { bind, values } = binder()
  const tenant = bind(tx.tenantId)
  const ids = bind(o.ids)
  const rows = await tx.query<Subject & { permitted: boolean }>(
    `SELECT m.id, m.version, m.role, m.tags, m.suspended_at IS NOT NULL AS suspended, m.user_id AS "userId",
            ${reachCondition(withoutOwn(ctx), o.permission as never, bind)} AS permitted
       FROM members.member m
      WHERE m.tenant_id = ${tenant} AND m.id = ANY(${ids}::uuid[]) AND m.deleted_at IS NULL
        AND ${reachCondition(withoutOwn(ctx), 'members.read', bind)}`,
    values,
  )
  return new Map(rows.map((row) => [row.id, row]))
}

/** What one holds for his own record alone lets him change some of its fields; here he would change any. */
const withoutOwn = (ctx: MembersContext): MembersContext => ({
  ...ctx,
  reach: (permission) => {
    const reach = ctx.reach(permission)
    return reach.everywhere ? reach : { ...reach, self: null }
  },
})

/** What could not be done, and why: the first of it. */
export const troubledRows = (tx: Tx, bulkId: string): Promise<{ memberId: string; reason: string }[]> =>
  tx.query(
    `SELECT member_id AS "memberId", coalesce(reason, '') AS reason FROM members.bulk_row
      WHERE tenant_id = $1 AND bulk_id = $2 AND (outcome = 'conflict' OR result IN ('skipped', 'failed'))
      ORDER BY number LIMIT 100`,
    [tx.tenantId, bulkId],
  )

/** Members of an applied export, a page after the row with this number. */
export const exportedRows = (
  tx: Tx,
  bulkId: string,
  after: number,
  limit: number,
): Promise<{ number: number; member_id: string }[]> =>
  tx.query(
    `SELECT number, member_id FROM members.bulk_row
      WHERE tenant_id = $1 AND bulk_id = $2 AND result = 'changed' AND number > $3 ORDER BY number LIMIT $4`,
    [tx.tenantId, bulkId, after, limit],
  )

/** Plans nobody applied, and what was applied long ago: their rows are the largest part of it. */
export const deleteOldOperations = (tx: Tx, o: { planned: Date; over: Date }): Promise<unknown> =>
  tx.query(
    `DELETE FROM members.bulk_operation WHERE tenant_id = $1
        AND (state IN ('planning', 'planned') AND updated_at < $2 OR state IN ('applied', 'cancelled', 'failed') AND updated_at < $3)`,
    [tx.tenantId, o.planned, o.over],
  )
