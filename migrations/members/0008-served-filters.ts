import type { Migration } from '@guildhall/sdk'

/** What a wider question found unserved: empty lists of tags, skills and external ids, registrations by time, own doings. */
export const servedFilters: Migration = {
  name: '0008-served-filters',
  sql: `
-- Whether a list is empty, as a plain column: no expression reaches an index under row-level security.
ALTER TABLE members.member
  ADD COLUMN first_tag text COLLATE "C" GENERATED ALWAYS AS (tags[1]) STORED,
  ADD COLUMN first_skill text COLLATE "C" GENERATED ALWAYS AS (skills[1]) STORED,
  ADD COLUMN first_external_id text COLLATE "C" GENERATED ALWAYS AS (external_ids -> 0 ->> 'value') STORED;
CREATE INDEX member_first_tag ON members.member (tenant_id, first_tag, id) WHERE deleted_at IS NULL;
CREATE INDEX member_first_skill ON members.member (tenant_id, first_skill, id) WHERE deleted_at IS NULL;
CREATE INDEX member_first_external_id ON members.member (tenant_id, first_external_id, id) WHERE deleted_at IS NULL;
CREATE INDEX registration_created ON members.registration (tenant_id, created_at, id);
CREATE INDEX activity_by_member ON members.activity (tenant_id, member_id, by_member, at, id);
`,
}
