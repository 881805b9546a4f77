import type { Migration } from '@guildhall/sdk'

/** Mails are counted by bot: one that writes without end does not use up what the others may send. */
export const mailsOfABot: Migration = {
  name: '0005-mails-of-a-bot',
  sql: `
-- What was counted before is nobody's own. No foreign key: a bot that is removed has sent its mails all the same.
ALTER TABLE bots.mail_hour ADD COLUMN installation_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';
ALTER TABLE bots.mail_hour ALTER COLUMN installation_id DROP DEFAULT;
ALTER TABLE bots.mail_hour DROP CONSTRAINT mail_hour_pkey;
ALTER TABLE bots.mail_hour ADD PRIMARY KEY (tenant_id, hour, installation_id);
`,
}
