import type { Migration } from '@guildhall/sdk'

/** Every filter that a list offers is served by an index: a test asks PostgreSQL on 100,000 rows. */
export const offeredFilters: Migration = {
  name: '0002-offered-filters',
  sql: `
CREATE INDEX plan_billing_cycle ON plans.plan (tenant_id, billing_cycle, id) WHERE deleted_at IS NULL;
-- Deleting a version looks for its periods.
CREATE INDEX period_plan_version ON plans.period (tenant_id, plan_version_id);
CREATE INDEX plan_currency ON plans.plan (tenant_id, price_currency, id) WHERE deleted_at IS NULL;
`,
}
