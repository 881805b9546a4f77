import type { Migration } from '@guildhall/sdk'
import { relations } from './0001-relations.ts'

/**
 * The register: members, what makes them findable, their log, households, guardians, duplicates and merges.
 * What is filtered or sorted stands in plain typed columns the application normalises: under row-level security no
 * expression reaches an index. Sort keys are NOT NULL ('' or 0001-01-01 for nothing), so that a page can begin at any.
 */
export const members: Migration = {
  name: '0001-members',
  sql: `
SELECT app.open_schema('members');

CREATE TABLE members.member (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  first_name text,
  middle_name text,
  last_name text,
  suffix text,
  display_name text NOT NULL,
  email text,
  phone text,
  address jsonb,
  birthday date,
  gender text,
  photo_url text,
  language text,
  notes text,
  skills text[] NOT NULL DEFAULT '{}',
  tags text[] NOT NULL DEFAULT '{}',
  external_ids jsonb NOT NULL DEFAULT '[]',
  custom_fields jsonb NOT NULL DEFAULT '{}',
  metadata jsonb NOT NULL DEFAULT '{}',
  emergency_contact jsonb,
  role text NOT NULL DEFAULT 'maker',
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('pending', 'active', 'expired', 'suspended')),
  joined_on date,
  left_on date,
  user_id uuid,
  pending boolean NOT NULL DEFAULT false,
  suspended_at timestamptz,
  suspended_reason text,
  deleted_at timestamptz,
  merged_into uuid,
  search text NOT NULL,
  name_key text COLLATE "C" NOT NULL,
  first_name_key text COLLATE "C" NOT NULL DEFAULT '',
  last_name_key text COLLATE "C" NOT NULL DEFAULT '',
  display_name_key text COLLATE "C" NOT NULL DEFAULT '',
  email_key text COLLATE "C",
  phone_key text COLLATE "C",
  city_key text COLLATE "C",
  postal_code text COLLATE "C",
  country text,
  joined_key date NOT NULL GENERATED ALWAYS AS (coalesce(joined_on, DATE '0001-01-01')) STORED,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, merged_into) REFERENCES members.member (tenant_id, id)
);
-- A deleted member's address and account are free for another one; restoring asks for them again.
CREATE UNIQUE INDEX member_email ON members.member (tenant_id, email_key) WHERE deleted_at IS NULL AND email_key IS NOT NULL;
CREATE UNIQUE INDEX member_user ON members.member (tenant_id, user_id) WHERE deleted_at IS NULL AND user_id IS NOT NULL;
CREATE INDEX member_last_name ON members.member (tenant_id, last_name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX member_first_name ON members.member (tenant_id, first_name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX member_display_name ON members.member (tenant_id, display_name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX member_joined ON members.member (tenant_id, joined_key, id) WHERE deleted_at IS NULL;
CREATE INDEX member_left ON members.member (tenant_id, left_on) WHERE deleted_at IS NULL AND left_on IS NOT NULL;
CREATE INDEX member_created ON members.member (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX member_updated ON members.member (tenant_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX member_status ON members.member (tenant_id, status, id) WHERE deleted_at IS NULL;
CREATE INDEX member_role ON members.member (tenant_id, role, id) WHERE deleted_at IS NULL;
CREATE INDEX member_birthday ON members.member (tenant_id, birthday, id) WHERE deleted_at IS NULL;
CREATE INDEX member_gender ON members.member (tenant_id, gender, id) WHERE deleted_at IS NULL;
CREATE INDEX member_phone ON members.member (tenant_id, phone_key) WHERE deleted_at IS NULL AND phone_key IS NOT NULL;
CREATE INDEX member_city ON members.member (tenant_id, city_key, id) WHERE deleted_at IS NULL;
CREATE INDEX member_postal_code ON members.member (tenant_id, postal_code, id) WHERE deleted_at IS NULL;
CREATE INDEX member_name ON members.member (tenant_id, name_key) WHERE deleted_at IS NULL;
CREATE INDEX member_deleted ON members.member (tenant_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX member_merged ON members.member (tenant_id, merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX member_search ON members.member USING gin (tenant_id, search gin_trgm_ops) WHERE deleted_at IS NULL;
SELECT app.protect('members.member');

-- Tags and skills, one row each, folded: what the arrays of the member show.
CREATE TABLE members.keyword (
  tenant_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('tag', 'skill')),
  value text COLLATE "C" NOT NULL,
  member_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, kind, value, member_id),
  FOREIGN KEY (tenant_id, member_id) REFERENCES members.member (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX keyword_member ON members.keyword (tenant_id, member_id);
SELECT app.protect('members.keyword');

-- Numbers of other registers. Rows of living members only, so that a deleted member's number is free.
CREATE TABLE members.external_id (
  tenant_id uuid NOT NULL,
  system text NOT NULL,
  value text COLLATE "C" NOT NULL,
  member_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, system, value),
  FOREIGN KEY (tenant_id, member_id) REFERENCES members.member (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX external_id_value ON members.external_id (tenant_id, value, member_id);
CREATE INDEX external_id_member ON members.external_id (tenant_id, member_id);
SELECT app.protect('members.external_id');

CREATE TABLE members.custom_field (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  key text NOT NULL,
  title text NOT NULL,
  description text NOT NULL DEFAULT '',
  type text NOT NULL CHECK (type IN ('text', 'longText', 'integer', 'boolean', 'date', 'choice', 'choices', 'url')),
  options text[] NOT NULL DEFAULT '{}',
  required boolean NOT NULL DEFAULT false,
  filterable boolean NOT NULL DEFAULT false,
  own_view text NOT NULL DEFAULT 'read' CHECK (own_view IN ('hidden', 'read', 'write')),
  position integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, key)
);
SELECT app.protect('members.custom_field');

-- Values of filterable custom fields, written so that text order is their order.
CREATE TABLE members.custom_value (
  tenant_id uuid NOT NULL,
  field_id uuid NOT NULL,
  value text COLLATE "C" NOT NULL,
  member_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, field_id, value, member_id),
  FOREIGN KEY (tenant_id, field_id) REFERENCES members.custom_field (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, member_id) REFERENCES members.member (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX custom_value_member ON members.custom_value (tenant_id, member_id, field_id);
SELECT app.protect('members.custom_value');

-- What a member did and what was done to the record, with the values before and after. Erased with the member,
-- unlike the audit trail, which has names of fields only.
CREATE TABLE members.activity (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  member_id uuid NOT NULL,
  kind text NOT NULL,
  by_member boolean NOT NULL DEFAULT false,
  actor_kind text NOT NULL,
  actor_id text,
  changes jsonb NOT NULL DEFAULT '[]',
  detail jsonb NOT NULL DEFAULT '{}',
  at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, member_id) REFERENCES members.member (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX activity_member ON members.activity (tenant_id, member_id, at, id);
CREATE INDEX activity_at ON members.activity (tenant_id, at, kind);
SELECT app.protect('members.activity');

${relations}-- What somebody wrote who wants to become a member; no member before the address is confirmed or staff accept it.
CREATE TABLE members.registration (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  profile jsonb NOT NULL,
  state text NOT NULL DEFAULT 'unconfirmed' CHECK (state IN ('unconfirmed', 'confirmed', 'accepted', 'refused')),
  token_hash text,
  expires_at timestamptz NOT NULL,
  member_id uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, token_hash),
  FOREIGN KEY (tenant_id, member_id) REFERENCES members.member (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX registration_state ON members.registration (tenant_id, state, created_at, id);
CREATE INDEX registration_member ON members.registration (tenant_id, member_id);
CREATE INDEX registration_token ON members.registration (token_hash) WHERE token_hash IS NOT NULL;
SELECT app.protect('members.registration');

-- LIKE is not leakproof, so under row-level security it reaches no index: the one search that needs it runs as the
-- look-up role, bound to the organisation of the transaction. Each element of words is one word, as spellings
-- separated by '|' of which one must occur; the caller has taken the wildcards out.
CREATE FUNCTION members.found(words text[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp ROWS 200 AS $$
DECLARE
  word text;
  conditions text := '';
BEGIN
  FOREACH word IN ARRAY words LOOP
    conditions := conditions || ' AND (' || (
      SELECT string_agg(format('search LIKE %L', '%' || spelling || '%'), ' OR ')
        FROM unnest(string_to_array(word, '|')) AS spelling) || ')';
  END LOOP;
  RETURN QUERY EXECUTE
    'SELECT id FROM members.member WHERE tenant_id = $1 AND deleted_at IS NULL' || conditions USING app.tenant();
END $$;
SELECT app.lookup_function('members.found(text[])');

-- Before the organisation is known: whose confirmation link this is, and which organisation a public form names.
CREATE FUNCTION members.registration_tenant(hash text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT tenant_id FROM members.registration WHERE token_hash = hash $$;
SELECT app.lookup_function('members.registration_tenant(text)');

CREATE FUNCTION members.organization_by_slug(wanted text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT id FROM core.tenant WHERE slug = wanted AND status = 'active' $$;
SELECT app.lookup_function('members.organization_by_slug(text)');
`,
}
