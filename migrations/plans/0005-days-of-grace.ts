import type { Migration } from '@guildhall/sdk'

/**
 * Days of grace, as the organisation has configured the plugin. A stable function is called when a statement is planned:
 * so the planner knows how few members are covered on a day far back, and begins with them. Written as a sub-select, it
 * guessed a third of all periods, and looked at every member.
 */
export const daysOfGrace: Migration = {
  name: '0005-days-of-grace',
  sql: `
CREATE FUNCTION plans.grace_days() RETURNS integer
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce((SELECT (config->>'graceDays')::int FROM core.plugin_state
                    WHERE tenant_id = (SELECT app.tenant()) AND plugin_id = 'plans'), 0) $$;
`,
}
