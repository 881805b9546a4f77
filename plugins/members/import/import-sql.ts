/** The statements of imports: the import itself, its rows in batches, and what is asked of all of them at once. */
import { Problem, problems, type Tx } from '@guildhall/sdk'
import type { Counts, ImportNotice, ImportOptions, ImportState, RowOutcome, RowProblem } from './import-schema.ts'
import type { ColumnMapping } from './mapping.ts'
import type { AppliedRow, DoneRow, DueRow, PlannedRow } from './row-target.ts'
import type { FileFormat } from './survey.ts'

export interface ImportRecord {
  readonly id: string
  readonly target: string
  readonly state: ImportState
  readonly file_name: string
  readonly file_path: string | null
  readonly file_format: FileFormat
  readonly mapping: ColumnMapping
  readonly options: ImportOptions
  readonly notices: ImportNotice[]
  readonly total_rows: number
  readonly planned_rows: number
  readonly applied_rows: number
  readonly at_row: number
  readonly counts: Partial<Counts>
  readonly applied: { create?: number; update?: number; conflict?: number }
  readonly apply_when_planned: boolean
  readonly hash: string | null
  readonly failure: string | null
  readonly driver: string | null
  readonly beat_at: Date | null
  readonly actor_kind: string
  readonly actor_id: string | null
  readonly planned_at: Date | null
  readonly applied_at: Date | null
  readonly undone_at: Date | null
  readonly created_at: Date
  readonly updated_at: Date
  readonly version: number
}

const JSON_COLUMNS = ['file_format', 'mapping', 'options', 'notices', 'counts', 'applied'] as const
const written = (column: string, value: unknown): unknown =>
  JSON_COLUMNS.some((json) => json === column) ? JSON.stringify(value) : value

export async function insertImport(
  tx: Tx,
  o: Pick<
    ImportRecord,
    | 'id'
    | 'target'
    | 'file_name'
    | 'file_path'
    | 'file_format'
    | 'mapping'
    | 'options'
    | 'notices'
    | 'total_rows'
    | 'apply_when_planned'
    | 'actor_kind'
    | 'actor_id'
  >,
): Promise<void> {
  const columns = Object.keys(o)
  const values = Object.entries(o).map(([column, value]) => written(column, value))
  await tx.query(
    `INSERT INTO members.import (tenant_id, state, created_at, updated_at, ${columns.join(', ')})
     VALUES ($1, 'planning', $2, $2, ${columns.map((_, i) => `$${i + 3}`).join(', ')})`,
    [tx.tenantId, tx.now(), ...values],
  )
}

/** @throws Problem 404 */
export async function readImport(tx: Tx, id: string, o: { lock?: boolean } = {}): Promise<ImportRecord> {
  const [row] = await tx.query<ImportRecord>(
    `SELECT * FROM members.import WHERE tenant_id = $1 AND id = $2${o.lock ? ' FOR UPDATE' : ''}`,
    [tx.tenantId, id],
  )
  if (!row) throw new Problem(problems.notFound)
  return row
}

/** Only under the lock of `readImport`. */
export async function changeImport(
  tx: Tx,
  id: string,
  o: Partial<Omit<ImportRecord, 'id' | 'created_at' | 'updated_at' | 'version'>>,
): Promise<void> {
  const entries = Object.entries(o)
  await tx.query(
    `UPDATE members.import SET updated_at = $3, version = version + 1${entries.map(([column], i) => `, ${column} = $${i + 4}`).join('')}
      WHERE tenant_id = $1 AND id = $2`,
    [tx.tenantId, id, tx.now(), ...entries.map(([column, value]) => written(column, value))],
  )
}

export async function insertRows(tx: Tx, importId: string, rows: readonly PlannedRow[]): Promise<void> {
  if (rows.length === 0) return
  const json = (value: unknown) => (value === null ? null : JSON.stringify(value))
  await tx.query(
    `INSERT INTO members.import_row (tenant_id, import_id, number, outcome, target_id, target_version, data, problems,
                                     external_key, email_key, name_key, birthday)
     SELECT $1, $2, * FROM unnest($3::integer[], $4::text[], $5::uuid[], $6::integer[], $7::jsonb[], $8::jsonb[],
                                  $9::text[], $10::text[], $11::text[], $12::date[])`,
    [
      tx.tenantId,
      importId,
      rows.map((row) => row.number),
      rows.map((row) => row.outcome),
      rows.map((row) => row.targetId),
      rows.map((row) => row.targetVersion),
      rows.map((row) => json(row.data)),
      rows.map((row) => (row.flaws.length > 0 ? JSON.stringify(row.flaws) : null)),
      rows.map((row) => row.externalKey ?? null),
      rows.map((row) => row.emailKey ?? null),
      rows.map((row) => row.nameKey ?? null),
      rows.map((row) => row.birthday ?? null),
    ],
  )
}

interface RowRecord {
  number: number
  outcome: 'create' | 'update'
  target_id: string | null
  target_version: number | null
  data: unknown
  result: unknown
}
const doneRow = (row: RowRecord): DoneRow => ({
  number: row.number,
  outcome: row.outcome,
  targetId: row.target_id,
  targetVersion: row.target_version,
  data: row.data,
  result: row.result,
})

