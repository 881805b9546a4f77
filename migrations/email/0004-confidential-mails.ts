import type { Migration } from '@guildhall/sdk'

/** Mails that prove who reads a mailbox: the organisation neither words nor carries nor reads them. */
export const confidentialMails: Migration = {
  name: '0004-confidential-mails',
  sql: `
ALTER TABLE email.message ADD COLUMN confidential boolean NOT NULL DEFAULT false;
`,
}
