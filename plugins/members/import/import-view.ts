import type { Tx } from '@guildhall/sdk'
import { nothingToDo } from './apply-plan.ts'
import { type Import, shownProblems } from './import-schema.ts'
import { type ImportRecord, readImport, readProblems } from './import-sql.ts'
import { missingSummary } from './missing.ts'

/** An import as it is shown, with its first problems. @throws Problem 404 */
export async function showImport(tx: Tx, id: string): Promise<Import> {
  const record = await readImport(tx, id)
  const { problems } = await readProblems(tx, id, 0, shownProblems)
  return viewOf(record, problems.slice(0, shownProblems))
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null

export function viewOf(record: ImportRecord, problems: Import['problems'] = []): Import {
  const { create = 0, update = 0, unchanged = 0, conflict = 0, error = 0 } = record.counts
  const planning = record.state === 'planning'
  return {
    id: record.id,
    into: record.target,
    state: record.state,
    fileName: record.file_name,
    format: { ...record.file_format },
    mapping: record.mapping,
    options: record.options,
    notices: record.notices,
    progress: planning
      ? { done: record.planned_rows, total: record.total_rows }
      : { done: record.applied_rows, total: create + update },
    hash: record.hash,
    counts: { create, update, unchanged, conflict, error },
    applied: {
      create: record.applied.create ?? 0,
      update: record.applied.update ?? 0,
      conflict: record.applied.conflict ?? 0,
    },
    summary: summaryOf(record),
    problems,
    failure: record.failure,
    createdAt: record.created_at.toISOString(),
    updatedAt: record.updated_at.toISOString(),
    plannedAt: iso(record.planned_at),
    appliedAt: iso(record.applied_at),
    undoneAt: iso(record.undone_at),
    version: record.version,
  }
}

function summaryOf(record: ImportRecord): string {
  const { create = 0, update = 0, unchanged = 0, conflict = 0, error = 0 } = record.counts
  const { applied } = record
  const left = conflict + error > 0 ? ` ${conflict + error} rows cannot be imported; see the problems.` : ''
  const changed = `${applied.create ?? 0} created, ${applied.update ?? 0} updated`
  switch (record.state) {
    case 'planning':
      return `The plan is being made: ${record.planned_rows} of ${record.total_rows} rows.`
    case 'planned':
      return nothingToDo(record)
        ? `Nothing to change: ${unchanged} rows are there already as the file has them.${missingSummary(record.notices)}${left}`
        : `Would create ${create}, update ${update} and leave ${unchanged} unchanged.${missingSummary(record.notices)}${left}`
    case 'applying':
      return `Being applied: ${record.applied_rows} of ${create + update} rows.`
    case 'applied':
      return nothingToDo(record)
        ? `Nothing was changed: ${unchanged} rows were there already as the file has them.${left}`
        : `Applied: ${changed}, ${unchanged} unchanged.${left}`
    case 'undoing':
      return 'Being undone.'
    case 'undone':
      return `Undone: ${changed} before.`
    case 'cancelled':
      return record.applied_rows > 0 ? `Cancelled when ${changed}.` : 'Cancelled before anything was changed.'
    case 'failed':
      return `Failed: ${record.failure ?? 'unknown'}`
  }
}
