/** Rows of the file become rows of the plan, batch after batch; whoever comes later goes on where the last one stopped. */
import { rm } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { type Tx, wroteMany } from '@guildhall/sdk'
import type { MembersContext } from '../context.ts'
import { openSheet, SheetError, type SheetRow } from '../sheets/index.ts'
import { headerWords } from './header-words.ts'
import { below, Headings } from './headings.ts'
import { changeImport, type ImportRecord, insertRows, readImport } from './import-sql.ts'
import { fieldsOf, type Work, workOn } from './import-work.ts'
import { applyJob } from './job-names.ts'
import { withMissingFirst } from './missing.ts'
import { lastNumber, RepeatedRows, rowsOf } from './repeated-rows.ts'
import { isCounted, withExamples } from './row-notices.ts'
import type { ReadRow } from './row-reader.ts'
import { unplanned, WHOLE_LIMIT } from './row-target.ts'
import { sharedNotice, sharesEmails } from './shared-email.ts'
import { countOutcomes, hashRows, joiningMany, markRepeated, markShared } from './whole-plan-sql.ts'

/** Runs a unit of work; in a request it is the one that is open already. */
export type Unit = <R>(fn: (tx: Tx) => Promise<R>) => Promise<R>

export interface Driving {
  readonly unit: Unit
  /** Stops between two batches. */
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

/** This process, for whoever asks whether somebody is at an import. */
export const driver: string = crypto.randomUUID()

const AGAIN =
  'The row says of a member what the row above says, with another group: both are imported as one, and count as one.'

/** A turn for everybody else on this thread after so many rows. */
const TURN = 100

/** @returns whether the plan stands now; false when it was stopped */
export async function makePlan(ctx: MembersContext, id: string, o: Driving): Promise<boolean> {
  const record = await o.unit((tx) => readImport(tx, id))
  if (record.state !== 'planning') return true
  try {
    const path = record.file_path
    if (path === null) throw new Error('The upload of an import that is being planned is gone')
    const { sheetName, encoding, headerRow, namesHead = false } = record.file_format
    const sheet = await openSheet(path, {
      fileName: record.file_name,
      words: headerWords(fieldsOf(ctx, record.target)),
      ...(sheetName !== null && { sheetName }),
      ...(encoding !== null && { encoding }),
    })
    const work = await o.unit((tx) => workOn(ctx, tx, record, sheet.columns))
    const { columns } = sheet
    const headings = new Headings({ columns, mapping: record.mapping, headerRow, into: record.target, namesHead })
    if (!(await planRows(record, { rows: sheet.rows(), headings }, work, o))) return false
    await o.unit((tx) => finish(tx, id, work))
  } catch (error) {
    if (!unreadable(error)) throw error
    await o.unit((tx) => fail(tx, id, (error as Error).message))
  }
  if (record.file_path) await rm(record.file_path, { force: true })
  return true
}

/** The file itself is the matter, or it is gone: trying again changes nothing. */
const unreadable = (error: unknown): boolean =>
  error instanceof SheetError || (error as { code?: string }).code === 'ENOENT'

async function planRows(
  record: ImportRecord,
  file: { rows: AsyncIterable<SheetRow>; headings: Headings },
  work: Work,
  o: Driving,
): Promise<boolean> {
  const size = work.target.batch ?? WHOLE_LIMIT
  let batch: ReadRow[] = []
  let done = record.planned_rows
  const flush = async (): Promise<boolean> => {
    const planned = await o.unit((tx) => planBatch(tx, record.id, batch, work))
    if (planned === null) return false
    done = planned
    batch = []
    o.onProgress?.(done, record.total_rows)
    return o.signal?.aborted !== true
  }
  let read = 0
  const repeated = new RepeatedRows(record.target)
  const add = async (row: ReadRow | null): Promise<boolean> => {
    if (row === null) return true
    const column = work.reader.headerOf('groups')
    for (const _ of row.repeated ?? []) work.notices.note({ code: 'repeated', column, message: AGAIN })
    batch.push(row)
    return batch.length < size || flush()
  }
  for await (const row of file.rows) {
    if (row.aside || file.headings.takes(row) || row.number <= record.at_row) continue
    if (++read % TURN === 0) await setImmediate()
    const one = work.reader.read(row)
    if (!(await add(repeated.take({ ...one, values: below(file.headings.current, one.values) })))) return false
  }
  if (!(await add(repeated.rest()))) return false
  return batch.length === 0 || flush()
}

/** @returns rows planned so far; null when the import was cancelled meanwhile */
async function planBatch(tx: Tx, id: string, batch: readonly ReadRow[], work: Work): Promise<number | null> {
  const record = await readImport(tx, id, { lock: true })
  if (record.state !== 'planning') return null
  const rows = batch.filter(({ number }) => number > record.at_row)
  if (rows.length === 0) return record.planned_rows
  const planned =
    work.target.batch === null && record.total_rows > WHOLE_LIMIT ? tooMany(rows) : await work.target.plan(tx, rows)
  await insertRows(tx, id, planned)
  const done = record.planned_rows + rows.reduce((sum, row) => sum + rowsOf(row), 0)
  const kept = record.notices.filter((notice) => !isCounted(notice))
  await changeImport(tx, id, {
    at_row: lastNumber(rows.at(-1)!),
    planned_rows: done,
    notices: [...kept, ...work.notices.all()].slice(0, 1000),
    driver,
    beat_at: tx.now(),
  })
  return done
}

const tooMany = (rows: readonly ReadRow[]) =>
  rows.map((row) =>
    unplanned(row, 'error', [
      {
        column: null,
        value: null,
        reason: `More than ${WHOLE_LIMIT} rows name each other.`,
        accepted: `at most ${WHOLE_LIMIT} rows a file`,
      },
    ]),
  )

async function finish(tx: Tx, id: string, work: Work): Promise<void> {
  const record = await readImport(tx, id, { lock: true })
  if (record.state !== 'planning') return
  const headerOf = (field: string) => work.reader.headerOf(field)
  const sharing = record.target === 'members' && sharesEmails(record.options)
  await joiningMany(tx, () => markRepeated(tx, id, { headerOf, sharing }))
  const shared = sharing ? await joiningMany(tx, () => markShared(tx, id)) : 0
  const told = shared > 0 ? [sharedNotice(shared, headerOf('email')), ...record.notices] : record.notices
  const notices = withMissingFirst(told).map(withExamples)
  const counts = await countOutcomes(tx, id)
  const hash = await hashRows(tx, id)
  const nothing = counts.create + counts.update === 0
  const state = !record.apply_when_planned ? 'planned' : nothing ? 'applied' : 'applying'
  await changeImport(tx, id, {
    state,
    counts,
    hash,
    notices,
    file_path: null,
    at_row: 0,
    planned_at: tx.now(),
    ...(state === 'applied' && { applied_at: tx.now() }),
  })
  await wroteMany(tx, record.total_rows)
  if (state === 'applying') await tx.enqueue(applyJob, { importId: id }, { key: id })
}

export async function fail(tx: Tx, id: string, why: string): Promise<void> {
  const record = await readImport(tx, id, { lock: true })
  if (record.state !== 'planning' && record.state !== 'applying' && record.state !== 'undoing') return
  // What was applied before stays, and can be undone.
  const state = record.state === 'undoing' ? 'applied' : 'failed'
  await changeImport(tx, id, { state, failure: why.slice(0, 2000), file_path: null })
}
