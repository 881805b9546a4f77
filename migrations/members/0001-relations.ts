/** Of 0001-members: what stands between members. Households, guardians, and two records that are one person. */
export const relations = `CREATE TABLE members.household (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  name text NOT NULL,
  name_key text COLLATE "C" NOT NULL,
  address jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX household_name ON members.household (tenant_id, name_key, id);
SELECT app.protect('members.household');

-- Dated: a dissolved household stays known. A child may live in two, so nothing forbids two at a time.
CREATE TABLE members.household_member (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  household_id uuid NOT NULL,
  member_id uuid NOT NULL,
  part text NOT NULL CHECK (part IN ('head', 'adult', 'child')),
  from_on date NOT NULL,
  until_on date,
  PRIMARY KEY (tenant_id, id),
  CHECK (until_on >= from_on),
  EXCLUDE USING gist (tenant_id WITH =, household_id WITH =, member_id WITH =, daterange(from_on, until_on) WITH &&),
  FOREIGN KEY (tenant_id, household_id) REFERENCES members.household (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, member_id) REFERENCES members.member (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX household_member_household ON members.household_member (tenant_id, household_id);
CREATE INDEX household_member_member ON members.household_member (tenant_id, member_id);
SELECT app.protect('members.household_member');

-- A guardian acts for the ward without a login of the ward's.
CREATE TABLE members.guardian (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  guardian_id uuid NOT NULL,
  ward_id uuid NOT NULL,
  relationship text NOT NULL DEFAULT 'parent',
  from_on date NOT NULL,
  until_on date,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  CHECK (guardian_id <> ward_id),
  CHECK (until_on >= from_on),
  EXCLUDE USING gist (tenant_id WITH =, guardian_id WITH =, ward_id WITH =, daterange(from_on, until_on) WITH &&),
  FOREIGN KEY (tenant_id, guardian_id) REFERENCES members.member (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, ward_id) REFERENCES members.member (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX guardian_ward ON members.guardian (tenant_id, ward_id);
SELECT app.protect('members.guardian');

-- Two records that may be one person; 'different' is what somebody decided, and no scan asks again.
CREATE TABLE members.duplicate_pair (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  first_id uuid NOT NULL,
  second_id uuid NOT NULL,
  score integer NOT NULL,
  reasons text[] NOT NULL,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'different')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, first_id, second_id),
  CHECK (first_id < second_id),
  FOREIGN KEY (tenant_id, first_id) REFERENCES members.member (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, second_id) REFERENCES members.member (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX duplicate_pair_second ON members.duplicate_pair (tenant_id, second_id);
CREATE INDEX duplicate_pair_score ON members.duplicate_pair (tenant_id, state, score, id);
SELECT app.protect('members.duplicate_pair');

-- A planned or applied merge: whose value each field takes.
CREATE TABLE members.merge (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  winner_id uuid NOT NULL,
  loser_id uuid NOT NULL,
  choices jsonb NOT NULL,
  hash text NOT NULL,
  state text NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'applied')),
  moved jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, winner_id) REFERENCES members.member (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, loser_id) REFERENCES members.member (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX merge_winner ON members.merge (tenant_id, winner_id);
CREATE INDEX merge_loser ON members.merge (tenant_id, loser_id);
SELECT app.protect('members.merge');

-- Ids of records that were merged into another: cards and links that carry them go on resolving.
CREATE TABLE members.member_alias (
  tenant_id uuid NOT NULL,
  alias_id uuid NOT NULL,
  member_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, alias_id),
  FOREIGN KEY (tenant_id, member_id) REFERENCES members.member (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX member_alias_member ON members.member_alias (tenant_id, member_id);
SELECT app.protect('members.member_alias');

`
