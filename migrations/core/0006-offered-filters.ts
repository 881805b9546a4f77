import type { Migration } from '@guildhall/sdk'

/** Every filter that a list offers is served by an index: a test asks PostgreSQL on 100,000 rows. */
export const offeredFilters: Migration = {
  name: '0006-offered-filters',
  sql: `
CREATE INDEX grant_role ON core."grant" (tenant_id, role, id);
CREATE INDEX grant_group ON core."grant" (tenant_id, group_id, id);
CREATE INDEX api_token_role ON core.api_token (tenant_id, role, id);
CREATE INDEX api_token_revoked ON core.api_token (tenant_id, revoked_at, id);
CREATE INDEX service_account_role ON core.service_account (tenant_id, role, id);
CREATE INDEX service_account_disabled ON core.service_account (tenant_id, disabled, id);
CREATE INDEX audit_event_actor_kind ON core.audit_event (tenant_id, actor_kind, at, id);
CREATE INDEX audit_event_outcome ON core.audit_event (tenant_id, outcome, at, id);
CREATE INDEX group_type ON core."group" (tenant_id, type, id);
-- Deleting an account looks for its links.
CREATE INDEX account_link_account ON core.account_link (account_id);
`,
}
