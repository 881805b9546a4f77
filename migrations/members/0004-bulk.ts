import type { Migration } from '@guildhall/sdk'

/**
 * Bulk operations: the plan member by member, and how far it is applied. A batch and its marks are written in one
 * transaction, so an operation that was killed goes on where it was.
 */
export const bulkOperations: Migration = {
  name: '0004-bulk',
  sql: `
CREATE TABLE members.bulk_operation (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  operation text NOT NULL,
  parameters jsonb NOT NULL,
  reason text,
  -- { ids } or { filter }: what was asked for.
  selection jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('planning', 'planned', 'applying', 'applied', 'cancelled', 'failed')),
  hash text,
  counts jsonb NOT NULL DEFAULT '{}',
  -- Rows of the plan that are settled, and how.
  changed integer NOT NULL DEFAULT 0,
  skipped integer NOT NULL DEFAULT 0,
  failed integer NOT NULL DEFAULT 0,
  -- Number of the last row that is settled: what comes before is never looked at again.
  at_row integer NOT NULL DEFAULT 0,
  failure text,
  -- Who works on it and when it was last heard of.
  driver uuid,
  beat_at timestamptz,
  planner_kind text NOT NULL,
  planner_id text NOT NULL,
  applier_kind text,
  applier_id text,
  planned_at timestamptz,
  applied_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX bulk_operation_created ON members.bulk_operation (tenant_id, created_at, id);
SELECT app.protect('members.bulk_operation');

-- No foreign key to the member: ids that nobody has are rows too, and what was planned for a member must not keep the
-- record from being taken back.
CREATE TABLE members.bulk_row (
  tenant_id uuid NOT NULL,
  bulk_id uuid NOT NULL,
  number integer NOT NULL,
  member_id uuid NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('change', 'unchanged', 'conflict')),
  reason text,
  -- Of the member when it was planned.
  member_version integer,
  result text CHECK (result IN ('changed', 'skipped', 'failed')),
  PRIMARY KEY (tenant_id, bulk_id, number),
  FOREIGN KEY (tenant_id, bulk_id) REFERENCES members.bulk_operation (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX bulk_row_due ON members.bulk_row (tenant_id, bulk_id, number) WHERE outcome = 'change' AND result IS NULL;
CREATE INDEX bulk_row_outcome ON members.bulk_row (tenant_id, bulk_id, outcome, number);
SELECT app.protect('members.bulk_row');
`,
}
