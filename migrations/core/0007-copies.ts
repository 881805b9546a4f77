import type { Migration } from '@guildhall/sdk'

/** A rehearsal's copy of an organisation: nobody enters it, no list shows it, and it does not outlive its rehearsal. */
export const copies: Migration = {
  name: '0007-copies',
  sql: `
ALTER TABLE core.tenant ADD COLUMN copy_of uuid REFERENCES core.tenant (id) ON DELETE CASCADE;
CREATE INDEX tenant_copies ON core.tenant (copy_of) WHERE copy_of IS NOT NULL;
`,
}
