import type { Migration } from '@guildhall/sdk'

/** Links that people ask for themselves: a forgotten password, and the proof of an address. */
export const accountMails: Migration = {
  name: '0012-account-mails',
  sql: `
ALTER TABLE core.account_link DROP CONSTRAINT account_link_purpose_check;
ALTER TABLE core.account_link ADD CONSTRAINT account_link_purpose_check
  CHECK (purpose IN ('setup', 'password', 'reset', 'address'));
`,
}
