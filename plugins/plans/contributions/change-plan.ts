import { DateOnly, invalid, organizationToday, Uuid } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import { v7 as uuidv7 } from 'uuid'
import type { MemberBulkOperation } from '#plugins/members/refs.ts'
import { cycleEnd } from '../calendar.ts'
import { findPlanById } from '../catalogue/plans.ts'
import { coverageOn } from '../memberships/coverage.ts'
import { ensureMemberships, insertPeriods, mostMembers, settleMemberships } from '../memberships/membership-sql.ts'
import { clearFrom, nameOverlap, refuseOverfull, takenPlan } from '../memberships/memberships.ts'

const Parameters = Type.Object(
  { planId: Uuid(), on: Type.Optional(DateOnly({ description: 'First day of the new plan; default: today' })) },
  { additionalProperties: false },
)
type Parameters = Static<typeof Parameters>

/** The bulk operation `changePlan`: what members have ends the day before. */
export const changePlanOperation: MemberBulkOperation = {
  operation: 'changePlan',
  title: 'Give members another plan',
  permission: 'plans.memberships.write',
  parameters: Parameters,
  async plan(tx, ids, given) {
    const { planId, on = await organizationToday(tx) } = given as Parameters
    const plan = await findPlanById(tx, planId)
    if (!plan?.active) throw invalid('/parameters/planId', 'is not an active plan of this organisation')
    const covered = await coverageOn(tx, ids, on)
    const free =
      plan.capacity === null
        ? Number.POSITIVE_INFINITY
        : plan.capacity - (await mostMembers(tx, { planId, from: on, endsBefore: cycleEnd(on, plan.billingCycle) }))
    let taken = 0
    return ids.map((id) => {
      if (covered.get(id)?.planId === planId) return { id, outcome: 'unchanged' as const }
      if (++taken > free)
        return {
          id,
          outcome: 'conflict' as const,
          reason: `The plan "${plan.name}" takes ${plan.capacity} members at a time.`,
        }
      return { id, outcome: 'change' as const }
    })
  },
  async apply(tx, ids, given, caller) {
    const { planId, on = await organizationToday(tx) } = given as Parameters
    const { plan, version } = await takenPlan(tx, planId)
    const endsBefore = cycleEnd(on, version.billingCycle)
    await clearFrom(tx, ids, on)
    const memberships = await ensureMemberships(
      tx,
      ids.map((memberId) => ({ id: uuidv7(), memberId, planId })),
    )
    await nameOverlap(
      insertPeriods(
        tx,
        ids.map((memberId, i) => ({
          id: uuidv7(),
          membershipId: memberships[i]!,
          memberId,
          planId,
          planVersionId: version.id,
          from: on,
          endsBefore,
          amount: Number(version.priceAmount),
          currency: version.priceCurrency,
          payerId: null,
          metadata: {},
        })),
      ),
    )
    await refuseOverfull(tx, plan, { from: on, endsBefore })
    await settleMemberships(tx, memberships)
    await caller.members.logActivity(
      tx,
      ids.map((memberId) => ({ memberId, kind: 'membershipStarted', detail: { planId } })),
    )
    await caller.members.recomputeStatus(tx, ids)
  },
}
