import { addDays, endBefore, invalid, lastDay, namedAt, openEnd, Problem, problems, type Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import type { MembersService } from '#plugins/members/refs.ts'
import { cycleEnd } from '../calendar.ts'
import type { PlanRow, PlanVersionRow } from '../catalogue/models.ts'
import { currentVersion, lockPlan } from '../catalogue/plans.ts'
import type { Ending, MembershipInput, MembershipWithPeriods, PeriodPatch, Renewal } from '../membership-schema.ts'
import { membershipEnded, membershipRenewed, membershipStarted } from '../refs.ts'
import {
  ensureMemberships,
  insertPeriods,
  type MembershipRow,
  membershipColumns,
  membershipOf,
  membershipTables,
  mostMembers,
  type PeriodRow,
  periodOf,
  selectPeriods,
  settleMemberships,
} from './membership-sql.ts'

/** What every operation on periods needs of its caller. */
export interface Desk {
  readonly members: Pick<MembersService, 'recomputeStatus' | 'logActivity'>
  /** The organisation's calendar date. */
  readonly today: string
  readonly graceDays: number
}

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
  const { plan, version } = await namedAt('/planId', takenPlan(tx, input.planId), 'is not a plan of this organisation')
  const from = input.from ?? desk.today
  const endsBefore = spanEnd(from, input.validUntil, version)
  const [membershipId] = await ensureMemberships(tx, [{ id: uuidv7(), memberId: input.memberId, planId: input.planId }])
  await addPeriod(tx, { ...input, membershipId: membershipId!, from, endsBefore }, { plan, version })
  return finish(tx, desk, membershipId!, { event: membershipStarted, activity: 'membershipStarted' })
}

/**
 * Adds a period after the last one; where that has passed, from today on.
 * @throws Problem 404, 409 for an open-ended one
 */
export async function renewMembership(tx: Tx, desk: Desk, id: string, o: Renewal): Promise<MembershipWithPeriods> {
  const before = await lockMembership(tx, id)
  const { plan, version } = await takenPlan(tx, before.planId)
  const [last] = await selectPeriods(tx, 'q.membership_id = $2', [id])
  if (!last || last.ends_before >= openEnd)
    throw new Problem(problems.conflict, { detail: 'The membership is open-ended: there is nothing to renew.' })
  const from = last.ends_before > desk.today ? last.ends_before : desk.today
  const endsBefore = spanEnd(from, o.validUntil, version)
  const payerId = o.payerId === undefined ? last.payer_id : o.payerId
  await addPeriod(
    tx,
    { ...o, payerId, memberId: before.memberId, membershipId: id, from, endsBefore },
    { plan, version },
  )
  return finish(tx, desk, id, { event: membershipRenewed, activity: 'membershipRenewed' })
}

/**
 * Ends it with a day as its last: the period of that day is shortened, later ones never come.
 * @throws Problem 400 when nothing of it would be left, 404, 409 when it has ended by then
 */
export async function endMembership(tx: Tx, desk: Desk, id: string, o: Ending): Promise<MembershipWithPeriods> {
  await lockMembership(tx, id)
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
  return finish(tx, desk, id, { event: membershipEnded, activity: 'membershipEnded' })
}

/**
 * Another plan from a day on: what the member has then ends the day before, what he would have later never comes.
 * @throws Problem 400 for no plan here, 409 when the plan is full or inactive
 */
export async function changePlanOf(
  tx: Tx,
  desk: Desk,
  o: { memberId: string; planId: string; on?: string },
): Promise<MembershipWithPeriods> {
  const on = o.on ?? desk.today
  await clearFrom(tx, [o.memberId], on)
  return startMembership(tx, desk, { memberId: o.memberId, planId: o.planId, from: on })
}

/** Takes away what members have from a day on. */
export async function clearFrom(tx: Tx, memberIds: readonly string[], day: string): Promise<void> {
  const rows = await tx.query<{ membership_id: string }>(
    `DELETE FROM plans.period WHERE tenant_id = $1 AND member_id = ANY($2::uuid[]) AND starts_on >= $3::date RETURNING membership_id`,
    [tx.tenantId, memberIds, day],
  )
  const cut = await tx.query<{ membership_id: string }>(
    `UPDATE plans.period SET ends_before = $3::date, updated_at = $4, version = version + 1
      WHERE tenant_id = $1 AND member_id = ANY($2::uuid[]) AND ends_before > $3::date RETURNING membership_id`,
    [tx.tenantId, memberIds, day, tx.now()],
  )
  await settleMemberships(tx, [...new Set([...rows, ...cut].map(({ membership_id }) => membership_id))])
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
  const plan = await lockPlan(tx, membership.planId)
  await nameOverlap(
    tx.query(
      `UPDATE plans.period SET starts_on = $3, ends_before = $4, price_amount = $5, price_currency = $6, payer_id = $7,
              ended_reason = $8, metadata = $9, updated_at = $10, version = version + 1 WHERE tenant_id = $1 AND id = $2`,
      [
        tx.tenantId,
        o.periodId,
        from,
        endsBefore,
        patch.price?.amount ?? before.price_amount,
        patch.price?.currency ?? before.price_currency,
        patch.payerId === undefined ? before.payer_id : patch.payerId,
        patch.endedReason === undefined ? before.ended_reason : patch.endedReason,
        JSON.stringify(patch.metadata ?? before.metadata),
        tx.now(),
      ],
    ),
  )
  await refuseOverfull(tx, plan, { from, endsBefore })
  return finish(tx, desk, o.membershipId, { activity: 'membershipCorrected' })
}

