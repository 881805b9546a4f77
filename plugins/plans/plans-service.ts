import { createPlan, findPlanNamed, readPlan } from './catalogue/plans.ts'
import { deskOf, type PlansContext } from './context.ts'
import { coverageOn } from './memberships/coverage.ts'
import { renewMembership, startMembership } from './memberships/memberships.ts'
import type { PlansService } from './refs.ts'

/** What other plugins may ask of plans, as the actor of their context. */
export const plansServiceFor = (ctx: PlansContext): PlansService => {
  const { organization } = ctx.use
  return {
    plan: async (tx, id) => readPlan(tx, id, await organization.today(tx)),
    planNamed: async (tx, name) => findPlanNamed(tx, name, await organization.today(tx)),
    createPlan: async (tx, input) =>
      createPlan(tx, input, { organization: await organization.current(tx), day: await organization.today(tx) }),
    start: async (tx, input) => startMembership(tx, await deskOf(ctx, tx), input),
    renew: async (tx, id, o) => renewMembership(tx, await deskOf(ctx, tx), id, o),
    coveredOn: coverageOn,
  }
}