/** The next rows to be applied after a row of the file. */
export async function dueRows(tx: Tx, importId: string, after: number, limit: number | null): Promise<DueRow[]> {
  const rows = await tx.query<RowRecord>(
    `SELECT number, outcome, target_id, target_version, data, NULL AS result FROM members.import_row
      WHERE tenant_id = $1 AND import_id = $2 AND number > $3 AND outcome IN ('create', 'update')
      ORDER BY number LIMIT $4`,
    [tx.tenantId, importId, after, limit],
  )
  return rows.map(doneRow)
}

/** All rows of these outcomes, in batches. */
export async function* plannedRows(
  tx: Tx,
  importId: string,
  outcomes: readonly RowOutcome[],
  limit: number | null,
): AsyncGenerator<DueRow[]> {
  for (let after = 0; ; ) {
    const rows = await tx.query<RowRecord>(
      `SELECT number, outcome, target_id, target_version, data, NULL AS result FROM members.import_row
        WHERE tenant_id = $1 AND import_id = $2 AND number > $3 AND outcome = ANY($4::text[]) ORDER BY number LIMIT $5`,
      [tx.tenantId, importId, after, outcomes, limit],
    )
    if (rows.length > 0) yield rows.map(doneRow)
    if (limit === null || rows.length < limit) return
    after = rows.at(-1)!.number
  }
}

/** Applied rows from the last to the first. */
export async function* doneRows(tx: Tx, importId: string, limit: number): AsyncGenerator<DoneRow[]> {
  for (let before = 2_147_483_647; ; ) {
    const rows = await tx.query<RowRecord>(
      `SELECT number, outcome, target_id, target_version, data, result FROM members.import_row
        WHERE tenant_id = $1 AND import_id = $2 AND number < $3 AND result IS NOT NULL ORDER BY number DESC LIMIT $4`,
      [tx.tenantId, importId, before, limit],
    )
    if (rows.length > 0) yield rows.map(doneRow)
    if (rows.length < limit) return
    before = rows.at(-1)!.number
  }
}

/** What applying did, and which rows it left as conflicts after all. */
export async function keepResults(tx: Tx, importId: string, rows: readonly AppliedRow[]): Promise<void> {
  await tx.query(
    `UPDATE members.import_row r SET result = a.result, outcome = CASE WHEN a.flaws IS NULL THEN r.outcome ELSE 'conflict' END,
            problems = coalesce(a.flaws, r.problems)
       FROM unnest($3::integer[], $4::jsonb[], $5::jsonb[]) AS a (number, result, flaws)
      WHERE r.tenant_id = $1 AND r.import_id = $2 AND r.number = a.number`,
    [
      tx.tenantId,
      importId,
      rows.map((row) => row.number),
      rows.map((row) => ('result' in row ? JSON.stringify(row.result) : null)),
      rows.map((row) => ('flaw' in row ? JSON.stringify([row.flaw]) : null)),
    ],
  )
}

/** Problems of the plan after a row, a flaw each. */
export async function readProblems(
  tx: Tx,
  importId: string,
  after: number,
  limit: number,
): Promise<{ problems: RowProblem[]; last: number | null }> {
  const rows = await tx.query<{
    number: number
    outcome: 'conflict' | 'error'
    problems: Omit<RowProblem, 'row' | 'outcome'>[]
  }>(
    `SELECT number, outcome, problems FROM members.import_row
      WHERE tenant_id = $1 AND import_id = $2 AND number > $3 AND problems IS NOT NULL ORDER BY number LIMIT $4`,
    [tx.tenantId, importId, after, limit + 1],
  )
  const shown = rows.slice(0, limit)
  return {
    problems: shown.flatMap(({ number, outcome, problems: flaws }) =>
      flaws.map((flaw) => ({
        row: number,
        outcome,
        column: flaw.column ?? null,
        value: flaw.value ?? null,
        reason: flaw.reason,
        accepted: flaw.accepted ?? null,
        ...(flaw.candidates && { candidates: flaw.candidates }),
      })),
    ),
    last: rows.length > limit ? shown.at(-1)!.number : null,
  }
}

/** Runs a part of a batch so that its failure leaves the transaction usable, and nothing told of what went back. */
export async function withSavepoint<R>(tx: Tx, fn: (part: Tx) => Promise<R>): Promise<R> {
  const told: (() => Promise<void> | void)[] = []
  const later = async (effect: () => Promise<void> | void) => void told.push(effect)
  const part: Tx = {
    ...tx,
    emit: (event, payload) => later(() => tx.emit(event, payload)),
    audit: (entry) => later(() => tx.audit(entry)),
    enqueue: (job, input, o) => later(() => tx.enqueue(job, input, o)),
    accessChanged: () => void told.push(() => tx.accessChanged()),
  }
  await tx.query('SAVEPOINT import_part')
  try {
    const result = await fn(part)
    await tx.query('RELEASE SAVEPOINT import_part')
    for (const effect of told) await effect()
    return result
  } catch (error) {
    await tx.query('ROLLBACK TO SAVEPOINT import_part')
    throw error
  }
}
