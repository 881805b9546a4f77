import type { Migration } from '@guildhall/sdk'

/** Who can sign in, with what, and where he belongs. */
export const identity: Migration = {
  name: '0004-identity',
  sql: `
-- A person is (issuer, subject), never an e-mail address.
CREATE TABLE core.app_user (
  id uuid PRIMARY KEY,
  issuer text NOT NULL,
  subject text NOT NULL,
  email text,
  email_key text,
  email_verified boolean NOT NULL DEFAULT false,
  name text,
  global_role text CHECK (global_role IN ('super_admin', 'platform_auditor')),
  disabled boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_login_at timestamptz,
  UNIQUE (issuer, subject)
);
CREATE INDEX app_user_email ON core.app_user (email_key);
SELECT app.platform_only('core.app_user');

-- Local accounts of the embedded identity provider; the subject is the account's id.
CREATE TABLE core.account (
  id uuid PRIMARY KEY,
  email text NOT NULL,
  email_key text NOT NULL UNIQUE,
  email_verified boolean NOT NULL DEFAULT false,
  name text,
  password_hash text,
  must_change_password boolean NOT NULL DEFAULT false,
  disabled boolean NOT NULL DEFAULT false,
  failed_logins integer NOT NULL DEFAULT 0,
  locked_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
SELECT app.platform_only('core.account');

-- One-time links: set or reset a password, claim the installation. Only hashes are kept.
CREATE TABLE core.account_link (
  token_hash text PRIMARY KEY,
  purpose text NOT NULL CHECK (purpose IN ('setup', 'password')),
  account_id uuid REFERENCES core.account (id) ON DELETE CASCADE,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
SELECT app.platform_only('core.account_link');

-- Keys of the platform, sealed with the master key: signing keys, cookie keys, client secrets.
CREATE TABLE core.secret (
  name text PRIMARY KEY,
  sealed text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
SELECT app.platform_only('core.secret');

-- What the embedded provider remembers between requests: codes, grants, sessions.
CREATE TABLE core.oidc_record (
  model text NOT NULL,
  id text NOT NULL,
  payload jsonb NOT NULL,
  grant_id text,
  user_code text,
  uid text,
  consumed_at timestamptz,
  expires_at timestamptz,
  PRIMARY KEY (model, id)
);
CREATE INDEX oidc_record_grant ON core.oidc_record (grant_id) WHERE grant_id IS NOT NULL;
CREATE INDEX oidc_record_uid ON core.oidc_record (uid) WHERE uid IS NOT NULL;
CREATE INDEX oidc_record_expiry ON core.oidc_record (expires_at);
SELECT app.platform_only('core.oidc_record');

-- A user belongs to an organisation: he may name it in X-Organization. What he may do there is told by grants.
CREATE TABLE core.affiliation (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES core.app_user (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, user_id)
);
CREATE INDEX affiliation_user ON core.affiliation (user_id);
SELECT app.protect('core.affiliation');

CREATE TABLE core.role (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  key text NOT NULL,
  title text NOT NULL,
  description text NOT NULL DEFAULT '',
  permissions text[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, key)
);
SELECT app.protect('core.role');

CREATE TABLE core."grant" (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  principal_kind text NOT NULL CHECK (principal_kind IN ('user', 'serviceAccount')),
  principal_id uuid NOT NULL,
  role text NOT NULL,
  group_id uuid,
  extent text NOT NULL DEFAULT 'below' CHECK (extent IN ('group', 'layer', 'below')),
  valid_from timestamptz,
  valid_until timestamptz,
  granted_by text,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, group_id) REFERENCES core."group" (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX grant_principal ON core."grant" (tenant_id, principal_id);
SELECT app.protect('core."grant"');

CREATE TABLE core.api_token (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  public_id text NOT NULL,
  name text NOT NULL,
  secret_hash text NOT NULL,
  role text NOT NULL,
  scopes text[],
  created_by text,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, public_id)
);
CREATE INDEX api_token_hash ON core.api_token (secret_hash);
SELECT app.protect('core.api_token');

CREATE TABLE core.service_account (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  name text NOT NULL,
  issuer text NOT NULL,
  client_id text NOT NULL,
  secret_hash text,
  role text NOT NULL,
  scopes text[],
  disabled boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, issuer, client_id)
);
-- A client belongs to exactly one organisation, whichever asks first; the index is global on purpose and never shown.
CREATE UNIQUE INDEX service_account_client ON core.service_account (issuer, client_id);
SELECT app.protect('core.service_account');

-- Look-ups before the organisation is known. They are keyed by a hash or an id that the caller must hold, and give ids.
CREATE FUNCTION core.token_by_hash(hash text)
RETURNS TABLE (tenant_id uuid, id uuid, role text, scopes text[], expires_at timestamptz, revoked_at timestamptz, tenant_status text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT t.tenant_id, t.id, t.role, t.scopes, t.expires_at, t.revoked_at, o.status
    FROM core.api_token t JOIN core.tenant o ON o.id = t.tenant_id WHERE t.secret_hash = hash $$;
SELECT app.lookup_function('core.token_by_hash(text)');

CREATE FUNCTION core.service_account_by_client(wanted_issuer text, wanted_client text)
RETURNS TABLE (tenant_id uuid, id uuid, role text, scopes text[], disabled boolean, tenant_status text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.tenant_id, s.id, s.role, s.scopes, s.disabled, o.status
    FROM core.service_account s JOIN core.tenant o ON o.id = s.tenant_id
   WHERE s.issuer = wanted_issuer AND s.client_id = wanted_client $$;
SELECT app.lookup_function('core.service_account_by_client(text, text)');

CREATE FUNCTION core.organizations_of(wanted_user uuid)
RETURNS TABLE (tenant_id uuid, slug text, name text, status text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT o.id, o.slug, o.name, o.status FROM core.affiliation a JOIN core.tenant o ON o.id = a.tenant_id
   WHERE a.user_id = wanted_user ORDER BY o.name, o.id $$;
SELECT app.lookup_function('core.organizations_of(uuid)');
`,
}
