import type { Migration } from '@guildhall/sdk'

/** An account that an invitation makes belongs to that organisation alone, until its address is proven. */
export const confinedAccounts: Migration = {
  name: '0010-confined-accounts',
  sql: `
-- The one organisation that vouches for the account; null: an operator does, or whoever has it proved the address.
ALTER TABLE core.account ADD COLUMN confined_to uuid REFERENCES core.tenant (id) ON DELETE CASCADE;
-- A further account whose address was proven while another had it already.
ALTER TABLE core.account ADD COLUMN twin boolean NOT NULL DEFAULT false;
ALTER TABLE core.account DROP CONSTRAINT account_email_key_key;
CREATE UNIQUE INDEX account_address ON core.account (email_key) WHERE confined_to IS NULL AND NOT twin;
CREATE UNIQUE INDEX account_confined ON core.account (confined_to, email_key) WHERE confined_to IS NOT NULL;
CREATE INDEX account_email ON core.account (email_key);

-- Whether the link went to the mailbox and nowhere else. Those under way were shown to whoever held an invitation.
ALTER TABLE core.account_link ADD COLUMN proves_address boolean NOT NULL DEFAULT false;
`,
}
