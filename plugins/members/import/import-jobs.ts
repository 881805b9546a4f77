/** Imports in the background: each job is repeated by a watch until its work is done, so a killed node's is taken over. */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isProblem, type Jobs, type Tx, Uuid } from '@guildhall/sdk'
import Type from 'typebox'
import type { MembersContext } from '../context.ts'
import { applyPlan } from './apply-plan.ts'
import { changeImport, readImport } from './import-sql.ts'
import { applyJob, cleanJob, planJob, undoJob } from './job-names.ts'
import { type Driving, driver, fail, makePlan } from './make-plan.ts'
import { undoImport } from './undo-import.ts'

const OfImport = Type.Object({ importId: Uuid() }, { additionalProperties: false })
const ATTEMPTS = 3
/** Who was not heard of for so long is taken for dead. */
const SILENT_MS = 30_000
const WATCH_MS = 45_000
const MINUTES = 60_000

export function importJobs(j: Jobs<MembersContext>): void {
  carriedOn(j, planJob, 'Make the plan of an import', 'planning', makePlan)
  carriedOn(j, applyJob, 'Apply the plan of an import', 'applying', applyPlan)
  j.job({
    id: undoJob,
    title: 'Undo an import',
    input: OfImport,
    timeoutMs: 30 * MINUTES,
    attempts: ATTEMPTS,
    run: async (ctx, { importId }, { attempt }) => {
      try {
        await ctx.transaction((tx) => undoImport(ctx, tx, importId, { asked: false }))
      } catch (error) {
        // What forbids it is an answer, not a failure.
        if (!isProblem(error) && attempt < ATTEMPTS) throw error
        await ctx.transaction((tx) => fail(tx, importId, (error as Error).message))
      }
    },
  })
  j.job({
    id: cleanJob,
    title: 'Delete old plans and uploads of imports',
    input: Type.Object({}, { additionalProperties: false }),
    timeoutMs: 10 * MINUTES,
    attempts: ATTEMPTS,
    schedule: { cron: '20 3 * * *', timezone: 'tenant', input: () => ({}) },
    run: async (ctx) => {
      await ctx.transaction(cleanImports)
      for (const purpose of ['imports', 'uploads'])
        await cleanFolder(await ctx.use.files.folder(ctx.tenantId, purpose), ctx.now().getTime() - KEPT_DAYS.open * DAY)
    },
  })
}

type State = 'planning' | 'applying'

function carriedOn(
  j: Jobs<MembersContext>,
  id: typeof planJob | typeof applyJob,
  title: string,
  state: State,
  drive: (ctx: MembersContext, importId: string, o: Driving) => Promise<boolean>,
): void {
  j.job({
    id,
    title,
    input: OfImport,
    timeoutMs: 30 * MINUTES,
    attempts: ATTEMPTS,
    prompt: true,
    run: async (ctx, { importId }, { attempt }) => {
      if (!(await ctx.transaction((tx) => take(tx, id, importId, state)))) return
      try {
        await drive(ctx, importId, { unit: (fn) => ctx.transaction(fn), signal: ctx.signal })
      } catch (error) {
        if (attempt < ATTEMPTS) throw error
        ctx.log.error({ err: error, importId }, 'an import failed')
        await ctx.transaction((tx) => fail(tx, importId, 'Something went wrong on our side; the log has more.'))
      }
    },
  })
}

/** Whether there is something to do that nobody else is at; then a watch is set that looks again. */
async function take(tx: Tx, job: typeof planJob | typeof applyJob, id: string, state: State): Promise<boolean> {
  const record = await readImport(tx, id, { lock: true })
  if (record.state !== state) return false
  await tx.enqueue(job, { importId: id }, { key: id, runAt: new Date(tx.now().getTime() + WATCH_MS) })
  const heard = record.beat_at === null ? Number.POSITIVE_INFINITY : tx.now().getTime() - record.beat_at.getTime()
  if (record.driver !== null && record.driver !== driver && heard < SILENT_MS) return false
  await changeImport(tx, id, { driver, beat_at: tx.now() })
  return true
}

const DAY = 86_400_000
/** A plan nobody applied; and what can no longer be undone, because too much will have changed. */
const KEPT_DAYS = { open: 7, over: 90 }

async function cleanImports(tx: Tx): Promise<void> {
  const before = (days: number) => new Date(tx.now().getTime() - days * DAY)
  const gone = await tx.query<{ file_path: string | null }>(
    `DELETE FROM members.import WHERE tenant_id = $1
        AND (state IN ('planned', 'cancelled', 'failed') AND applied_rows = 0 AND updated_at < $2
          OR state = 'planning' AND updated_at < $2
          OR state IN ('applied', 'undone', 'cancelled', 'failed') AND updated_at < $3)
     RETURNING file_path`,
    [tx.tenantId, before(KEPT_DAYS.open), before(KEPT_DAYS.over)],
  )
  for (const { file_path } of gone) if (file_path) await rm(file_path, { force: true })
}

/** Of a purge: its rows go by themselves, files that wait for their plan do not. */
export async function deleteUploads(tx: Tx): Promise<void> {
  const waiting = await tx.query<{ file_path: string }>(
    'SELECT file_path FROM members.import WHERE tenant_id = $1 AND file_path IS NOT NULL',
    [tx.tenantId],
  )
  for (const { file_path } of waiting) await rm(file_path, { force: true })
}

/** Files whose import never came to be, because the process died in between. */
async function cleanFolder(folder: string, before: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: before }))
    if (name.endsWith('.upload') && mtimeMs < before) await rm(path, { force: true })
  }
}
