import type { Migration } from '@guildhall/sdk'

/** Rehearsals: what a bot would do in the days to come, tried on a copy of the organisation. */
export const rehearsals: Migration = {
  name: '0002-rehearsals',
  sql: `
CREATE TABLE bots.rehearsal (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  installation_id uuid NOT NULL,
  days integer NOT NULL CHECK (days BETWEEN 1 AND 365),
  -- Large organisations rehearse on the members of one group.
  group_id uuid,
  status text NOT NULL CHECK (status IN ('queued', 'running', 'done', 'failed', 'cancelled')),
  -- How far the clock of the copy has come.
  reached_at timestamptz,
  reason text,
  -- { entry kind: how many }, and the first entries in the order of their time.
  counts jsonb,
  timeline jsonb,
  requested_by_kind text NOT NULL,
  requested_by_id text NOT NULL,
  created_at timestamptz NOT NULL,
  finished_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, installation_id) REFERENCES bots.installation (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX rehearsal_installation ON bots.rehearsal (tenant_id, installation_id, created_at, id);
CREATE INDEX rehearsal_created ON bots.rehearsal (tenant_id, created_at, id);
SELECT app.protect('bots.rehearsal');
`,
}
