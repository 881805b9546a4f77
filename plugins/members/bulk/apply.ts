/** Carrying a plan out. A batch, its marks and its log are one unit of work: a batch is done or it is not, never twice. */
import { randomUUID } from 'node:crypto'
import { isProblem, Problem, problems, type Tx, wroteMany } from '@guildhall/sdk'
import { actingFor, type Person, personBehind } from '../acting-for.ts'
import type { MembersContext } from '../context.ts'
import { membersBulkApplied } from '../refs.ts'
import {
  changeOperation,
  dueRows,
  lockVersions,
  type OperationRow,
  outdatedMembers,
  readOperation,
  type SettledRow,
  settleRows,
} from './bulk-sql.ts'
import { applyJob } from './job-names.ts'
import type { Operation, Work } from './operation.ts'
import { findOperation, requireOperation } from './operations/index.ts'
import { mostInRequest, verdictsOn, workOf } from './plan.ts'

const batchSize = 500
const shown = 100

/**
 * Starts what was planned. Sent again while it runs, it goes on where somebody left it.
 * @throws Problem 403, 409 when it is not planned, 409 `plan-outdated` with the members that changed
 */
export async function beginApply(ctx: MembersContext, tx: Tx, row: OperationRow, hash: string): Promise<void> {
  if (row.state !== 'planned' && row.state !== 'applying')
    throw new Problem(problems.conflict, { detail: `Only a plan can be applied; this is ${row.state}.` })
  const operation = requireOperation(ctx, row.operation)
  if (row.hash !== hash) throw new Problem(problems.planOutdated, { detail: 'The hash is not that of this plan.' })
  if (row.state === 'planned') {
    await requireCurrent(ctx, tx, operation, row)
    const { kind, id } = personBehind(ctx.actor)
    await changeOperation(tx, row.id, { state: 'applying', applier_kind: kind, applier_id: id })
  }
  await tx.enqueue(applyJob, { operationId: row.id }, { key: row.id })
}

/** The versions of all; and, as far as a request can, every verdict: rights, plans and groups have no version here. */
async function requireCurrent(ctx: MembersContext, tx: Tx, operation: Operation, row: OperationRow): Promise<void> {
  let changed = await outdatedMembers(tx, row.id, shown)
  if (changed.length === 0 && (row.counts.change ?? 0) <= mostInRequest) {
    const due = (await dueRows(tx, row, mostInRequest)).map(({ member_id }) => member_id)
    const now = await verdictsOn(tx, operation, workOf(ctx, row), due)
    changed = now.flatMap(({ memberId, outcome }) => (outcome === 'change' ? [] : [memberId])).slice(0, shown)
  }
  if (changed.length > 0)
    throw new Problem(problems.planOutdated, {
      detail: `${changed.length < shown ? changed.length : `${shown} or more`} of the members changed since the plan was made.`,
      extensions: { changed },
    })
}

/** Plan and apply in one call: everything in the unit of work of the request. */
export async function applyAtOnce(ctx: MembersContext, tx: Tx, row: OperationRow): Promise<void> {
  const operation = requireOperation(ctx, row.operation)
  const { kind, id } = personBehind(ctx.actor)
  await changeOperation(tx, row.id, { state: 'applying', applier_kind: kind, applier_id: id })
  const due = await dueRows(tx, row, batchSize)
  const ids = due.map(({ member_id }) => member_id)
  if (ids.length > 0) await operation.apply(tx, ids, workOf(ctx, row))
  await settle(
    tx,
    row,
    due.map(({ number }) => ({ number, result: 'changed', reason: null })),
  )
  await finish(tx, (await readOperation(tx, row.id))!)
}

/** Names this process while it drives. */
export const driver = randomUUID()

/** Works until nothing is left. Whatever refuses a batch is found out by halving it, so that it refuses one member only. */
export async function driveApply(ctx: MembersContext, id: string): Promise<void> {
  for (let size = batchSize; ; ) {
    ctx.signal.throwIfAborted()
    try {
      if (await ctx.transaction((tx) => applyBatch(ctx, tx, id, size))) return
      size = Math.min(batchSize, size * 2)
    } catch (error) {
      if (!isProblem(error)) throw error
      if (size > 1) size = Math.ceil(size / 8)
      else await ctx.transaction((tx) => failNext(tx, id, error.detail ?? error.message))
    }
  }
}

