/** What a plan looks like from outside. */
import { Closed, List, LongText, Metadata, Money, Name, Nullable, Text, Timestamp, Uuid } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'

export const billingCycles = ['monthly', 'quarterly', 'yearly', 'one-off', 'free'] as const
export type BillingCycle = (typeof billingCycles)[number]

const BillingCycle = Type.Enum([...billingCycles], {
  description: 'How long a paid period lasts; one-off and free ones are open-ended',
})
const Limits = Closed(
  {
    hoursPerDay: Nullable(Type.Integer({ minimum: 1, maximum: 24, description: 'Null: unlimited' })),
    equipmentClasses: List(Text(100), 50, { description: 'What the plan gives access to; empty: no limit' }),
  },
  { title: 'PlanLimitsInput' },
)
export type Limits = Static<typeof Limits>

const fields = {
  name: Name({
    description: 'Unique in the organisation, whatever the case of its letters',
    examples: ['Full member'],
  }),
  description: LongText(4000),
  price: Money(),
  billingCycle: BillingCycle,
  features: List(Text(200), 100),
  limits: Type.Partial(Limits, { additionalProperties: false }),
  trialDays: Type.Integer({ minimum: 0, maximum: 366 }),
  capacity: Nullable(
    Type.Integer({ minimum: 1, maximum: 10_000_000, description: 'Most members on any day; null: any number' }),
  ),
  active: Type.Boolean({ description: 'Inactive plans take nobody new' }),
  metadata: Metadata(),
}
const { name, ...rest } = fields

const example = {
  name: 'Basic Maker',
  price: { amount: 2999, currency: 'USD' },
  billingCycle: 'monthly',
  features: ['Basic equipment', 'Workshop space'],
  limits: { hoursPerDay: 8, equipmentClasses: [] },
}
/** Only a name is required; without a price the plan is free. */
export const PlanInput = Closed(
  { name, ...Type.Partial(Type.Object(rest)).properties },
  { title: 'PlanInput', examples: [example] },
)
export type PlanInput = Static<typeof PlanInput>

/** Merges what is sent. */
export const PlanPatch = Closed(Type.Partial(Type.Object(fields)).properties, {
  title: 'PlanPatch',
  examples: [{ trialDays: 14 }],
})
export type PlanPatch = Static<typeof PlanPatch>

export const Plan = Type.Object(
  {
    id: Uuid(),
    name: Type.String({
      description: 'Unique in the organisation, whatever the case of its letters',
      examples: ['Full member'],
    }),
    description: Type.String({ description: 'What people read before they choose' }),
    price: Money({ description: 'Of one period' }),
    billingCycle: Type.Enum([...billingCycles], {
      description: 'How long a paid period lasts; one-off and free ones are open-ended',
    }),
    features: Type.Array(Type.String(), { description: 'What is included, in words', maxItems: 100 }),
    limits: Type.Object(
      {
        hoursPerDay: Nullable(Type.Integer({ description: 'Null: unlimited' })),
        equipmentClasses: Type.Array(Type.String(), { description: 'Empty: no limit', maxItems: 50 }),
      },
      { description: 'What the plan gives access to' },
    ),
    trialDays: Type.Integer({ description: 'Days before the first price is due' }),
    capacity: Nullable(Type.Integer({ description: 'Most members on any day; null: any number' })),
    active: Type.Boolean({ description: 'Inactive plans take nobody new' }),
    metadata: Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true }),
    edition: Type.Integer({ description: 'Counts the versions of what the plan offers; running periods keep theirs' }),
    memberCount: Type.Integer({ description: 'Members with a period of this plan today' }),
    createdAt: Timestamp(),
    updatedAt: Timestamp(),
    version: Type.Integer(),
  },
  { title: 'Plan' },
)
export type Plan = Static<typeof Plan>

/** What the plan offered from one change to the next; never changed. */
export const PlanVersion = Type.Object(
  {
    id: Uuid(),
    edition: Type.Integer({ description: 'Counts changes of what members take, from 1' }),
    name: Type.String({ description: 'As it was called then', examples: ['Full member'] }),
    price: Money({ description: 'Of one period' }),
    billingCycle: Type.Enum([...billingCycles], { description: 'How long a paid period lasts' }),
    features: Type.Array(Type.String(), { description: 'What was included, in words', maxItems: 100 }),
    limits: Plan.properties.limits,
    trialDays: Type.Integer({ description: 'Days before the first price is due' }),
    createdAt: Timestamp(),
  },
  { title: 'PlanVersion' },
)
export type PlanVersion = Static<typeof PlanVersion>
