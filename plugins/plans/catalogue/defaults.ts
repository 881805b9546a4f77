import type { Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import type { BillingCycle } from '../plan-schema.ts'
import { nameKey } from './plan-sql.ts'

interface DefaultPlan {
  readonly name: string
  /** US dollars, in cents. */
  readonly amount: number
  readonly billingCycle: BillingCycle
  /** Null: unlimited. */
  readonly hoursPerDay: number | null
  readonly features: readonly string[]
}

/** What every organisation starts with; the source documents name them. */
export const defaultPlans: readonly DefaultPlan[] = [
  {
    name: 'Basic Maker',
    amount: 2999,
    billingCycle: 'monthly',
    hoursPerDay: 8,
    features: ['Basic equipment', 'Workshop space'],
  },
  {
    name: 'Pro Maker',
    amount: 9999,
    billingCycle: 'monthly',
    hoursPerDay: null,
    features: ['Advanced equipment', 'Priority support'],
  },
  {
    name: 'Premium',
    amount: 99999,
    billingCycle: 'yearly',
    // Round the clock: no limit.
    hoursPerDay: null,
    features: ['All equipment', 'Personal storage'],
  },
  {
    name: 'Student',
    amount: 1999,
    billingCycle: 'monthly',
    hoursPerDay: 6,
    features: ['Educational workshops', 'Discounted rate'],
  },
  {
    name: 'Service Provider',
    amount: 199999,
    billingCycle: 'yearly',
    hoursPerDay: null,
    features: ['Commercial license', 'Priority booking', 'Client meeting space'],
  },
]

/**
 * Gives an organisation the default plans, once: an organisation that ever had a plan keeps what it made of them, so
 * that switching the plugin off and on brings no deleted plan back.
 */
export async function addDefaultPlans(tx: Tx): Promise<void> {
  const [any] = await tx.query('SELECT 1 FROM plans.plan WHERE tenant_id = $1 LIMIT 1', [tx.tenantId])
  if (any) return
  for (const plan of defaultPlans) {
    const id = uuidv7()
    const offer = [
      tx.tenantId,
      id,
      plan.name,
      plan.amount,
      plan.billingCycle,
      plan.features,
      plan.hoursPerDay,
      tx.now(),
    ]
    await tx.query(
      `INSERT INTO plans.plan (tenant_id, id, name, name_key, price_amount, price_currency, billing_cycle, features, hours_per_day,
              created_at, updated_at) VALUES ($1, $2, $3, $9, $4, 'USD', $5, $6, $7, $8, $8)`,
      [...offer, nameKey(plan.name)],
    )
    await tx.query(
      `INSERT INTO plans.plan_version (tenant_id, id, plan_id, edition, name, price_amount, price_currency, billing_cycle, features,
              hours_per_day, equipment_classes, trial_days, created_at)
       VALUES ($1, $9, $2, 1, $3, $4, 'USD', $5, $6, $7, '{}', 0, $8)`,
      [...offer, uuidv7()],
    )
  }
}
