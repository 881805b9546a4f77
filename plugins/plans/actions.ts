import { type Actions, Closed, DateOnly, List, Nullable, nothingDone, Text, Uuid } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import { planOf, selectPlans } from './catalogue/plan-sql.ts'
import { deskOf, type PlansContext, type planPermissions, requireAtMember, writableMember } from './context.ts'
import { Ending, MembershipInput, MembershipWithPeriods, Renewal } from './membership-schema.ts'
import { coverageOn } from './memberships/coverage.ts'
import {
  changePlanOf,
  endMembership,
  lockMembership,
  readMembership,
  renewMembership,
  startMembership,
} from './memberships/memberships.ts'
import { Plan } from './plan-schema.ts'

const ListInput = Closed({ active: Type.Optional(Type.Boolean()) })
const ListOutput = Type.Object({ items: Type.Array(Plan, { maxItems: 200 }) })
const ChangeInput = Closed({ memberId: Uuid(), planId: Uuid(), on: Type.Optional(DateOnly()) })
const EndInput = Closed({ membershipId: Uuid(), ...Ending.properties })
const RenewInput = Closed({ membershipId: Uuid(), ...Renewal.properties })
const CoverageInput = Closed({
  memberIds: List(Uuid(), 200),
  at: Type.Optional(DateOnly({ description: 'Default: today' })),
})
const CoverageOutput = Type.Object({
  items: Type.Array(
    Type.Object({
      memberId: Uuid(),
      membershipId: Uuid(),
      planId: Uuid(),
      planName: Text(200),
      from: DateOnly(),
      validUntil: Nullable(DateOnly()),
    }),
    { maxItems: 200 },
  ),
})

declare module '@guildhall/sdk' {
  interface ActionRegistry {
    'plans.list': { input: Static<typeof ListInput>; output: Static<typeof ListOutput> }
    'memberships.at': { input: Static<typeof CoverageInput>; output: Static<typeof CoverageOutput> }
    'memberships.start': { input: MembershipInput; output: MembershipWithPeriods }
    'memberships.renew': { input: Static<typeof RenewInput>; output: MembershipWithPeriods }
    'memberships.end': { input: Static<typeof EndInput>; output: MembershipWithPeriods }
    'memberships.changePlan': { input: Static<typeof ChangeInput>; output: MembershipWithPeriods }
  }
}

/** What bots may do with plans and memberships. */
export function planActions(a: Actions<PlansContext, keyof typeof planPermissions>): void {
  a.action({
    id: 'plans.list',
    title: 'List plans',
    requires: 'plans.read',
    effect: 'read',
    input: ListInput,
    output: ListOutput,
    perRun: 20,
    async run(ctx, tx, { active }) {
      const day = await ctx.use.organization.today(tx)
      const rows = await selectPlans(tx, day, '($2::boolean IS NULL OR p.active = $2) ORDER BY p.name_key LIMIT 200', [
        active ?? null,
      ])
      return { items: rows.map(planOf) }
    },
  })
  a.action({
    id: 'memberships.at',
    title: 'See what covers members on a day',
    requires: 'plans.memberships.read',
    effect: 'read',
    input: CoverageInput,
    output: CoverageOutput,
    perRun: 200,
    async run(ctx, tx, { memberIds, at }) {
      for (const id of memberIds) await requireAtMember(ctx, tx, 'plans.memberships.read', id)
      const covered = await coverageOn(tx, memberIds, at ?? (await ctx.use.organization.today(tx)))
      return { items: [...covered].map(([memberId, coverage]) => ({ memberId, ...coverage })) }
    },
  })
  a.action({
    id: 'memberships.start',
    title: 'Start a membership',
    requires: 'plans.memberships.write',
    effect: 'write',
    input: MembershipInput,
    output: MembershipWithPeriods,
    perRun: 200,
    async run(ctx, tx, input) {
      const memberId = await writableMember(ctx, tx, input.memberId)
      return startMembership(tx, await deskOf(ctx, tx), { ...input, memberId })
    },
  })
  a.action({
    id: 'memberships.renew',
    title: 'Renew a membership',
    requires: 'plans.memberships.write',
    effect: 'write',
    input: RenewInput,
    output: MembershipWithPeriods,
    perRun: 200,
    async run(ctx, tx, { membershipId, ...o }) {
      const { memberId } = await lockMembership(tx, membershipId)
      await requireAtMember(ctx, tx, 'plans.memberships.write', memberId)
      return renewMembership(tx, await deskOf(ctx, tx), membershipId, o)
    },
  })
  a.action({
    id: 'memberships.end',
    title: 'End a membership',
    requires: 'plans.memberships.write',
    effect: 'destructive',
    input: EndInput,
    output: MembershipWithPeriods,
    perRun: 200,
    async run(ctx, tx, { membershipId, ...o }) {
      const { memberId } = await lockMembership(tx, membershipId)
      await requireAtMember(ctx, tx, 'plans.memberships.write', memberId)
      const desk = await deskOf(ctx, tx)
      const before = await readMembership(tx, membershipId, desk)
      if (before.validUntil !== null && before.validUntil <= (o.on ?? desk.today)) return nothingDone(before)
      return endMembership(tx, desk, membershipId, o)
    },
  })
  a.action({
    id: 'memberships.changePlan',
    title: 'Give a member another plan',
    requires: 'plans.memberships.write',
    effect: 'write',
    input: ChangeInput,
    output: MembershipWithPeriods,
    perRun: 200,
    async run(ctx, tx, input) {
      const memberId = await writableMember(ctx, tx, input.memberId)
      const { membership, changed } = await changePlanOf(tx, await deskOf(ctx, tx), { ...input, memberId })
      return changed ? membership : nothingDone(membership)
    },
  })
}
