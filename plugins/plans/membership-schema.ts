/** What a membership and its periods look like from outside. A period's last day is shown, as people say it. */
import { Closed, DateOnly, LongText, Metadata, Money, Nullable, Text, Timestamp, Uuid } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'

export const membershipStatuses = ['upcoming', 'active', 'grace', 'ended'] as const
export type MembershipStatus = (typeof membershipStatuses)[number]

const lastDay = 'Last day; null: open-ended'
const firstDay = 'null: from before anybody wrote it down'

export const Period = Type.Object(
  {
    id: Uuid(),
    planVersionId: Uuid({ description: 'The version of the plan that was taken' }),
    edition: Type.Integer({ description: 'Version of the plan that was taken' }),
    from: Nullable(Type.String({ format: 'date', description: `First day; ${firstDay}` })),
    validUntil: Nullable(Type.String({ format: 'date', description: lastDay })),
    price: Money({ description: 'What this period costs' }),
    payerId: Nullable(Uuid({ description: 'The member who pays; null: the member himself' })),
    endedReason: Nullable(Type.String({ description: 'Why it ended before its time' })),
    metadata: Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true }),
    createdAt: Timestamp(),
    updatedAt: Timestamp(),
    version: Type.Integer(),
  },
  { title: 'MembershipPeriod' },
)
export type Period = Static<typeof Period>

export const Membership = Type.Object(
  {
    id: Uuid(),
    memberId: Uuid(),
    memberName: Type.String(),
    planId: Uuid(),
    planName: Type.String(),
    status: Type.Enum([...membershipStatuses], { description: 'Today, or on the day of `at`' }),
    from: Nullable(Type.String({ format: 'date', description: `First day of the first period; ${firstDay}` })),
    validUntil: Nullable(Type.String({ format: 'date', description: lastDay })),
    createdAt: Timestamp(),
    updatedAt: Timestamp(),
    version: Type.Integer(),
  },
  { title: 'Membership' },
)
export type Membership = Static<typeof Membership>

export const MembershipWithPeriods = Type.Object(
  {
    ...Membership.properties,
    periods: Type.Array(Period, { maxItems: 1000, description: 'Latest first' }),
  },
  { title: 'MembershipWithPeriods' },
)
export type MembershipWithPeriods = Static<typeof MembershipWithPeriods>

/** A line of an export: a period, and whose of what. */
export const ExportedPeriod = Type.Object({
  membershipId: Uuid(),
  memberId: Uuid(),
  memberName: Type.String(),
  planId: Uuid(),
  planName: Type.String(),
  ...Period.properties,
})

export const MembershipInput = Closed(
  {
    memberId: Uuid(),
    planId: Uuid(),
    from: Type.Optional(DateOnly({ description: 'First day; default: today' })),
    validUntil: Type.Optional(
      Nullable(DateOnly({ description: `${lastDay}. Default: as long as the plan's billing cycle` })),
    ),
    price: Type.Optional(Money({ description: "Default: the plan's" })),
    payerId: Type.Optional(Nullable(Uuid({ description: 'The member who pays; null: the member' }))),
    metadata: Type.Optional(Metadata()),
  },
  {
    title: 'MembershipInput',
    examples: [{ memberId: '0198c5f0-3f6c-7cc0-8a51-5b2f5a3f7f10', planId: '0198c5f0-3f6c-7cc0-8a51-5b2f5a3f7f11' }],
  },
)
export type MembershipInput = Static<typeof MembershipInput>

export const Renewal = Closed(
  {
    validUntil: MembershipInput.properties.validUntil,
    price: MembershipInput.properties.price,
    payerId: MembershipInput.properties.payerId,
  },
  { title: 'RenewalInput' },
)
export type Renewal = Static<typeof Renewal>

export const Ending = Closed(
  {
    on: Type.Optional(DateOnly({ description: 'Last day; default: today', examples: ['2030-12-31'] })),
    reason: Type.Optional(Text(500, { description: 'Kept with the period' })),
  },
  { title: 'EndingInput' },
)
export type Ending = Static<typeof Ending>

export const PlanChange = Closed(
  {
    planId: Uuid(),
    on: Type.Optional(DateOnly({ description: 'First day of the new plan; default: today' })),
  },
  { title: 'PlanChangeInput' },
)

/** A correction of what was written down wrongly; renewing and ending are operations of their own. */
export const PeriodPatch = Closed(
  {
    from: Type.Optional(DateOnly({ description: 'First day' })),
    validUntil: Type.Optional(Nullable(DateOnly({ description: lastDay }))),
    price: Type.Optional(Money({ description: 'What this period costs' })),
    payerId: Type.Optional(Nullable(Uuid({ description: 'The member who pays' }))),
    endedReason: Type.Optional(Nullable(LongText(500, { description: 'Why it ended before its time' }))),
    metadata: Type.Optional(Metadata()),
  },
  { title: 'PeriodPatch' },
)
export type PeriodPatch = Static<typeof PeriodPatch>
