/** A plan becomes rows: asked for once, carried out batch after batch, each batch exactly once. */
import { invalid, isProblem, Problem, problems, type Tx, wroteMany } from '@guildhall/sdk'
import type { MembersContext } from '../context.ts'
import { membersImported } from '../refs.ts'
import { changeImport, dueRows, type ImportRecord, keepResults, readImport, withSavepoint } from './import-sql.ts'
import { workOn } from './import-work.ts'
import { applyJob } from './job-names.ts'
import { type Driving, driver } from './make-plan.ts'
import { requireTarget } from './rights.ts'
import type { AppliedRow, DueRow, RowTarget } from './row-target.ts'
import { joiningMany } from './whole-plan-sql.ts'

const SHOWN = 100

/**
 * Takes the plan to be applied.
 * @throws Problem 409 when it is no plan any more, is another than the hash says, or the data changed since (naming the
 * rows); 403 for what whoever applies could not do himself
 */
export async function beginApply(ctx: MembersContext, tx: Tx, id: string, hash: string): Promise<void> {
  const record = await readImport(tx, id, { lock: true })
  if (record.state !== 'planned')
    throw new Problem(problems.conflict, { detail: `This import is ${record.state}; only a plan can be applied.` })
  if (record.hash !== hash)
    throw new Problem(problems.planOutdated, { detail: 'The hash is of another plan. Read the import again.' })
  const { target } = await workOn(ctx, tx, record)
  requireTarget(ctx, target)
  await requireRoles(ctx, tx, record)
  const changed = await joiningMany(tx, () => target.changedSince(tx, id))
  if (changed.length > 0) {
    const rows = changed.slice(0, SHOWN).map(({ number, reason }) => ({ row: number, reason }))
    throw new Problem(problems.planOutdated, {
      detail: `${changed.length} of its rows are about data that changed since: ${rows
        .map(({ row }) => row)
        .slice(0, 20)
        .join(', ')}.`,
      extensions: { rows },
    })
  }
  if (nothingToDo(record)) {
    await changeImport(tx, id, { state: 'applied', applied_at: tx.now() })
    return
  }
  await changeImport(tx, id, { state: 'applying', at_row: 0, applied_rows: 0 })
  await tx.audit({ action: 'members.importApplied', target: { type: 'import', id } })
  await tx.enqueue(applyJob, { importId: id }, { key: id })
}

export const nothingToDo = ({ counts }: Pick<ImportRecord, 'counts'>): boolean =>
  (counts.create ?? 0) + (counts.update ?? 0) === 0

/** Whoever applies a plan gives its roles, whoever made it. */
async function requireRoles(ctx: MembersContext, tx: Tx, record: ImportRecord): Promise<void> {
  if (record.target !== 'members') return
  const roles = await tx.query<{ role: string }>(
    `SELECT DISTINCT coalesce(data->'input'->>'role', data->'patch'->>'role') AS role FROM members.import_row
      WHERE tenant_id = $1 AND import_id = $2 AND outcome IN ('create', 'update')`,
    [tx.tenantId, record.id],
  )
  for (const { role } of roles) if (role !== null) await ctx.use.access.requireGrantable(tx, { role })
}

const MOST_AT_ONCE = 500

/** @returns whether it is done; false when it was stopped between two batches */
export async function applyPlan(ctx: MembersContext, id: string, o: Driving): Promise<boolean> {
  for (;;) {
    const going = await o.unit((tx) => applyNext(ctx, tx, id))
    if (going === null) return true
    o.onProgress?.(going.done, going.total)
    if (o.signal?.aborted) return false
  }
}

/** One batch, its place in the plan and its effects in one transaction; null when nothing is left to do. */
async function applyNext(ctx: MembersContext, tx: Tx, id: string): Promise<{ done: number; total: number } | null> {
  const record = await readImport(tx, id, { lock: true })
  if (record.state !== 'applying') return null
  const { target } = await workOn(ctx, tx, record)
  const rows = await dueRows(tx, id, record.at_row, target.batch === null ? null : Math.min(target.batch, MOST_AT_ONCE))
  if (rows.length === 0) {
    await finish(tx, record)
    return null
  }
  const results = await apart(tx, rows, target, id)
  await keepResults(tx, id, results)
  const applied = tally(record.applied, rows, results)
  const done = record.applied_rows + rows.length
  await changeImport(tx, id, { at_row: rows.at(-1)!.number, applied_rows: done, applied, driver, beat_at: tx.now() })
  return { done, total: (record.counts.create ?? 0) + (record.counts.update ?? 0) }
}

/** A row that does not go in after all leaves the others of its batch alone: halves are tried until it is found. */
async function apart(tx: Tx, rows: readonly DueRow[], target: RowTarget, id: string): Promise<AppliedRow[]> {
  try {
    return await withSavepoint(tx, (part) => target.apply(part, rows, id))
  } catch (error) {
    const reason = refused(error)
    if (reason === null) throw error
    if (rows.length === 1)
      return [
        {
          number: rows[0]!.number,
          flaw: { column: null, value: null, reason, accepted: 'a row that fits what is there' },
        },
      ]
    const half = Math.ceil(rows.length / 2)
    return [...(await apart(tx, rows.slice(0, half), target, id)), ...(await apart(tx, rows.slice(half), target, id))]
  }
}

/** Why a row was refused; null when the error is about something else. */
function refused(error: unknown): string | null {
  if (isProblem(error)) return error.status < 500 ? (error.errors[0]?.message ?? error.message) : null
  const code = (error as { code?: unknown }).code
  return typeof code === 'string' && code.startsWith('23') ? 'It contradicts what is there by now.' : null
}

function tally(before: ImportRecord['applied'], rows: readonly DueRow[], results: readonly AppliedRow[]) {
  const done = new Set(results.flatMap((row) => ('result' in row ? row.number : [])))
  const count = (outcome: string) => rows.filter((row) => row.outcome === outcome && done.has(row.number)).length
  return {
    create: (before.create ?? 0) + count('create'),
    update: (before.update ?? 0) + count('update'),
    conflict: (before.conflict ?? 0) + rows.length - done.size,
  }
}

async function finish(tx: Tx, record: ImportRecord): Promise<void> {
  const { counts, applied } = record
  await changeImport(tx, record.id, { state: 'applied', applied_at: tx.now() })
  const told = {
    ...counts,
    create: applied.create ?? 0,
    update: applied.update ?? 0,
    conflict: (counts.conflict ?? 0) + (applied.conflict ?? 0),
  }
  await wroteMany(tx, told.create + told.update)
  await tx.emit(membersImported, { planId: record.id, target: record.target, counts: told })
}

/** @throws Problem 400 when it is no hash */
export function requireHash(hash: unknown): string {
  if (typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash)) return hash
  throw invalid('/hash', 'Send the hash of the plan')
}
