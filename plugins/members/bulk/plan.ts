/** The plan: for each member what will happen, or why nothing can. Set by set, and always the same for the same data. */
import { createHash } from 'node:crypto'
import { invalid, isProblem, Problem, problems, type Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import { callerOf, personBehind } from '../acting-for.ts'
import type { MembersContext } from '../context.ts'
import { select } from '../service/select.ts'
import { type BulkInput, mostAtOnce, mostMembers } from './bulk-schema.ts'
import {
  changeOperation,
  insertOperation,
  insertRows,
  type OperationRow,
  type PlannedRow,
  readOperation,
  readSubjects,
  type Selection,
} from './bulk-sql.ts'
import { planJob } from './job-names.ts'
import type { Operation, Work } from './operation.ts'
import { findOperation, requireOperation, requireParameters } from './operations/index.ts'

/** Members that a request plans itself; more are planned in the background. */
export const mostInRequest = 10_000

/** @throws Problem 400, 403 @returns the operation, planned, or planning in the background */
export async function beginPlan(ctx: MembersContext, tx: Tx, input: BulkInput): Promise<OperationRow> {
  const operation = requireOperation(ctx, input.operation)
  const parameters = requireParameters(operation, input.parameters)
  const reason = input.reason ?? null
  if (operation.needsReason && reason === null)
    throw invalid('/reason', `Say why: ${operation.operation} needs a reason`, { code: 'required' })
  const selection = selectionOf(input)
  const id = uuidv7()
  await insertOperation(tx, {
    id,
    operation: operation.operation,
    parameters,
    reason,
    selection,
    planner: personBehind(ctx.actor),
  })
  const work = workOf(ctx, { id, reason, parameters })
  // What is wrong with the parameters is said now, however many members there are.
  await operation.plan(tx, [], work)
  const ids = await idsOf(ctx, tx, selection, mostInRequest + 1)
  if (ids.length > mostInRequest) await tx.enqueue(planJob, { operationId: id }, { key: id })
  else await storePlan(tx, operation, work, ids)
  return (await readOperation(tx, id))!
}

/** @throws Problem 400 */
function selectionOf({ ids, filter, apply }: BulkInput): Selection {
  if ((ids === undefined) === (filter === undefined))
    throw invalid('', 'Give either ids or a filter', { code: 'oneOf' })
  if (apply && (ids === undefined || new Set(ids).size > mostAtOnce))
    throw invalid('/apply', `At once only for at most ${mostAtOnce} ids: make the plan, then apply it`, {
      code: 'maxItems',
    })
  return ids ? { ids: [...new Set(ids.map((id) => id.toLowerCase()))] } : { filter }
}

async function idsOf(ctx: MembersContext, tx: Tx, selection: Selection, limit: number): Promise<readonly string[]> {
  if ('ids' in selection) return selection.ids
  return select(ctx, tx, { filter: selection.filter, permission: 'members.read', limit })
}

export const workOf = (
  ctx: MembersContext,
  { id, reason, parameters }: Pick<OperationRow, 'id' | 'reason' | 'parameters'>,
): Work => ({ ctx, caller: callerOf(ctx), bulkId: id, reason, parameters })

/** Makes the plan of an operation in the background, with the rights of `ctx`. One unit of work: all of it or nothing. */
export async function finishPlan(ctx: MembersContext, tx: Tx, id: string): Promise<void> {
  const row = await readOperation(tx, id, { lock: true })
  if (row?.state !== 'planning') return
  try {
    const operation = findOperation(ctx, row.operation)
    if (!operation) throw new Problem(problems.pluginNotEnabled)
    const ids = await idsOf(ctx, tx, row.selection, mostMembers + 1)
    if (ids.length > mostMembers)
      throw new Problem(problems.unprocessable, {
        detail: `These are more than ${mostMembers} members: narrow the filter.`,
      })
    await storePlan(tx, operation, workOf(ctx, row), ids)
  } catch (error) {
    // What forbids it is an answer. Nothing was written before the plan was whole.
    if (!isProblem(error)) throw error
    await changeOperation(tx, id, { state: 'failed', failure: error.message })
  }
}

async function storePlan(tx: Tx, operation: Operation, work: Work, ids: readonly string[]): Promise<void> {
  const rows = await verdictsOn(tx, operation, work, ids)
  await insertRows(tx, work.bulkId, rows)
  const counts = { total: rows.length, change: 0, unchanged: 0, conflict: 0 }
  for (const { outcome } of rows) counts[outcome]++
  await changeOperation(tx, work.bulkId, {
    state: 'planned',
    hash: hashOf(operation, work, rows),
    counts,
    planned_at: tx.now(),
  })
}

/** One row a member, in the order of the ids. */
export async function verdictsOn(
  tx: Tx,
  operation: Operation,
  work: Work,
  ids: readonly string[],
): Promise<PlannedRow[]> {
  const subjects = await readSubjects(work.ctx, tx, {
    ids,
    permission: operation.asksItself ? 'members.read' : operation.permission,
  })
  const permitted = ids.flatMap((id) => {
    const subject = subjects.get(id)
    return subject?.permitted ? [subject] : []
  })
  const verdicts = new Map((await operation.plan(tx, permitted, work)).map((verdict) => [verdict.id, verdict]))
  const staying = operation.endsRights ? await administratorToKeep(tx, work, permitted, verdicts) : null
  return ids.map((memberId) => {
    const subject = subjects.get(memberId)
    // Who is not there and who is not to be seen are one answer.
    if (!subject) return { memberId, outcome: 'conflict', reason: 'There is no such member.', version: null }
    const { version } = subject
    const conflict = (reason: string): PlannedRow => ({ memberId, outcome: 'conflict', reason, version })
    if (!subject.permitted) return conflict(`You do not have the permission ${operation.permission} for this member.`)
    if (staying !== null && subject.userId === staying) return conflict('The last administrator has to stay.')
    const { outcome, reason = null } = verdicts.get(memberId)!
    return { memberId, outcome, reason, version }
  })
}

async function administratorToKeep(
  tx: Tx,
  { ctx }: Work,
  subjects: readonly { id: string; userId: string | null }[],
  verdicts: ReadonlyMap<string, { outcome: string }>,
): Promise<string | null> {
  const userIds = subjects.flatMap(({ id, userId }) =>
    userId !== null && verdicts.get(id)?.outcome === 'change' ? [userId] : [],
  )
  return userIds.length === 0 ? null : ctx.use.access.administratorToKeep(tx, { userIds })
}

const hashOf = (operation: Operation, work: Work, rows: readonly PlannedRow[]): string => {
  const hash = createHash('sha256').update(
    JSON.stringify([work.bulkId, operation.operation, work.parameters, work.reason]),
  )
  for (const { memberId, outcome, version } of rows) hash.update(`\n${memberId} ${outcome} ${version}`)
  return hash.digest('hex')
}
