import type { Migration } from '@guildhall/sdk'

/** Every filter that a list offers is served by an index: a test asks PostgreSQL on 100,000 rows. */
export const offeredFilters: Migration = {
  name: '0005-offered-filters',
  sql: `
-- Lists sort by code points: only a column that compares so has its order in an index.
ALTER TABLE members.member ALTER COLUMN status TYPE text COLLATE "C", ALTER COLUMN role TYPE text COLLATE "C";
CREATE INDEX member_joined_on ON members.member (tenant_id, joined_on, id) WHERE deleted_at IS NULL;
CREATE INDEX member_language ON members.member (tenant_id, language, id) WHERE deleted_at IS NULL;
CREATE INDEX member_country ON members.member (tenant_id, country, id) WHERE deleted_at IS NULL;
CREATE INDEX invitation_accepted ON members.invitation (tenant_id, accepted_at, id);
CREATE INDEX invitation_cancelled ON members.invitation (tenant_id, cancelled_at, id);
CREATE INDEX import_target ON members.import (tenant_id, target, id);
`,
}
