import type { Migration } from '@guildhall/sdk'

/** Plans of core that are made first and applied second: purging a plugin, deleting an organisation. */
export const operations: Migration = {
  name: '0005-operations',
  sql: `
-- No foreign key to core.tenant: the record of a deletion outlives the organisation.
CREATE TABLE core.operation (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('purge-plugin', 'delete-organization')),
  target text NOT NULL,
  hash text NOT NULL,
  counts jsonb NOT NULL,
  status text NOT NULL DEFAULT 'planned' CHECK (status IN ('planned', 'running', 'done', 'failed')),
  error text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id)
);
SELECT app.protect('core.operation');
`,
}
