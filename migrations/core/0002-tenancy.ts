import type { Migration } from '@guildhall/sdk'

/** Organisations, their tree, and which plugins are on. */
export const tenancy: Migration = {
  name: '0002-tenancy',
  sql: `
CREATE TABLE core.tenant (
  id uuid PRIMARY KEY,
  slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
  external_id text,
  name text NOT NULL,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
  edition text CHECK (edition IN ('starter', 'professional', 'enterprise')),
  settings jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  version integer NOT NULL DEFAULT 1
);
SELECT app.protect('core.tenant', 'id', 'SELECT, UPDATE');

-- Who may what changed: compiled permissions of the organisation are dropped everywhere.
CREATE TABLE core.epoch (
  tenant_id uuid PRIMARY KEY REFERENCES core.tenant (id) ON DELETE CASCADE,
  value bigint NOT NULL DEFAULT 1
);
SELECT app.protect('core.epoch');

CREATE TABLE core.level (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  key text NOT NULL,
  title text NOT NULL,
  position integer NOT NULL,
  layer boolean NOT NULL DEFAULT false,
  children text[] NOT NULL DEFAULT '{}',
  roles jsonb NOT NULL DEFAULT '[]',
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, key)
);
SELECT app.protect('core.level');

-- Paths are made of ids without dashes, each closed by '/' (plain) or '!' (a layer, where permissions stop).
-- Collation C: ranges over a prefix use the index, and only leakproof operators do under row-level security.
CREATE TABLE core."group" (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  parent_id uuid,
  type text,
  name text NOT NULL,
  path text COLLATE "C" NOT NULL,
  depth integer NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, parent_id) REFERENCES core."group" (tenant_id, id),
  UNIQUE (tenant_id, path)
);
CREATE INDEX group_parent ON core."group" (tenant_id, parent_id);
CREATE UNIQUE INDEX group_one_root ON core."group" (tenant_id) WHERE parent_id IS NULL;
SELECT app.protect('core."group"');

CREATE TABLE core.plugin_state (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  plugin_id text NOT NULL,
  enabled boolean NOT NULL,
  config jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, plugin_id)
);
SELECT app.protect('core.plugin_state');
`,
}
