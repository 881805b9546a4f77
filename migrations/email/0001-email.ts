import type { Migration } from '@guildhall/sdk'

/** The outbox, what organisations made of the templates, and whom nothing is sent to. */
export const email: Migration = {
  name: '0001-email',
  sql: `
SELECT app.open_schema('email');

-- A mail on its way. What it says is sealed, and forgotten once it has left.
CREATE TABLE email.message (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  state text COLLATE "C" NOT NULL DEFAULT 'queued'
    CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'suppressed', 'cancelled', 'kept')),
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('notice', 'bulk')),
  template text COLLATE "C" NOT NULL,
  language text NOT NULL,
  subject text,
  recipient text NOT NULL,
  recipient_name text,
  email_key text COLLATE "C" NOT NULL,
  member_id uuid,
  reply_to text,
  -- Sealed JSON: what the template says, until it is rendered.
  data text,
  -- Sealed JSON { subject, html, text }: the same words at every attempt.
  rendered text,
  key text COLLATE "C",
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL,
  -- Whose turn it is: another process takes over when the lease has run out, and the first one's word no longer counts.
  claim uuid,
  leased_until timestamptz,
  -- [{ at, step, code, message }], one for each attempt that failed.
  failures jsonb NOT NULL DEFAULT '[]',
  message_id text,
  -- SHA-256 in hex of the token in the link; only bulk mail has one.
  unsubscribe_hash text COLLATE "C",
  sent_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX message_key ON email.message (tenant_id, key) WHERE key IS NOT NULL;
CREATE INDEX message_due ON email.message (tenant_id, next_attempt_at, id) WHERE state IN ('queued', 'sending');
CREATE INDEX message_created ON email.message (tenant_id, created_at, id);
CREATE INDEX message_updated ON email.message (tenant_id, updated_at, id);
CREATE INDEX message_state ON email.message (tenant_id, state, created_at, id);
CREATE INDEX message_template ON email.message (tenant_id, template, created_at, id);
CREATE INDEX message_kind ON email.message (tenant_id, kind, created_at, id);
CREATE INDEX message_recipient ON email.message (tenant_id, email_key, created_at, id);
CREATE INDEX message_member ON email.message (tenant_id, member_id, created_at, id);
CREATE INDEX message_unsubscribe ON email.message (unsubscribe_hash) WHERE unsubscribe_hash IS NOT NULL;
SELECT app.protect('email.message');

-- How many mails left in the running minute.
CREATE TABLE email.rate (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  started_at timestamptz NOT NULL,
  used integer NOT NULL,
  PRIMARY KEY (tenant_id)
);
SELECT app.protect('email.rate');

-- A template that the organisation changed or wrote. Which edition counts, by language: { "de": 3, "en": 1 }.
CREATE TABLE email.template (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  key text COLLATE "C" NOT NULL,
  title text NOT NULL,
  description text NOT NULL DEFAULT '',
  variables jsonb NOT NULL DEFAULT '{}',
  current jsonb NOT NULL DEFAULT '{}',
  edition integer NOT NULL DEFAULT 0,
  deleted_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, key)
);
SELECT app.protect('email.template');

-- A row is never changed: the serving role has no right to.
CREATE TABLE email.template_version (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  template_id uuid NOT NULL,
  language text COLLATE "C" NOT NULL,
  edition integer NOT NULL,
  subject text NOT NULL,
  html text NOT NULL,
  text text NOT NULL,
  by_kind text NOT NULL,
  by_id text,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, template_id, language, edition),
  FOREIGN KEY (tenant_id, template_id) REFERENCES email.template (tenant_id, id) ON DELETE CASCADE
);
SELECT app.protect('email.template_version', 'tenant_id', 'SELECT, INSERT');

-- 'unsubscribed' spares bulk mail only; the others spare everything.
CREATE TABLE email.suppression (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  email_key text COLLATE "C" NOT NULL,
  reason text COLLATE "C" NOT NULL CHECK (reason IN ('bounced', 'unsubscribed', 'manual')),
  note text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, email_key)
);
CREATE INDEX suppression_created ON email.suppression (tenant_id, created_at, id);
CREATE INDEX suppression_email ON email.suppression (tenant_id, email_key, id);
CREATE INDEX suppression_reason ON email.suppression (tenant_id, reason, created_at, id);
SELECT app.protect('email.suppression');

-- Before the organisation is known: whose mail carries the token with this hash.
CREATE FUNCTION email.unsubscribe_tenant(hash text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT m.tenant_id FROM email.message m JOIN core.tenant t ON t.id = m.tenant_id AND t.status = 'active'
   WHERE m.unsubscribe_hash = hash $$;
SELECT app.lookup_function('email.unsubscribe_tenant(text)');
`,
}
