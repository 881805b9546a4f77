/** What routes and the command line do with imports: the same code in both, in whichever process. */
import { copyFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem, problems, type SchemaFault, type Tx, valueErrors } from '@guildhall/sdk'
import { Compile } from 'typebox/compile'
import { v7 as uuidv7 } from 'uuid'
import type { MembersContext } from '../context.ts'
import { customFields } from '../custom-fields/definition.ts'
import { actorColumns } from '../record/actor.ts'
import type { ImportService, NewImport } from '../refs.ts'
import { applyPlan, beginApply, requireHash } from './apply-plan.ts'
import { type Import, ImportOptions } from './import-schema.ts'
import { changeImport, insertImport, readImport, readProblems } from './import-sql.ts'
import { showImport } from './import-view.ts'
import { fieldsOf, workOn } from './import-work.ts'
import { planJob, undoJob } from './job-names.ts'
import { makePlan } from './make-plan.ts'
import type { ColumnMapping } from './mapping.ts'
import { requireTarget } from './rights.ts'
import { sheetProblem } from './sheet-problem.ts'
import { type Survey, survey } from './survey.ts'
import { requireUndoable, undoImport } from './undo-import.ts'

/** Files of so many rows are planned at once, and imports of so many undone at once; larger ones in the background. */
const AT_ONCE = 2000

const options = Compile(ImportOptions)

/**
 * Looks at a file and begins its plan; small ones stand when it returns. The file is the import's from then on.
 * @throws Problem 4xx for a file that cannot be read, with nothing kept of it
 */
export async function createImport(ctx: MembersContext, o: NewImport & { path: string }): Promise<Import> {
  try {
    const seen = await look(ctx, o)
    return await ctx.transaction(async (tx) => {
      const id = await begin(ctx, tx, o, seen)
      if (seen.rows <= AT_ONCE) await makePlan(ctx, id, { unit: (fn) => fn(tx) })
      else await tx.enqueue(planJob, { importId: id }, { key: id })
      return showImport(tx, id)
    })
  } catch (error) {
    await rm(o.path, { force: true })
    throw sheetProblem(error)
  }
}

async function look(ctx: MembersContext, o: NewImport & { path: string }): Promise<Survey> {
  const target = fieldsOf(ctx, o.into)
  requireOptions(o.options ?? {})
  const { country, own } = await ctx.read(async (tx) => ({
    country: (await ctx.use.organization.current(tx)).country,
    own: o.into === 'members' ? await customFields(tx) : [],
  }))
  return survey({
    path: o.path,
    fileName: o.fileName,
    target,
    mapping: (o.mapping ?? null) as ColumnMapping | null,
    options: o.options ?? {},
    customFields: own,
    country,
  })
}

/** @throws Problem 400 with a pointer below `/options` for each that is none */
function requireOptions(given: object): void {
  if (options.Check(given)) return
  const errors = valueErrors(ImportOptions, options.Errors(given) as readonly SchemaFault[]).map((one) => ({
    ...one,
    pointer: `/options${one.pointer}`,
  }))
  throw new Problem(problems.validationFailed, { detail: errors[0]?.message ?? 'The options do not fit', errors })
}

async function begin(ctx: MembersContext, tx: Tx, o: NewImport & { path: string }, seen: Survey): Promise<string> {
  const id = uuidv7()
  const { kind, id: actor } = actorColumns(tx.actor)
  const record = {
    id,
    target: o.into,
    file_name: o.fileName,
    file_path: o.path,
    file_format: seen.format,
    mapping: seen.mapping,
    options: o.options ?? {},
    notices: seen.notices.slice(0, 1000),
    total_rows: seen.rows,
    apply_when_planned: o.apply ?? false,
    actor_kind: kind,
    actor_id: actor,
  }
  const { target } = await workOn(ctx, tx, record)
  requireTarget(ctx, target)
  await insertImport(tx, record)
  await tx.audit({ action: 'members.importPlanned', target: { type: 'import', id } })
  return id
}

/** @throws Problem 409 when it is over already */
export async function cancelImport(tx: Tx, id: string): Promise<void> {
  const record = await readImport(tx, id, { lock: true })
  if (!['planning', 'planned', 'applying'].includes(record.state))
    throw new Problem(problems.conflict, { detail: `This import is ${record.state}; there is nothing to cancel.` })
  await changeImport(tx, id, { state: 'cancelled', file_path: null })
  await tx.audit({ action: 'members.importCancelled', target: { type: 'import', id } })
  if (record.file_path) await rm(record.file_path, { force: true })
}

/** Small imports go back at once, larger ones in the background; what forbids it is told at once where it is known. */
export async function beginUndo(ctx: MembersContext, tx: Tx, id: string): Promise<void> {
  const record = await readImport(tx, id, { lock: true })
  requireUndoable(record)
  const { target } = await workOn(ctx, tx, record)
  requireTarget(ctx, target)
  if (record.applied_rows <= AT_ONCE) return undoImport(ctx, tx, id, { asked: true })
  await changeImport(tx, id, { state: 'undoing', failure: null })
  await tx.enqueue(undoJob, { importId: id }, { key: id })
}

/** The service of refs.ts: drives imports in the calling process, and what it leaves unfinished is carried on by a node. */
export const importServiceFor = (ctx: MembersContext): ImportService => {
  const show = (id: string) => ctx.read((tx) => showImport(tx, id))
  const unit = <R>(fn: (tx: Tx) => Promise<R>) => ctx.transaction(fn)
  return {
    plan: async (o, onProgress) => {
      const path = join(await ctx.use.files.folder(ctx.tenantId, 'imports'), `${uuidv7()}.upload`)
      await copyFile(o.path, path)
      const { id } = await createImport(ctx, { ...o, path })
      await makePlan(ctx, id, { unit, signal: ctx.signal, ...(onProgress && { onProgress }) })
      return show(id)
    },
    apply: async (id, hash, onProgress) => {
      await unit((tx) => beginApply(ctx, tx, id, requireHash(hash)))
      await applyPlan(ctx, id, { unit, signal: ctx.signal, ...(onProgress && { onProgress }) })
      return show(id)
    },
    resume: async (id, onProgress) => {
      const driving = { unit, signal: ctx.signal, ...(onProgress && { onProgress }) }
      if (await makePlan(ctx, id, driving)) await applyPlan(ctx, id, driving)
      return show(id)
    },
    cancel: async (id) => {
      await unit((tx) => cancelImport(tx, id))
      return show(id)
    },
    undo: async (id) => {
      await unit((tx) => undoImport(ctx, tx, id, { asked: true }))
      return show(id)
    },
    get: show,
    problems: (id, after, limit) => ctx.read((tx) => readProblems(tx, id, after, limit)),
  }
}
