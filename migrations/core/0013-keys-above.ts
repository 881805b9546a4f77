import type { Migration } from '@guildhall/sdk'

/** Who acts above organisations without naming one repeats requests safely too. */
export const keysAbove: Migration = {
  name: '0013-keys-above',
  sql: `
-- Their keys stand under the organisation of nobody, 0000…, which no row of core.tenant is. What an organisation leaves
-- here goes with its other rows when it is deleted.
ALTER TABLE core.idempotency DROP CONSTRAINT idempotency_tenant_id_fkey;
`,
}