/** @returns whether there is nothing left to do */
async function applyBatch(ctx: MembersContext, tx: Tx, id: string, size: number): Promise<boolean> {
  const row = await readOperation(tx, id, { lock: true })
  if (row?.state !== 'applying') return true
  const due = await dueRows(tx, row, size)
  if (due.length === 0) {
    await finish(tx, row)
    return true
  }
  const applier: Person = { kind: row.applier_kind!, id: row.applier_id! }
  const acting = await actingFor(ctx, tx, applier)
  const operation = findOperation(acting, row.operation)
  const work = workOf(acting, row)
  const refused = operation
    ? await refusalOf(tx, operation, work)
    : 'The plugin that carries this out was switched off.'
  if (!operation || refused !== null) {
    await changeOperation(tx, id, { state: 'failed', failure: refused })
    await tell(tx, row, 'members.bulkStopped')
    return true
  }
  const versions = await lockVersions(
    tx,
    due.map(({ member_id }) => member_id),
  )
  const current = due.filter(({ member_id, member_version }) => versions.get(member_id) === member_version)
  const verdicts = new Map(
    (
      await verdictsOn(
        tx,
        operation,
        work,
        current.map(({ member_id }) => member_id),
      )
    ).map((one) => [one.memberId, one]),
  )
  const ids = current.flatMap(({ member_id }) => (verdicts.get(member_id)?.outcome === 'change' ? [member_id] : []))
  if (ids.length > 0) await operation.apply(tx, ids, work)
  const done = new Set(ids)
  await settle(
    tx,
    row,
    due.map(({ number, member_id }) =>
      done.has(member_id)
        ? { number, result: 'changed', reason: null }
        : { number, result: 'skipped', reason: verdicts.get(member_id)?.reason ?? 'Changed since the plan was made.' },
    ),
  )
  return false
}

/** Why nobody can be changed any more: the plan is gone, the right to the group is. */
async function refusalOf(tx: Tx, operation: Operation, work: Work): Promise<string | null> {
  try {
    await operation.plan(tx, [], work)
    return null
  } catch (error) {
    if (!isProblem(error)) throw error
    return error.errors[0]?.message ?? error.detail ?? error.message
  }
}

async function failNext(tx: Tx, id: string, reason: string): Promise<void> {
  const row = await readOperation(tx, id, { lock: true })
  const [next] = row?.state === 'applying' ? await dueRows(tx, row, 1) : []
  if (row && next) await settle(tx, row, [{ number: next.number, result: 'failed', reason: reason.slice(0, 500) }])
}

async function settle(tx: Tx, row: OperationRow, rows: readonly SettledRow[]): Promise<void> {
  if (rows.length === 0) return
  await settleRows(tx, row.id, rows)
  const count = (result: SettledRow['result']) => rows.filter((one) => one.result === result).length
  await changeOperation(tx, row.id, {
    changed: row.changed + count('changed'),
    skipped: row.skipped + count('skipped'),
    failed: row.failed + count('failed'),
    at_row: rows.at(-1)!.number,
    beat_at: tx.now(),
    driver,
  })
}

async function finish(tx: Tx, row: OperationRow): Promise<void> {
  await changeOperation(tx, row.id, { state: 'applied', applied_at: tx.now() })
  await wroteMany(tx, row.changed)
  await tell(tx, row, 'members.bulkApplied')
}

/** Stops between two batches; what is done stays done. @throws Problem 409 when it is over */
export async function cancel(tx: Tx, row: OperationRow): Promise<void> {
  if (row.state === 'cancelled') return
  if (row.state === 'applied' || row.state === 'failed')
    throw new Problem(problems.conflict, { detail: `It is over: it is ${row.state}.` })
  await changeOperation(tx, row.id, { state: 'cancelled' })
  await tell(tx, row, 'members.bulkCancelled')
}

/** One event and one entry of the trail for the whole of it. */
async function tell(
  tx: Tx,
  row: OperationRow,
  action: 'members.bulkApplied' | 'members.bulkCancelled' | 'members.bulkStopped',
): Promise<void> {
  const { changed, skipped, failed, operation } = row
  if (changed > 0) await tx.emit(membersBulkApplied, { operationId: row.id, operation, changed })
  const target = { type: 'bulkOperation', id: row.id }
  await tx.audit({ action, target, meta: { operation, changed, skipped, failed } })
}
