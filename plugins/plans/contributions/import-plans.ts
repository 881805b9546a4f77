/** Plans that the rows of a file name. */
import { organizationToday, type Tx } from '@guildhall/sdk'
import type { ImportChoices } from '#plugins/members/refs.ts'
import { nameKey } from '../catalogue/plan-sql.ts'
import { createPlan, currentVersion, lockPlan } from '../catalogue/plans.ts'
import type { PeriodRow } from '../memberships/membership-sql.ts'
import type { TakenPlan } from '../memberships/periods.ts'

/** Folded names by id, also of plans that are deleted. */
export async function planNames(tx: Tx, periods: readonly PeriodRow[]): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.query<{ id: string; name_key: string }>(
    'SELECT id, name_key FROM plans.plan WHERE tenant_id = $1 AND id = ANY($2::uuid[])',
    [tx.tenantId, [...new Set(periods.map(({ plan_id }) => plan_id))]],
  )
  return new Map(rows.map((row) => [row.id, row.name_key]))
}

/** Living plans by their folded names. */
export async function plansByName(tx: Tx): Promise<Map<string, { id: string; name: string }>> {
  const rows = await tx.query<{ id: string; name: string; name_key: string }>(
    'SELECT id, name, name_key FROM plans.plan WHERE tenant_id = $1 AND deleted_at IS NULL ORDER BY name_key',
    [tx.tenantId],
  )
  return new Map(rows.map((row) => [row.name_key, row]))
}

/**
 * Locked in the order of their names, so that two imports never wait for each other.
 * @param wanted names that periods begin under; the others may be gone
 */
export async function takePlans(
  tx: Tx,
  o: { named: readonly string[]; wanted: readonly string[] },
  choices: ImportChoices,
): Promise<ReadonlyMap<string, TakenPlan>> {
  const taken = new Map<string, TakenPlan>()
  const wanted = new Set(o.wanted.map(nameKey))
  const names = new Map(o.named.map((name) => [nameKey(name), name]))
  for (const key of [...names.keys()].toSorted()) {
    const one = await lockedPlan(tx, names.get(key)!, wanted.has(key), choices)
    if (one) taken.set(key, one)
  }
  return taken
}

async function lockedPlan(
  tx: Tx,
  name: string,
  wanted: boolean,
  choices: ImportChoices,
): Promise<TakenPlan | undefined> {
  const found = (await plansByName(tx)).get(nameKey(name))
  if (!found && !wanted) return undefined
  if (!found && !choices.createMissing) throw new Error(`The plan "${name}" is gone since the import was planned`)
  const plan = await lockPlan(tx, found?.id ?? (await makeFreePlan(tx, name)))
  return { plan, version: await currentVersion(tx, plan) }
}

async function makeFreePlan(tx: Tx, name: string): Promise<string> {
  const [row] = await tx.query<{ currency: string }>(
    `SELECT coalesce(settings->>'currency', 'USD') AS currency FROM core.tenant WHERE id = $1`,
    [tx.tenantId],
  )
  const day = await organizationToday(tx)
  return (await createPlan(tx, { name, billingCycle: 'free' }, { organization: { currency: row!.currency }, day })).id
}