/** Takes back a period that should not be there; with the last one the membership is gone. @throws Problem 404 */
export async function removePeriod(tx: Tx, desk: Desk, o: { membershipId: string; periodId: string }): Promise<void> {
  const { memberId } = await lockMembership(tx, o.membershipId)
  await periodIn(tx, o.membershipId, o.periodId)
  await tx.query('DELETE FROM plans.period WHERE tenant_id = $1 AND id = $2', [tx.tenantId, o.periodId])
  await settleMemberships(tx, [o.membershipId])
  await tx.audit({ action: 'memberships.period-removed', target: { type: 'membership', id: o.membershipId } })
  await desk.members.logActivity(tx, [{ memberId, kind: 'membershipCorrected', detail: { ...o } }])
  await desk.members.recomputeStatus(tx, [memberId])
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

interface TakenPlan {
  readonly plan: PlanRow
  readonly version: PlanVersionRow
}
/** A plan that takes somebody, held until the end of the unit. @throws Problem 404, 409 when it is inactive */
export async function takenPlan(tx: Tx, id: string): Promise<TakenPlan> {
  const plan = await lockPlan(tx, id)
  if (!plan.active)
    throw new Problem(problems.conflict, { detail: `The plan "${plan.name}" is inactive and takes nobody new.` })
  return { plan, version: await currentVersion(tx, plan) }
}

const spanEnd = (from: string, until: string | null | undefined, version: PlanVersionRow): string => {
  const endsBefore = until === undefined ? cycleEnd(from, version.billingCycle) : endBefore(until)
  if (endsBefore <= from) throw invalid('/validUntil', `must be ${from} or later`)
  return endsBefore
}

type PeriodOf = Pick<MembershipInput, 'memberId' | 'price' | 'payerId' | 'metadata'> & {
  readonly membershipId: string
  readonly from: string
  readonly endsBefore: string
}
async function addPeriod(tx: Tx, o: PeriodOf, { plan, version }: TakenPlan): Promise<void> {
  await nameOverlap(
    insertPeriods(tx, [
      {
        id: uuidv7(),
        membershipId: o.membershipId,
        memberId: o.memberId,
        planId: plan.id,
        planVersionId: version.id,
        from: o.from,
        endsBefore: o.endsBefore,
        amount: o.price?.amount ?? Number(version.priceAmount),
        currency: o.price?.currency ?? version.priceCurrency,
        payerId: o.payerId ?? null,
        metadata: o.metadata ?? {},
      },
    ]),
  )
  await refuseOverfull(tx, plan, o)
}

/** The plan's row is locked: of two who come at once, the second counts the first. */
export async function refuseOverfull(tx: Tx, plan: PlanRow, o: { from: string; endsBefore: string }): Promise<void> {
  if (plan.capacity === null) return
  if ((await mostMembers(tx, { planId: plan.id, ...o })) > plan.capacity)
    throw new Problem(problems.conflict, {
      detail: `The plan "${plan.name}" is full: it takes ${plan.capacity} ${plan.capacity === 1 ? 'member' : 'members'} at a time.`,
    })
}

/** The constraint decides, whoever comes at the same time; here it gets words. */
export const nameOverlap = <R>(work: Promise<R>): Promise<R> =>
  work.catch((cause: Error & { code?: string; constraint?: string }) => {
    if (cause.code === '23P01')
      throw new Problem(problems.conflict, {
        detail: 'The member has a period on some of these days already. End it first, or begin after it.',
        cause,
      })
    if (cause.code === '23503' && cause.constraint?.includes('payer'))
      throw invalid('/payerId', 'is not a member of this organisation')
    if (cause.code === '23503') throw invalid('/memberId', 'is not a member of this organisation')
    throw cause
  })

async function finish(
  tx: Tx,
  desk: Desk,
  id: string,
  o: { event?: typeof membershipStarted; activity: string },
): Promise<MembershipWithPeriods> {
  await settleMemberships(tx, [id])
  const membership = await readMembership(tx, id, desk)
  const { memberId, planId } = membership
  const about = { membershipId: id, memberId, planId }
  if (o.event) await tx.emit(o.event, about)
  await tx.audit({
    action: (o.event?.id as `memberships.${string}`) ?? 'memberships.corrected',
    target: { type: 'membership', id },
  })
  await desk.members.logActivity(tx, [{ memberId, kind: o.activity, detail: { membershipId: id, planId } }])
  await desk.members.recomputeStatus(tx, [memberId])
  return membership
}
