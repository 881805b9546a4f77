import { DateOnly, invalid, organizationToday, Uuid } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import type { MemberBulkOperation } from '#plugins/members/refs.ts'
import { cycleEnd } from '../calendar.ts'
import { findPlanById } from '../catalogue/plans.ts'
import { deskOfCaller } from '../context.ts'
import { keptPlan } from '../memberships/coverage.ts'
import { mostMembers } from '../memberships/membership-sql.ts'
import { changePlans, takenPlan } from '../memberships/periods.ts'

const Parameters = Type.Object(
  { planId: Uuid(), on: Type.Optional(DateOnly({ description: 'First day of the new plan; default: today' })) },
  { additionalProperties: false },
)
type Parameters = Static<typeof Parameters>

/** The bulk operation `changePlan`: what `POST /members/{id}/plan` does, for many. */
export const changePlanOperation: MemberBulkOperation = {
  operation: 'changePlan',
  title: 'Give members another plan',
  permission: 'plans.memberships.write',
  parameters: Parameters,
  async plan(tx, ids, given) {
    const { planId, on = await organizationToday(tx) } = given as Parameters
    const plan = await findPlanById(tx, planId)
    if (!plan?.active) throw invalid('/parameters/planId', 'is not an active plan of this organisation')
    const kept = await keptPlan(tx, ids, { planId, on })
    const free =
      plan.capacity === null
        ? Number.POSITIVE_INFINITY
        : plan.capacity - (await mostMembers(tx, { planId, from: on, endsBefore: cycleEnd(on, plan.billingCycle) }))
    let taken = 0
    return ids.map((id) => {
      if (kept.has(id)) return { id, outcome: 'unchanged' as const }
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
    const desk = await deskOfCaller(caller, tx)
    const { planId, on = desk.today } = given as Parameters
    await changePlans(tx, desk, { memberIds: ids, taken: await takenPlan(tx, planId), on })
  },
}
