import { DataTypes, Model, type Sequelize } from 'sequelize'
import type { BillingCycle } from '../plan-schema.ts'

/** Columns that a plan and each of its versions share. */
abstract class Offer extends Model {
  declare tenantId: string
  declare id: string
  declare name: string
  /** bigint: the driver gives it as text. */
  declare priceAmount: string
  declare priceCurrency: string
  declare billingCycle: BillingCycle
  declare features: string[]
  declare hoursPerDay: number | null
  declare equipmentClasses: string[]
  declare trialDays: number
  declare edition: number
  declare createdAt: Date
}
const offer = {
  tenantId: { type: DataTypes.UUID, primaryKey: true },
  id: { type: DataTypes.UUID, primaryKey: true },
  name: DataTypes.TEXT,
  priceAmount: DataTypes.BIGINT,
  priceCurrency: DataTypes.TEXT,
  billingCycle: DataTypes.TEXT,
  features: DataTypes.ARRAY(DataTypes.TEXT),
  hoursPerDay: DataTypes.INTEGER,
  equipmentClasses: DataTypes.ARRAY(DataTypes.TEXT),
  trialDays: DataTypes.INTEGER,
  edition: DataTypes.INTEGER,
  createdAt: DataTypes.DATE,
}

export class PlanRow extends Offer {
  declare nameKey: string
  declare description: string
  declare capacity: number | null
  declare active: boolean
  declare metadata: Record<string, unknown>
  declare deletedAt: Date | null
  declare updatedAt: Date
  declare version: number
}
export class PlanVersionRow extends Offer {
  declare planId: string
}

/** One class a pool: the tests of one process open several. */
export const planModels = (sequelize: Sequelize) => {
  class Plan extends PlanRow {}
  class PlanVersion extends PlanVersionRow {}
  const table = { sequelize, schema: 'plans', underscored: true, timestamps: false, freezeTableName: true }
  Plan.init(
    {
      ...offer,
      nameKey: DataTypes.TEXT,
      description: DataTypes.TEXT,
      capacity: DataTypes.INTEGER,
      active: DataTypes.BOOLEAN,
      metadata: DataTypes.JSONB,
      deletedAt: DataTypes.DATE,
      updatedAt: DataTypes.DATE,
      version: DataTypes.INTEGER,
    },
    { ...table, modelName: 'Plan', tableName: 'plan' },
  )
  PlanVersion.init(
    { ...offer, planId: DataTypes.UUID },
    { ...table, modelName: 'PlanVersion', tableName: 'plan_version' },
  )
  return { Plan, PlanVersion }
}
