import type { Migration } from '@guildhall/sdk'

/** Of which end a period's member was reminded: one that is moved is worth another word. */
export const reminders: Migration = {
  name: '0003-reminders',
  sql: 'ALTER TABLE plans.period ADD COLUMN reminded_before date;',
}
