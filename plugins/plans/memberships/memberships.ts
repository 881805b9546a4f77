import { addDays, endBefore, invalid, lastDay, namedAt, openEnd, Problem, problems, type Tx } from '@guildhall/sdk'
import { cycleEnd } from '../calendar.ts'
import type { PlanVersionRow } from '../catalogue/models.ts'
import { lockPlan } from '../catalogue/plans.ts'
import type { Ending, MembershipInput, MembershipWithPeriods, PeriodPatch, Renewal } from '../membership-schema.ts'
import { membershipRenewed } from '../refs.ts'
import { keptPlan } from './coverage.ts'
import {
  type MembershipRow,
  membershipColumns,
  membershipOf,
  membershipTables,
  type PeriodRow,
  periodOf,
  selectPeriods,
  writePeriod,
} from './membership-sql.ts'
import {
  beginPeriods,
  changePlans,
  conclude,
  corrected,
  type Desk,
  ended,
  nameOverlap,
  refuseOverfull,
  takeBackPeriods,
  takenPlan,
} from './periods.ts'

/** @throws Problem 404 */
export async function readMembership(
  tx: Tx,
  id: string,
  o: Pick<Desk, 'today' | 'graceDays'>,
): Promise<MembershipWithPeriods> {
  const [row] = await tx.query<MembershipRow>(
    `SELECT ${membershipColumns(o.today, o.graceDays)} FROM ${membershipTables} WHERE s.tenant_id = $1 AND s.id = $2`,
    [tx.tenantId, id],
  )
  if (!row) throw new Problem(problems.notFound, { detail: 'There is no such membership.' })
  const periods = await selectPeriods(tx, 'q.membership_id = $2', [id])
  return { ...membershipOf(row), periods: periods.map(periodOf) }
}

/** @throws Problem 400 for no plan here or an end before the beginning, 409 when days are covered already or the plan is full */
export async function startMembership(tx: Tx, desk: Desk, input: MembershipInput): Promise<MembershipWithPeriods> {
  const taken = await namedAt('/planId', takenPlan(tx, input.planId), 'is not a plan of this organisation')
  const from = input.from ?? desk.today
  const endsBefore = spanEnd(from, input.validUntil, taken.version)
  const [period] = await beginPeriods(tx, desk, [{ ...input, ...taken, from, endsBefore }])
  return readMembership(tx, period!.membershipId, desk)
}

/**
 * Adds a period after the last one; where that has passed, from today on.
 * @throws Problem 404, 409 for an open-ended one
 */
export async function renewMembership(tx: Tx, desk: Desk, id: string, o: Renewal): Promise<MembershipWithPeriods> {
  const { memberId, planId } = await lockMembership(tx, id)
  const taken = await takenPlan(tx, planId)
  const periods = await selectPeriods(tx, 'q.membership_id = $2', [id])
  const [last] = periods
  if (!last || last.ends_before >= openEnd)
    throw new Problem(problems.conflict, { detail: 'The membership is open-ended: there is nothing to renew.' })
  const from = last.ends_before > desk.today ? last.ends_before : desk.today
  const endsBefore = spanEnd(from, o.validUntil, taken.version, leadingTo(from, periods))
  const payerId = o.payerId === undefined ? last.payer_id : o.payerId
  await beginPeriods(tx, desk, [{ ...o, ...taken, payerId, memberId, from, endsBefore }], {
    event: membershipRenewed,
    activity: 'membershipRenewed',
  })
  return readMembership(tx, id, desk)
}

/**
 * Ends it with a day as its last: the period of that day is shortened, later ones never come.
 * @throws Problem 400 when nothing of it would be left, 404, 409 when it has ended by then
 */
export async function endMembership(tx: Tx, desk: Desk, id: string, o: Ending): Promise<MembershipWithPeriods> {
  const { memberId, planId } = await lockMembership(tx, id)
  const endsBefore = addDays(o.on ?? desk.today, 1)
  const periods = await selectPeriods(tx, 'q.membership_id = $2', [id])
  const [last, first] = [periods[0]!, periods.at(-1)!]
  if (endsBefore <= first.starts_on)
    throw invalid('/on', `It begins on ${first.starts_on}; delete the period instead, or end it on that day or later`)
  if (last.ends_before <= endsBefore)
    throw new Problem(problems.conflict, { detail: `It ends on ${lastDay(last.ends_before)} already.` })
  await tx.query('DELETE FROM plans.period WHERE tenant_id = $1 AND membership_id = $2 AND starts_on >= $3::date', [
    tx.tenantId,
    id,
    endsBefore,
  ])
  await tx.query(
    `UPDATE plans.period SET ends_before = least(ends_before, $3::date), ended_reason = $4, updated_at = $5, version = version + 1
      WHERE tenant_id = $1 AND id = (SELECT id FROM plans.period WHERE tenant_id = $1 AND membership_id = $2
                                      ORDER BY starts_on DESC LIMIT 1)`,
    [tx.tenantId, id, endsBefore, o.reason ?? null, tx.now()],
  )
  await conclude(tx, desk, [{ membershipId: id, memberId, planId }], ended)
  return readMembership(tx, id, desk)
}

