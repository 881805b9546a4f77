import { defineListing, type Tx } from '@guildhall/sdk'
import type { Plan } from '../plan-schema.ts'
import { billingCycles } from '../plan-schema.ts'

/** Names are compared without regard to case and outer spaces. */
export const nameKey = (name: string): string => name.normalize('NFC').trim().toLowerCase()

/** A date into SQL text where nothing can be bound. @throws when it is not a date */
export function dateSql(day: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) throw new TypeError(`Not a date: ${JSON.stringify(day)}`)
  return `DATE '${day}'`
}

export const planListing = defineListing({
  id: 'plans.plans',
  tenantColumn: 'p.tenant_id',
  idColumn: 'p.id',
  defaultSort: 'name',
  fields: {
    id: { column: 'p.id', type: 'uuid', description: 'Id', ops: ['eq', 'in'] },
    name: {
      column: 'p.name_key',
      type: 'text',
      description: 'Name',
      ops: ['eq', 'in', 'startsWith'],
      normalise: nameKey,
    },
    active: { column: 'p.active', type: 'boolean', description: 'Whether it takes new members' },
    billingCycle: { column: 'p.billing_cycle', type: 'text', description: 'Billing cycle', values: billingCycles },
    currency: { column: 'p.price_currency', type: 'text', description: 'Currency of the price' },
    amount: { column: 'p.price_amount', type: 'integer', description: 'Price in minor units' },
  },
  sorts: {
    name: { column: 'p.name_key', type: 'text', leads: true },
    amount: { column: 'p.price_amount', type: 'integer', leads: true },
    createdAt: { column: 'p.created_at', type: 'timestamp', leads: true },
  },
})

export interface PlanSqlRow {
  id: string
  name: string
  description: string
  price_amount: string
  price_currency: string
  billing_cycle: Plan['billingCycle']
  features: string[]
  hours_per_day: number | null
  equipment_classes: string[]
  trial_days: number
  capacity: number | null
  active: boolean
  metadata: Record<string, unknown>
  edition: number
  created_at: Date
  updated_at: Date
  version: number
  member_count: number
}

/**
 * Whether the period `q` is one of a member who is not deleted. A look-up a period, on purpose: as a join, a planner
 * that knows nothing yet of freshly imported tables walks all members for every plan.
 */
export const ofLiving =
  '(SELECT m.deleted_at IS NULL FROM members.member m WHERE m.tenant_id = q.tenant_id AND m.id = q.member_id)'

/** Columns of a plan with its members of the day; deleted members count nowhere. */
export const planColumns = (day: string): string => `p.id, p.name, p.description, p.price_amount, p.price_currency,
  p.billing_cycle, p.features, p.hours_per_day, p.equipment_classes, p.trial_days, p.capacity, p.active, p.metadata,
  p.edition, p.created_at, p.updated_at, p.version,
  (SELECT count(*)::int FROM plans.period q WHERE q.tenant_id = p.tenant_id AND q.plan_id = p.id
      AND q.starts_on <= ${dateSql(day)} AND q.ends_before > ${dateSql(day)} AND ${ofLiving}) AS member_count`

export const planOf = (row: PlanSqlRow): Plan => ({
  id: row.id,
  name: row.name,
  description: row.description,
  price: { amount: Number(row.price_amount), currency: row.price_currency },
  billingCycle: row.billing_cycle,
  features: row.features,
  limits: { hoursPerDay: row.hours_per_day, equipmentClasses: row.equipment_classes },
  trialDays: row.trial_days,
  capacity: row.capacity,
  active: row.active,
  metadata: row.metadata,
  edition: row.edition,
  memberCount: row.member_count,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  version: row.version,
})

export const selectPlans = (tx: Tx, day: string, where: string, bind: readonly unknown[]): Promise<PlanSqlRow[]> =>
  tx.query<PlanSqlRow>(
    `SELECT ${planColumns(day)} FROM plans.plan p WHERE p.tenant_id = $1 AND p.deleted_at IS NULL AND ${where}`,
    [tx.tenantId, ...bind],
  )

/** How many members have the plan on a day or later. */
export async function membersFrom(tx: Tx, planId: string, day: string): Promise<number> {
  const [row] = await tx.query<{ n: number }>(
    `SELECT count(DISTINCT q.member_id)::int AS n FROM plans.period q
      WHERE q.tenant_id = $1 AND q.plan_id = $2 AND q.ends_before > $3::date AND ${ofLiving}`,
    [tx.tenantId, planId, day],
  )
  return row?.n ?? 0
}
