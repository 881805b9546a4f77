import type { Migration } from '@guildhall/sdk'

/** Whose birthday it is on a day, whatever the year: a plain column, since no expression reaches an index. */
export const birthDays: Migration = {
  name: '0006-birth-days',
  sql: `
ALTER TABLE members.member ADD COLUMN birth_day text COLLATE "C" GENERATED ALWAYS AS (
  lpad(extract(month FROM birthday)::int::text, 2, '0') || '-' || lpad(extract(day FROM birthday)::int::text, 2, '0')
) STORED;
CREATE INDEX member_birth_day ON members.member (tenant_id, birth_day, id) WHERE deleted_at IS NULL;
`,
}
