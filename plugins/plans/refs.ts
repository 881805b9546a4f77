/** What other plugins may import of plans: the service and the events. Types and ids only. */
import { DateOnly, eventRef, serviceRef, type Tx, Uuid } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import type { MembershipInput, MembershipWithPeriods, Renewal } from './membership-schema.ts'
import type { Plan, PlanInput } from './plan-schema.ts'

export { Membership, MembershipInput, MembershipWithPeriods, Period } from './membership-schema.ts'
export { type BillingCycle, billingCycles, Plan, PlanInput } from './plan-schema.ts'

/** Acts for the actor of its context and asks no row permission: whoever calls it has asked. */
export interface PlansService {
  /** @throws Problem 404 */
  plan(tx: Tx, id: string): Promise<Plan>
  /** By its name, whatever the case of its letters. */
  planNamed(tx: Tx, name: string): Promise<Plan | null>
  /** @throws Problem 409 when the name is taken */
  createPlan(tx: Tx, input: PlanInput): Promise<Plan>
  /** @throws Problem 409 when the days are covered already, the plan is full or inactive */
  start(tx: Tx, input: MembershipInput): Promise<MembershipWithPeriods>
  /** Adds a period to the last one, or from today when that has passed. @throws Problem 409 for an open-ended one */
  renew(tx: Tx, membershipId: string, o: Renewal): Promise<MembershipWithPeriods>
  /** What covers a day by member; nobody without one. */
  coveredOn(tx: Tx, memberIds: readonly string[], day: string): Promise<ReadonlyMap<string, Coverage>>
}
export interface Coverage {
  readonly membershipId: string
  readonly planId: string
  readonly planName: string
  readonly from: string
  /** Last day; null: open-ended. */
  readonly validUntil: string | null
}
export const plansService = serviceRef<PlansService>({ id: 'plans.service', scope: 'tenant' })

const example = {
  membershipId: '0198c5f0-3f6c-7cc0-8a51-5b2f5a3f7f10',
  memberId: '0198c5f0-3f6c-7cc0-8a51-5b2f5a3f7f11',
  planId: '0198c5f0-3f6c-7cc0-8a51-5b2f5a3f7f12',
}
const OfMembership = Type.Object({ membershipId: Uuid(), memberId: Uuid(), planId: Uuid() })
export const membershipStarted = eventRef({
  id: 'memberships.started',
  version: 1,
  title: 'A member took a plan',
  payload: OfMembership,
  example,
})
export const membershipRenewed = eventRef({
  id: 'memberships.renewed',
  version: 1,
  title: 'A membership got another period',
  payload: OfMembership,
  example,
})
export const membershipEnded = eventRef({
  id: 'memberships.ended',
  version: 1,
  title: 'A membership was given an end',
  payload: OfMembership,
  example,
})
const Expiring = Type.Object({
  ...OfMembership.properties,
  validUntil: DateOnly({ description: 'Last day' }),
})
export const membershipExpiring = eventRef({
  id: 'memberships.expiring',
  version: 1,
  title: 'A membership ends soon',
  payload: Expiring,
  example: { ...example, validUntil: '2027-03-14' },
})
const OfPlan = Type.Object({ planId: Uuid() })
const planExample = { planId: example.planId }
const aboutPlan = (id: `plans.${string}`, title: string) =>
  eventRef({ id, version: 1, title, payload: OfPlan, example: planExample })
export const planCreated = aboutPlan('plans.created', 'A plan was added')
export const planUpdated = aboutPlan('plans.updated', 'A plan was changed')
export const planDeleted = aboutPlan('plans.deleted', 'A plan was deleted')

declare module '@guildhall/sdk' {
  interface EventRegistry {
    'memberships.started': Static<typeof OfMembership>
    'memberships.renewed': Static<typeof OfMembership>
    'memberships.ended': Static<typeof OfMembership>
    'memberships.expiring': Static<typeof Expiring>
    'plans.created': Static<typeof OfPlan>
    'plans.updated': Static<typeof OfPlan>
    'plans.deleted': Static<typeof OfPlan>
  }
}
