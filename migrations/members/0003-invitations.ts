import type { Migration } from '@guildhall/sdk'

/** Invitations: what was promised, to which address, by whom. Of the token only its hash is here. */
export const invitations: Migration = {
  name: '0003-invitations',
  sql: `
CREATE TABLE members.invitation (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  email text NOT NULL,
  email_key text COLLATE "C" NOT NULL,
  role text NOT NULL,
  -- What plugins add, by the key of their step: planId, groupIds.
  grants jsonb NOT NULL DEFAULT '{}',
  message text,
  -- SHA-256 in hex; NULL when it can no longer be used.
  token_hash text COLLATE "C",
  expires_at timestamptz NOT NULL,
  accepted_at timestamptz,
  cancelled_at timestamptz,
  resent_at timestamptz[] NOT NULL DEFAULT '{}',
  inviter_kind text NOT NULL,
  inviter_id text NOT NULL,
  -- Whose rights are asked again at acceptance: whoever sent the link that counts.
  sender_kind text NOT NULL,
  sender_id text NOT NULL,
  member_id uuid,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, token_hash),
  FOREIGN KEY (tenant_id, member_id) REFERENCES members.member (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX invitation_token ON members.invitation (token_hash) WHERE token_hash IS NOT NULL;
CREATE INDEX invitation_created ON members.invitation (tenant_id, created_at, id);
CREATE INDEX invitation_expires ON members.invitation (tenant_id, expires_at, id);
CREATE INDEX invitation_open ON members.invitation (tenant_id, created_at, id) WHERE accepted_at IS NULL AND cancelled_at IS NULL;
CREATE INDEX invitation_email ON members.invitation (tenant_id, email_key, id);
CREATE INDEX invitation_role ON members.invitation (tenant_id, role, id);
CREATE INDEX invitation_inviter ON members.invitation (tenant_id, inviter_kind, inviter_id, created_at);
CREATE INDEX invitation_member ON members.invitation (tenant_id, member_id) WHERE member_id IS NOT NULL;
SELECT app.protect('members.invitation');

-- Before the organisation is known: whose invitation the token with this hash is. What it says is read under the wall.
CREATE FUNCTION members.invitation_tenant(hash text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT i.tenant_id FROM members.invitation i JOIN core.tenant t ON t.id = i.tenant_id AND t.status = 'active'
   WHERE i.token_hash = hash $$;
SELECT app.lookup_function('members.invitation_tenant(text)');
`,
}
