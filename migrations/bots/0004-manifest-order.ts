import type { Migration } from '@guildhall/sdk'

/** `jsonb` sorts the keys of an object; the fields of a form stand in the order their author gave them. */
export const manifestOrder: Migration = {
  name: '0004-manifest-order',
  sql: `
ALTER TABLE bots.bot_version ALTER COLUMN manifest TYPE json USING manifest::json;
`,
}
