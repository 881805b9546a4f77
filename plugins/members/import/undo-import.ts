/** An applied import goes back as one operation, while nothing it touched has changed since. */
import { Problem, problems, type Tx } from '@guildhall/sdk'
import type { MembersContext } from '../context.ts'
import { changeImport, doneRows, type ImportRecord, readImport } from './import-sql.ts'
import { workOn } from './import-work.ts'
import { requireTarget } from './rights.ts'
import { WHOLE_LIMIT } from './row-target.ts'

const SHOWN = 100

/** What can be undone: what was applied, wholly or in part. @throws Problem 409 */
export function requireUndoable(record: ImportRecord): void {
  const some = (record.applied.create ?? 0) + (record.applied.update ?? 0) > 0
  const stopped = record.state === 'applied' || record.state === 'cancelled' || record.state === 'failed'
  if (!stopped || !some)
    throw new Problem(problems.conflict, {
      detail: stopped
        ? 'This import changed nothing.'
        : `This import is ${record.state}; only an applied one can be undone.`,
    })
}

/** @throws Problem 409 listing what changed since; nothing is reverted then */
export async function undoImport(ctx: MembersContext, tx: Tx, id: string, o: { asked: boolean }): Promise<void> {
  const record = await readImport(tx, id, { lock: true })
  if (!o.asked && record.state !== 'undoing') return
  if (o.asked) requireUndoable(record)
  const { target } = await workOn(ctx, tx, record)
  if (o.asked) requireTarget(ctx, target)
  const conflicts: { row: number; reason: string }[] = []
  for await (const rows of doneRows(tx, id, target.batch ?? WHOLE_LIMIT)) {
    // Once one row stands against it the rest is only looked at; the transaction goes back as a whole.
    for (const { number, reason } of await target.undo(tx, rows, id)) conflicts.push({ row: number, reason })
    if (conflicts.length >= SHOWN) break
  }
  if (conflicts.length > 0) {
    conflicts.sort((a, b) => a.row - b.row)
    throw new Problem(problems.conflict, {
      detail: `What came with these rows changed since, and nothing was undone: ${conflicts
        .map(({ row }) => row)
        .slice(0, 20)
        .join(', ')}.`,
      extensions: { rows: conflicts.slice(0, SHOWN) },
    })
  }
  await changeImport(tx, id, { state: 'undone', undone_at: tx.now(), failure: null })
  await tx.audit({ action: 'members.importUndone', target: { type: 'import', id } })
}