/**
 * Another plan from a day on: what the member has then ends the day before, what he would have later never comes. Where
 * the plan covers that day already there is nothing to change: to prolong it is `renew`.
 * @throws Problem 400 for no plan here, 409 when the plan is full or inactive
 */
export async function changePlanOf(
  tx: Tx,
  desk: Desk,
  o: { memberId: string; planId: string; on?: string },
): Promise<{ membership: MembershipWithPeriods; changed: boolean }> {
  const { memberId, planId, on = desk.today } = o
  const taken = await namedAt('/planId', takenPlan(tx, planId), 'is not a plan of this organisation')
  const kept = (await keptPlan(tx, [memberId], { planId, on })).get(memberId)
  if (kept !== undefined) return { membership: await readMembership(tx, kept, desk), changed: false }
  const [period] = await changePlans(tx, desk, { memberIds: [memberId], taken, on })
  return { membership: await readMembership(tx, period!.membershipId, desk), changed: true }
}

/** Corrects what was written down wrongly. @throws Problem 400, 404, 409 when days are covered already */
export async function correctPeriod(
  tx: Tx,
  desk: Desk,
  o: { membershipId: string; periodId: string; patch: PeriodPatch },
): Promise<MembershipWithPeriods> {
  const membership = await lockMembership(tx, o.membershipId)
  const before = await periodIn(tx, o.membershipId, o.periodId)
  const { patch } = o
  const from = patch.from ?? before.starts_on
  const endsBefore = patch.validUntil === undefined ? before.ends_before : endBefore(patch.validUntil)
  if (endsBefore <= from) throw invalid('/validUntil', `must be ${from} or later`)
  // Room is asked for days that are added: a plan that is gone or overfull by now keeps nobody from setting the past right.
  const adds = from < before.starts_on || endsBefore > before.ends_before
  const plan = adds ? await lockPlan(tx, membership.planId) : null
  await nameOverlap(
    writePeriod(tx, before, {
      starts_on: from,
      ends_before: endsBefore,
      ...(patch.price && { price_amount: String(patch.price.amount), price_currency: patch.price.currency }),
      ...(patch.payerId !== undefined && { payer_id: patch.payerId }),
      ...(patch.endedReason !== undefined && { ended_reason: patch.endedReason }),
      ...(patch.metadata && { metadata: patch.metadata }),
    }),
  )
  if (plan) await refuseOverfull(tx, plan, { from, endsBefore })
  await conclude(tx, desk, [{ membershipId: o.membershipId, ...membership }], corrected)
  return readMembership(tx, o.membershipId, desk)
}

/** Takes back a period that should not be there; with the last one the membership is gone. @throws Problem 404 */
export async function removePeriod(tx: Tx, desk: Desk, o: { membershipId: string; periodId: string }): Promise<void> {
  const { memberId } = await lockMembership(tx, o.membershipId)
  await periodIn(tx, o.membershipId, o.periodId)
  await takeBackPeriods(tx, desk, [{ id: o.periodId, membershipId: o.membershipId, memberId }])
}

/** @throws Problem 404 */
export async function lockMembership(
  tx: Tx,
  id: string,
): Promise<{ memberId: string; planId: string; version: number }> {
  const [row] = await tx.query<{ memberId: string; planId: string; version: number }>(
    `SELECT s.member_id AS "memberId", s.plan_id AS "planId", s.version FROM plans.membership s
       JOIN members.member m ON m.tenant_id = s.tenant_id AND m.id = s.member_id AND m.deleted_at IS NULL
      WHERE s.tenant_id = $1 AND s.id = $2 FOR UPDATE OF s`,
    [tx.tenantId, id],
  )
  if (!row) throw new Problem(problems.notFound, { detail: 'There is no such membership.' })
  return row
}

async function periodIn(tx: Tx, membershipId: string, periodId: string): Promise<PeriodRow> {
  const [row] = await selectPeriods(tx, 'q.membership_id = $2 AND q.id = $3', [membershipId, periodId])
  if (!row) throw new Problem(problems.notFound, { detail: 'There is no such period.' })
  return row
}

/** First days of the periods that lead up to a day without a gap, the earliest first. @param periods latest first */
function leadingTo(day: string, periods: readonly PeriodRow[]): string[] {
  const days: string[] = []
  for (const { starts_on, ends_before } of periods) {
    if (ends_before !== (days[0] ?? day)) break
    days.unshift(starts_on)
  }
  return days
}

const spanEnd = (
  from: string,
  until: string | null | undefined,
  version: PlanVersionRow,
  before: readonly string[] = [],
): string => {
  const endsBefore = until === undefined ? cycleEnd(from, version.billingCycle, before) : endBefore(until)
  if (endsBefore <= from) throw invalid('/validUntil', `must be ${from} or later`)
  return endsBefore
}
