import type { Migration } from '@guildhall/sdk'

/** Filters of runs and logs that no index served. */
export const servedFilters: Migration = {
  name: '0003-served-filters',
  sql: `
CREATE INDEX run_mode ON bots.run (tenant_id, mode, queued_at, id);
CREATE INDEX log_level ON bots.log (tenant_id, installation_id, level, id);
`,
}
