import { type Organization, Problem, problems, requireVersion, type Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import type { Plan, PlanInput, PlanPatch, PlanVersion } from '../plan-schema.ts'
import { planCreated, planDeleted, planUpdated } from '../refs.ts'
import { type PlanRow, type PlanVersionRow, planModels } from './models.ts'
import { membersFrom, nameKey, planOf, selectPlans } from './plan-sql.ts'

/** The plan as it stands, with its members of the day. @throws Problem 404 */
export async function readPlan(tx: Tx, id: string, day: string): Promise<Plan> {
  const [row] = await selectPlans(tx, day, 'p.id = $2', [id])
  if (!row) throw new Problem(problems.notFound, { detail: 'There is no such plan.' })
  return planOf(row)
}

/** Without its figures; null when it is not there. */
export const findPlanById = (tx: Tx, id: string): Promise<PlanRow | null> =>
  tx.models(planModels).Plan.findOne({
    where: { tenantId: tx.tenantId, id, deletedAt: null },
    transaction: tx.sequelize,
  })

export async function findPlanNamed(tx: Tx, name: string, day: string): Promise<Plan | null> {
  const [row] = await selectPlans(tx, day, 'p.name_key = $2', [nameKey(name)])
  return row ? planOf(row) : null
}

/** @throws Problem 409 when the name is taken */
export async function createPlan(
  tx: Tx,
  input: PlanInput,
  o: { organization: Pick<Organization, 'currency'>; day: string },
): Promise<Plan> {
  const id = uuidv7()
  const { Plan } = tx.models(planModels)
  await refuseTakenName(tx, input.name, null)
  await onlyOneOfName(
    Plan.create(
      {
        tenantId: tx.tenantId,
        id,
        name: input.name,
        nameKey: nameKey(input.name),
        description: input.description ?? '',
        priceAmount: input.price?.amount ?? 0,
        priceCurrency: input.price?.currency ?? o.organization.currency,
        billingCycle: input.billingCycle ?? 'free',
        features: input.features ?? [],
        hoursPerDay: input.limits?.hoursPerDay ?? null,
        equipmentClasses: input.limits?.equipmentClasses ?? [],
        trialDays: input.trialDays ?? 0,
        capacity: input.capacity ?? null,
        active: input.active ?? true,
        metadata: input.metadata ?? {},
        edition: 1,
        createdAt: tx.now(),
        updatedAt: tx.now(),
        version: 1,
      },
      { transaction: tx.sequelize },
    ),
    input.name,
  )
  await keepVersion(tx, id)
  await tx.emit(planCreated, { planId: id })
  await tx.audit({ action: 'plans.created', target: { type: 'plan', id } })
  return readPlan(tx, id, o.day)
}

/**
 * Merges what is sent. What the plan offers becomes a new edition; running periods keep the one they were taken with.
 * @throws Problem 404, 409 when the name is taken, 412
 */
export async function changePlan(
  tx: Tx,
  id: string,
  patch: PlanPatch,
  o: { ifMatch: readonly number[] | null; day: string },
): Promise<Plan> {
  const row = await lockPlan(tx, id)
  requireVersion(o, row.version)
  if (patch.name !== undefined) await refuseTakenName(tx, patch.name, id)
  const wanted = columnsOf(patch)
  const changed = Object.keys(wanted).filter((key) => differs(row.get(key), wanted[key as keyof typeof wanted]))
  if (changed.length === 0) return readPlan(tx, id, o.day)
  const offers = changed.some((key) => offerColumns.has(key))
  await onlyOneOfName(
    row.update(
      { ...wanted, edition: row.edition + (offers ? 1 : 0), updatedAt: tx.now(), version: row.version + 1 },
      { transaction: tx.sequelize },
    ),
    patch.name ?? row.name,
  )
  if (offers) await keepVersion(tx, id)
  await tx.emit(planUpdated, { planId: id })
  await tx.audit({ action: 'plans.updated', target: { type: 'plan', id }, changed })
  return readPlan(tx, id, o.day)
}

/** Its past stays readable. @throws Problem 409 with the number of members who have it or will have it */
export async function deletePlan(
  tx: Tx,
  id: string,
  o: { ifMatch: readonly number[] | null; day: string },
): Promise<void> {
  const row = await lockPlan(tx, id)
  requireVersion(o, row.version)
  const members = await membersFrom(tx, id, o.day)
  if (members > 0)
    throw new Problem(problems.inUse, {
      detail: `${members} ${members === 1 ? 'member has' : 'members have'} this plan. Move them to another plan, or set it inactive.`,
      extensions: { members },
    })
  await row.update(
    { deletedAt: tx.now(), updatedAt: tx.now(), version: row.version + 1 },
    { transaction: tx.sequelize },
  )
  await tx.emit(planDeleted, { planId: id })
  await tx.audit({ action: 'plans.deleted', target: { type: 'plan', id } })
}

/** The plan's row, held until the end of the unit: capacity and deletion are decided one after the other. @throws Problem 404 */
export async function lockPlan(tx: Tx, id: string): Promise<PlanRow> {
  const row = await tx.models(planModels).Plan.findOne({
    where: { tenantId: tx.tenantId, id, deletedAt: null },
    transaction: tx.sequelize,
    lock: tx.sequelize.LOCK.UPDATE,
  })
  if (!row) throw new Problem(problems.notFound, { detail: 'There is no such plan.' })
  return row
}

/** Latest first. */
export async function planVersions(tx: Tx, planId: string): Promise<PlanVersion[]> {
  const rows = await tx.models(planModels).PlanVersion.findAll({
    where: { tenantId: tx.tenantId, planId },
    order: [['edition', 'DESC']],
    limit: 200,
    transaction: tx.sequelize,
  })
  return rows.map(versionOf)
}

/** The version that a new period is taken with. */
export async function currentVersion(tx: Tx, plan: Pick<PlanRow, 'id' | 'edition'>): Promise<PlanVersionRow> {
  const row = await tx.models(planModels).PlanVersion.findOne({
    where: { tenantId: tx.tenantId, planId: plan.id, edition: plan.edition },
    transaction: tx.sequelize,
  })
  if (!row) throw new Error(`Plan ${plan.id} has no version ${plan.edition}`)
  return row
}

const versionOf = (row: PlanVersionRow): PlanVersion => ({
  id: row.id,
  edition: row.edition,
  name: row.name,
  price: { amount: Number(row.priceAmount), currency: row.priceCurrency },
  billingCycle: row.billingCycle,
  features: row.features,
  limits: { hoursPerDay: row.hoursPerDay, equipmentClasses: row.equipmentClasses },
  trialDays: row.trialDays,
  createdAt: row.createdAt.toISOString(),
})

const offerColumns: ReadonlySet<string> = new Set([
  'name',
  'priceAmount',
  'priceCurrency',
  'billingCycle',
  'features',
  'hoursPerDay',
  'equipmentClasses',
  'trialDays',
])

const columnsOf = ({ price, limits, ...patch }: PlanPatch) => ({
  ...patch,
  ...(patch.name === undefined ? {} : { nameKey: nameKey(patch.name) }),
  ...(price ? { priceAmount: String(price.amount), priceCurrency: price.currency } : {}),
  ...(limits?.hoursPerDay === undefined ? {} : { hoursPerDay: limits.hoursPerDay }),
  ...(limits?.equipmentClasses === undefined ? {} : { equipmentClasses: limits.equipmentClasses }),
})

const differs = (before: unknown, after: unknown): boolean => JSON.stringify(before) !== JSON.stringify(after)

async function keepVersion(tx: Tx, id: string): Promise<void> {
  await tx.query(
    `INSERT INTO plans.plan_version (tenant_id, id, plan_id, edition, name, price_amount, price_currency, billing_cycle,
            features, hours_per_day, equipment_classes, trial_days, created_at)
     SELECT tenant_id, $3, id, edition, name, price_amount, price_currency, billing_cycle, features, hours_per_day,
            equipment_classes, trial_days, $4 FROM plans.plan WHERE tenant_id = $1 AND id = $2`,
    [tx.tenantId, id, uuidv7(), tx.now()],
  )
}

const taken = (name: string, cause?: unknown) =>
  new Problem(problems.alreadyExists, {
    detail: `There is a plan "${name}" already.`,
    errors: [{ pointer: '/name', message: 'is taken' }],
    cause,
  })

async function refuseTakenName(tx: Tx, name: string, except: string | null): Promise<void> {
  const found = await tx.models(planModels).Plan.findOne({
    attributes: ['id'],
    where: { tenantId: tx.tenantId, nameKey: nameKey(name), deletedAt: null },
    transaction: tx.sequelize,
  })
  if (found && found.id !== except) throw taken(name)
}

/** Two at once: the index decides. */
const onlyOneOfName = async (work: Promise<unknown>, name: string): Promise<void> => {
  await work.catch((error: Error) => {
    throw error.name === 'SequelizeUniqueConstraintError' ? taken(name, error) : error
  })
}
