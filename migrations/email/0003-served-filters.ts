import type { Migration } from '@guildhall/sdk'

/** Filters of the inbox that no index served. */
export const servedFilters: Migration = {
  name: '0003-served-filters',
  sql: `
CREATE INDEX notification_kind ON email.notification (tenant_id, user_id, kind, updated_at, id);
CREATE INDEX notification_severity ON email.notification (tenant_id, user_id, severity, updated_at, id);
`,
}
