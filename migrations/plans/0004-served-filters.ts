import type { Migration } from '@guildhall/sdk'

/** Whether a plan takes new members: a filter that no index served. */
export const servedFilters: Migration = {
  name: '0004-served-filters',
  sql: 'CREATE INDEX plan_active ON plans.plan (tenant_id, active, name_key, id) WHERE deleted_at IS NULL;',
}
