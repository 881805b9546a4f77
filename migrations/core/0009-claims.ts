import type { Migration } from '@guildhall/sdk'

/** What an identity provider may propose of somebody who signs in, and what became of it. */
export const claims: Migration = {
  name: '0009-claims',
  sql: `
-- Which of the provider's organisations is which of ours. Only the platform says so: whoever could link an alias of
-- somebody else's would let strangers in.
CREATE TABLE core.organization_alias (
  alias text COLLATE "C" PRIMARY KEY,
  -- The provider's own id of it; once known, an alias that was given away and taken by another one proposes nothing.
  provider_id text,
  organization_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX organization_alias_organization ON core.organization_alias (organization_id);
SELECT app.platform_only('core.organization_alias');

-- Which role of the provider proposes which of ours, in an organisation that the provider names at sign-in.
CREATE TABLE core.role_mapping (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  claim text NOT NULL CHECK (claim IN ('organization-role', 'realm-role')),
  value text COLLATE "C" NOT NULL,
  role text NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, claim, value, role)
);
SELECT app.protect('core.role_mapping');

-- Each proposal counts once: what an administrator takes away afterwards stays away. An empty role: belonging here.
CREATE TABLE core.claim_proposal (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES core.app_user (id) ON DELETE CASCADE,
  role text NOT NULL,
  proposed_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, user_id, role)
);
CREATE INDEX claim_proposal_user ON core.claim_proposal (user_id);
SELECT app.protect('core.claim_proposal');
`,
}
