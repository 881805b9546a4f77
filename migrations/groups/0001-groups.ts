import type { Migration } from '@guildhall/sdk'

/** What hangs on a node of the tree, the lists groups choose from, and who sits where. */
export const groups: Migration = {
  name: '0001-groups',
  sql: `
SELECT app.open_schema('groups');

CREATE TABLE groups.gender_group (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  code text NOT NULL,
  label text NOT NULL,
  position integer NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, code)
);
SELECT app.protect('groups.gender_group');

CREATE TABLE groups.stage (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  label text NOT NULL,
  position integer NOT NULL,
  min_age integer,
  max_age integer,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, label)
);
SELECT app.protect('groups.stage');

-- Role types that every group offers, beside those of its level: treasurer, trainer.
CREATE TABLE groups.function (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  key text NOT NULL,
  title text NOT NULL,
  permissions text[] NOT NULL DEFAULT '{}',
  extent text NOT NULL DEFAULT 'group' CHECK (extent IN ('group', 'layer', 'below')),
  max_holders integer CHECK (max_holders > 0),
  position integer NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, key)
);
SELECT app.protect('groups.function');

-- One row a node of core."group"; the row is also what is locked when the holders of a role are counted.
CREATE TABLE groups.detail (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  name_key text COLLATE "C" NOT NULL,
  description text NOT NULL DEFAULT '',
  icon text,
  colour text,
  logo text,
  phone text,
  address text,
  gender_group text,
  stage text,
  external_id text COLLATE "C",
  external_key text COLLATE "C",
  metadata jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, id) REFERENCES core."group" (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, gender_group) REFERENCES groups.gender_group (tenant_id, code),
  FOREIGN KEY (tenant_id, stage) REFERENCES groups.stage (tenant_id, label)
);
CREATE INDEX detail_name ON groups.detail (tenant_id, name_key, id);
CREATE INDEX detail_created ON groups.detail (tenant_id, created_at, id);
CREATE INDEX detail_updated ON groups.detail (tenant_id, updated_at, id);
CREATE INDEX detail_gender_group ON groups.detail (tenant_id, gender_group) WHERE gender_group IS NOT NULL;
CREATE INDEX detail_stage ON groups.detail (tenant_id, stage) WHERE stage IS NOT NULL;
CREATE UNIQUE INDEX detail_external ON groups.detail (tenant_id, external_key) WHERE external_key IS NOT NULL;
SELECT app.protect('groups.detail');

-- Words of name and description, folded: a search is a range over them, since LIKE reaches no index under
-- row-level security.
CREATE TABLE groups.word (
  tenant_id uuid NOT NULL,
  word text COLLATE "C" NOT NULL,
  group_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, word, group_id),
  FOREIGN KEY (tenant_id, group_id) REFERENCES core."group" (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX word_group ON groups.word (tenant_id, group_id);
SELECT app.protect('groups.word');

-- A member's dated place in a group. Half-open; the two outermost dates stand for "not known" and "open-ended", so that
-- both columns can be compared, sorted and indexed.
CREATE TABLE groups.seat (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  group_id uuid NOT NULL,
  member_id uuid NOT NULL,
  role text NOT NULL,
  starts_on date NOT NULL DEFAULT '0001-01-01',
  ends_before date NOT NULL DEFAULT '9999-12-31',
  valid daterange GENERATED ALWAYS AS (daterange(starts_on, ends_before, '[)')) STORED,
  rank integer,
  metadata jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  CHECK (ends_before > starts_on),
  FOREIGN KEY (tenant_id, group_id) REFERENCES core."group" (tenant_id, id),
  FOREIGN KEY (tenant_id, member_id) REFERENCES members.member (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT seat_no_overlap EXCLUDE USING gist
    (tenant_id WITH =, member_id WITH =, group_id WITH =, role WITH =, valid WITH &&)
);
CREATE INDEX seat_group ON groups.seat (tenant_id, group_id, ends_before, starts_on);
CREATE INDEX seat_role ON groups.seat (tenant_id, role, group_id);
CREATE INDEX seat_member ON groups.seat (tenant_id, member_id, ends_before);
CREATE INDEX seat_start ON groups.seat (tenant_id, starts_on, id);
CREATE INDEX seat_end ON groups.seat (tenant_id, ends_before, id);
SELECT app.protect('groups.seat');
`,
}
