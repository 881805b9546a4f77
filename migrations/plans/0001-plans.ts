import type { Migration } from '@guildhall/sdk'

/** What members can subscribe to, who did, and from when to when. */
export const plans: Migration = {
  name: '0001-plans',
  sql: `
SELECT app.open_schema('plans');

CREATE TABLE plans.plan (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  name text NOT NULL,
  name_key text COLLATE "C" NOT NULL,
  description text NOT NULL DEFAULT '',
  price_amount bigint NOT NULL CHECK (price_amount >= 0),
  price_currency text NOT NULL CHECK (price_currency ~ '^[A-Z]{3}$'),
  billing_cycle text NOT NULL CHECK (billing_cycle IN ('monthly', 'quarterly', 'yearly', 'one-off', 'free')),
  features text[] NOT NULL DEFAULT '{}',
  hours_per_day integer CHECK (hours_per_day BETWEEN 1 AND 24),
  equipment_classes text[] NOT NULL DEFAULT '{}',
  trial_days integer NOT NULL DEFAULT 0 CHECK (trial_days >= 0),
  capacity integer CHECK (capacity > 0),
  active boolean NOT NULL DEFAULT true,
  metadata jsonb NOT NULL DEFAULT '{}',
  edition integer NOT NULL DEFAULT 1,
  deleted_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX plan_name ON plans.plan (tenant_id, name_key) WHERE deleted_at IS NULL;
CREATE INDEX plan_list ON plans.plan (tenant_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX plan_price ON plans.plan (tenant_id, price_amount, id) WHERE deleted_at IS NULL;
CREATE INDEX plan_created ON plans.plan (tenant_id, created_at, id) WHERE deleted_at IS NULL;
SELECT app.protect('plans.plan');

-- What a plan offered when somebody took it. A row is never changed: the serving role has no right to.
CREATE TABLE plans.plan_version (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  plan_id uuid NOT NULL,
  edition integer NOT NULL,
  name text NOT NULL,
  price_amount bigint NOT NULL,
  price_currency text NOT NULL,
  billing_cycle text NOT NULL,
  features text[] NOT NULL,
  hours_per_day integer,
  equipment_classes text[] NOT NULL,
  trial_days integer NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, plan_id, edition),
  FOREIGN KEY (tenant_id, plan_id) REFERENCES plans.plan (tenant_id, id)
);
SELECT app.protect('plans.plan_version', 'tenant_id', 'SELECT, INSERT');

-- A member's relation to a plan. Its two dates are those of its outermost periods, written with them.
CREATE TABLE plans.membership (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  member_id uuid NOT NULL,
  plan_id uuid NOT NULL,
  first_on date NOT NULL,
  ends_before date NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, member_id, plan_id),
  FOREIGN KEY (tenant_id, member_id) REFERENCES members.member (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, plan_id) REFERENCES plans.plan (tenant_id, id)
);
CREATE INDEX membership_plan ON plans.membership (tenant_id, plan_id, id);
CREATE INDEX membership_start ON plans.membership (tenant_id, first_on, id);
CREATE INDEX membership_end ON plans.membership (tenant_id, ends_before, id);
CREATE INDEX membership_created ON plans.membership (tenant_id, created_at, id);
SELECT app.protect('plans.membership');

-- From a day on and before another one: '9999-12-31' stands for open-ended, so that the column can be compared and
-- indexed. Dates stand beside the range, because no range operator reaches an index under row-level security.
CREATE TABLE plans.period (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  membership_id uuid NOT NULL,
  member_id uuid NOT NULL,
  plan_id uuid NOT NULL,
  plan_version_id uuid NOT NULL,
  starts_on date NOT NULL,
  ends_before date NOT NULL DEFAULT '9999-12-31',
  valid daterange GENERATED ALWAYS AS (daterange(starts_on, ends_before, '[)')) STORED,
  price_amount bigint NOT NULL CHECK (price_amount >= 0),
  price_currency text NOT NULL,
  payer_id uuid,
  ended_reason text,
  metadata jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  CHECK (ends_before > starts_on),
  FOREIGN KEY (tenant_id, membership_id) REFERENCES plans.membership (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, member_id) REFERENCES members.member (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, plan_id) REFERENCES plans.plan (tenant_id, id),
  FOREIGN KEY (tenant_id, plan_version_id) REFERENCES plans.plan_version (tenant_id, id),
  FOREIGN KEY (tenant_id, payer_id) REFERENCES members.member (tenant_id, id),
  -- One plan at a time: what covers a day is never ambiguous.
  CONSTRAINT period_no_overlap EXCLUDE USING gist (tenant_id WITH =, member_id WITH =, valid WITH &&)
);
CREATE INDEX period_member ON plans.period (tenant_id, member_id, ends_before, starts_on);
CREATE INDEX period_membership ON plans.period (tenant_id, membership_id, starts_on);
CREATE INDEX period_plan ON plans.period (tenant_id, plan_id, ends_before, starts_on);
CREATE INDEX period_end ON plans.period (tenant_id, ends_before, member_id);
CREATE INDEX period_payer ON plans.period (tenant_id, payer_id) WHERE payer_id IS NOT NULL;
SELECT app.protect('plans.period');
`,
}
