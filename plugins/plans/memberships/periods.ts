/** The one way in which periods begin, one or many: what is refused, raised and written down is the same whoever asks. */
import { invalid, type MoneyValue, Problem, problems, type Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import type { MembersService } from '#plugins/members/refs.ts'
import { cycleEnd } from '../calendar.ts'
import type { PlanRow, PlanVersionRow } from '../catalogue/models.ts'
import { currentVersion, lockPlan } from '../catalogue/plans.ts'
import { membershipEnded, membershipStarted } from '../refs.ts'
import {
  deletePeriods,
  ensureMemberships,
  insertPeriods,
  mostMembers,
  type NewPeriod,
  settleMemberships,
} from './membership-sql.ts'

/** What every operation on periods needs of its caller. */
export interface Desk {
  readonly members: Pick<MembersService, 'recomputeStatus' | 'logActivity'>
  /** The organisation's calendar date. */
  readonly today: string
  readonly graceDays: number
}

export interface TakenPlan {
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

/** A period to come, at the plan's price unless it says another. */
export interface Beginning extends TakenPlan {
  readonly memberId: string
  readonly from: string
  readonly endsBefore: string
  readonly price?: MoneyValue | null
  readonly payerId?: string | null
  readonly metadata?: Readonly<Record<string, unknown>>
}

/** What is told of memberships: an event where there is one, and what the members' logs call it. */
interface Told {
  readonly event?: typeof membershipStarted
  readonly activity: string
}
const started: Told = { event: membershipStarted, activity: 'membershipStarted' }
export const ended: Told = { event: membershipEnded, activity: 'membershipEnded' }
export const corrected: Told = { activity: 'membershipCorrected' }

/** @returns the periods in the order given @throws Problem 409 when days are covered already or a plan is full */
export async function beginPeriods(
  tx: Tx,
  desk: Desk,
  beginnings: readonly Beginning[],
  told: Told = started,
): Promise<NewPeriod[]> {
  if (beginnings.length === 0) return []
  const memberships = await ensureMemberships(
    tx,
    beginnings.map(({ memberId, plan }) => ({ id: uuidv7(), memberId, planId: plan.id })),
  )
  const periods = beginnings.map(
    ({ memberId, plan, version, from, endsBefore, price, payerId, metadata }, i): NewPeriod => ({
      id: uuidv7(),
      membershipId: memberships[i]!,
      memberId,
      planId: plan.id,
      planVersionId: version.id,
      from,
      endsBefore,
      amount: price?.amount ?? Number(version.priceAmount),
      currency: price?.currency ?? version.priceCurrency,
      payerId: payerId ?? null,
      metadata: metadata ?? {},
    }),
  )
  await nameOverlap(insertPeriods(tx, periods))
  for (const [plan, spans] of Map.groupBy(beginnings, ({ plan }) => plan)) await refuseOverfull(tx, plan, hull(spans))
  await conclude(tx, desk, periods, told)
  return periods
}

const hull = (spans: readonly Pick<Beginning, 'from' | 'endsBefore'>[]) => ({
  from: spans.reduce((least, { from }) => (from < least ? from : least), spans[0]!.from),
  endsBefore: spans.reduce((most, { endsBefore }) => (endsBefore > most ? endsBefore : most), spans[0]!.endsBefore),
})

/**
 * Another plan for members from a day on: what they have then ends the day before, what they would have later never
 * comes. Whether the plan covers them already is for the caller to ask.
 */
export async function changePlans(
  tx: Tx,
  desk: Desk,
  o: { memberIds: readonly string[]; taken: TakenPlan; on: string },
): Promise<NewPeriod[]> {
  await clearFrom(tx, desk, o)
  const endsBefore = cycleEnd(o.on, o.taken.version.billingCycle)
  return beginPeriods(
    tx,
    desk,
    o.memberIds.map((memberId) => ({ ...o.taken, memberId, from: o.on, endsBefore })),
  )
}

/** The status is left to what begins then: nobody is without a plan in between. */
async function clearFrom(
  tx: Tx,
  desk: Desk,
  { memberIds, taken, on }: { memberIds: readonly string[]; taken: TakenPlan; on: string },
): Promise<void> {
  const names = 'id, membership_id AS "membershipId", member_id AS "memberId", plan_id AS "planId"'
  const never = await tx.query<Named & Record<string, unknown>>(
    `DELETE FROM plans.period WHERE tenant_id = $1 AND member_id = ANY($2::uuid[]) AND starts_on >= $3::date RETURNING ${names}`,
    [tx.tenantId, memberIds, on],
  )
  const cut = await tx.query<Named & Record<string, unknown>>(
    `UPDATE plans.period SET ends_before = $3::date, updated_at = $4, version = version + 1
      WHERE tenant_id = $1 AND member_id = ANY($2::uuid[]) AND ends_before > $3::date RETURNING ${names}`,
    [tx.tenantId, memberIds, on, tx.now()],
  )
  const touched = [...never, ...cut]
  const gone = await settleMemberships(tx, [...new Set(touched.map(({ membershipId }) => membershipId))])
  // One of the same plan goes on with what begins; one that is gone had not begun.
  const over = touched.filter(({ membershipId, planId }) => !gone.has(membershipId) && planId !== taken.plan.id)
  await tell(tx, desk, over, ended)
  await tellTakenBack(
    tx,
    desk,
    never.filter(({ membershipId }) => gone.has(membershipId)),
  )
}

/** A period, and whose it is. */
interface Named extends Pick<NewPeriod, 'id' | 'membershipId' | 'memberId' | 'planId'> {}

/** Takes back periods that should not be there; with its last one a membership is gone. */
export async function takeBackPeriods(tx: Tx, desk: Desk, periods: readonly Omit<Named, 'planId'>[]): Promise<void> {
  if (periods.length === 0) return
  await deletePeriods(
    tx,
    periods.map(({ id }) => id),
  )
  await settleMemberships(tx, [...new Set(periods.map(({ membershipId }) => membershipId))])
  await tellTakenBack(tx, desk, periods)
  await desk.members.recomputeStatus(tx, [...new Set(periods.map(({ memberId }) => memberId))])
}

async function tellTakenBack(
  tx: Tx,
  desk: Pick<Desk, 'members'>,
  periods: readonly Omit<Named, 'planId'>[],
): Promise<void> {
  for (const id of new Set(periods.map(({ membershipId }) => membershipId)))
    await tx.audit({ action: 'memberships.period-removed', target: { type: 'membership', id } })
  await desk.members.logActivity(
    tx,
    periods.map(({ id, membershipId, memberId }) => ({
      memberId,
      kind: 'membershipCorrected',
      detail: { membershipId, periodId: id },
    })),
  )
}

interface Concluded extends Pick<NewPeriod, 'membershipId' | 'memberId' | 'planId'> {
  /** Of the period; without it the membership is meant. */
  readonly endsBefore?: string
}

/** What follows from changed periods: dates and status, and what is told of it, once a membership. */
export async function conclude(
  tx: Tx,
  desk: Pick<Desk, 'members' | 'today'>,
  changed: readonly Concluded[],
  told: Told,
): Promise<void> {
  if (changed.length === 0) return
  await settleMemberships(tx, [...new Set(changed.map(({ membershipId }) => membershipId))])
  await tell(tx, desk, changed, told)
  await desk.members.recomputeStatus(tx, [...new Set(changed.map(({ memberId }) => memberId))])
}

async function tell(
  tx: Tx,
  desk: Pick<Desk, 'members' | 'today'>,
  changed: readonly Concluded[],
  { event, activity }: Told,
): Promise<void> {
  const memberships = [...new Map(changed.map((one) => [one.membershipId, one])).values()]
  // A register has a past, and what is over does not start: nobody is to be welcomed for it.
  const lasting = changed.filter(({ endsBefore }) => endsBefore === undefined || endsBefore > desk.today)
  const heard = new Set(lasting.map(({ membershipId }) => membershipId))
  for (const { membershipId, memberId, planId } of memberships) {
    if (event && heard.has(membershipId)) await tx.emit(event, { membershipId, memberId, planId })
    await tx.audit({
      action: (event?.id as `memberships.${string}`) ?? 'memberships.corrected',
      target: { type: 'membership', id: membershipId },
    })
  }
  await desk.members.logActivity(
    tx,
    memberships.map(({ membershipId, memberId, planId }) => ({
      memberId,
      kind: activity,
      detail: { membershipId, planId },
    })),
  )
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
