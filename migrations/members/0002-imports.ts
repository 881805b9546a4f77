import type { Migration } from '@guildhall/sdk'

/**
 * Imports: the plan of each file row by row, how far it is applied, and what undoing needs. A batch, its effects and its
 * place in the file are written in one transaction, so a killed import goes on where it was.
 */
export const imports: Migration = {
  name: '0002-imports',
  sql: `
CREATE TABLE members.import (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  target text NOT NULL,
  state text NOT NULL CHECK (state IN ('planning', 'planned', 'applying', 'applied', 'undoing', 'undone', 'cancelled', 'failed')),
  file_name text NOT NULL,
  -- Where the upload waits until the plan stands; NULL when it is gone.
  file_path text,
  file_format jsonb NOT NULL,
  mapping jsonb NOT NULL,
  options jsonb NOT NULL,
  notices jsonb NOT NULL DEFAULT '[]',
  total_rows integer NOT NULL,
  planned_rows integer NOT NULL DEFAULT 0,
  applied_rows integer NOT NULL DEFAULT 0,
  -- Number of the last row of the file that the running phase has done.
  at_row integer NOT NULL DEFAULT 0,
  counts jsonb NOT NULL DEFAULT '{}',
  applied jsonb NOT NULL DEFAULT '{}',
  apply_when_planned boolean NOT NULL DEFAULT false,
  hash text,
  failure text,
  -- Who works on it and when it was last heard of.
  driver uuid,
  beat_at timestamptz,
  actor_kind text NOT NULL,
  actor_id text,
  planned_at timestamptz,
  applied_at timestamptz,
  undone_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX import_created ON members.import (tenant_id, created_at, id);
CREATE INDEX import_updated ON members.import (tenant_id, state, updated_at);
SELECT app.protect('members.import');

CREATE TABLE members.import_row (
  tenant_id uuid NOT NULL,
  import_id uuid NOT NULL,
  number integer NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('create', 'update', 'unchanged', 'conflict', 'error')),
  -- The row it stands for: a new id for what is created.
  target_id uuid,
  target_version integer,
  data jsonb,
  problems jsonb,
  -- By which rows of one file are found to be about one person.
  external_key text COLLATE "C",
  email_key text COLLATE "C",
  name_key text COLLATE "C",
  birthday date,
  -- What applying did, for undoing.
  result jsonb,
  PRIMARY KEY (tenant_id, import_id, number),
  FOREIGN KEY (tenant_id, import_id) REFERENCES members.import (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX import_row_problem ON members.import_row (tenant_id, import_id, number) WHERE problems IS NOT NULL;
SELECT app.protect('members.import_row');

-- Which of these members something hangs on beside their own record: rows of any table with a foreign key to them, of
-- whichever plugin. The database knows them all; a list of ours would forget the next plugin's.
CREATE FUNCTION members.leaned_on(ids uuid[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  fk record;
BEGIN
  FOR fk IN
    SELECT c.conrelid::regclass AS leaning, a.attname AS member_column
      FROM pg_constraint c
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[2]
     WHERE c.contype = 'f' AND c.confrelid = 'members.member'::regclass
       AND c.conrelid <> ALL (ARRAY['members.keyword', 'members.external_id', 'members.custom_value',
                                    'members.activity', 'members.duplicate_pair']::regclass[])
  LOOP
    RETURN QUERY EXECUTE format(
      'SELECT DISTINCT t.%I FROM %s t WHERE t.tenant_id = app.tenant() AND t.%I = ANY ($1)', fk.member_column, fk.leaning, fk.member_column)
      USING ids;
  END LOOP;
END $$;
`,
}
