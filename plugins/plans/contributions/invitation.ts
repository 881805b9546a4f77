import { invalid, Problem, problems, Uuid } from '@guildhall/sdk'
import type { InvitationStep } from '#plugins/members/refs.ts'
import { findPlanById } from '../catalogue/plans.ts'
import { deskOfCaller } from '../context.ts'
import { changePlanOf } from '../memberships/memberships.ts'

/** `planId` of an invitation: the plan begins on the day it is accepted. */
export const planInvitation: InvitationStep = {
  key: 'planId',
  schema: Uuid({ description: 'The plan that begins when the invitation is accepted' }),
  async validate(tx, value, caller) {
    if (!caller.may('plans.memberships.write', { paths: [''] }))
      throw new Problem(problems.forbidden, {
        detail: 'To invite to a plan you need the permission plans.memberships.write.',
      })
    const plan = await findPlanById(tx, String(value))
    if (!plan?.active) throw invalid('/planId', 'is not an active plan of this organisation')
  },
  describe: async (tx, value) => (await findPlanById(tx, String(value)))?.name ?? null,
  async apply(tx, value, { memberId, caller }) {
    const plan = await findPlanById(tx, String(value))
    // What was promised may be gone by now: whoever accepts becomes a member all the same.
    if (!plan?.active) return
    await changePlanOf(tx, await deskOfCaller(caller, tx), { memberId, planId: plan.id })
  },
}
