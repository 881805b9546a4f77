import type { Migration } from '@guildhall/sdk'

/** When members were suspended: what their status was on a past day. */
export const suspensions: Migration = {
  name: '0007-suspensions',
  sql: `
-- Why it was is personal and ends with the suspension; the days are kept.
CREATE TABLE members.suspension (
  tenant_id uuid NOT NULL,
  member_id uuid NOT NULL,
  from_at timestamptz NOT NULL,
  until_at timestamptz,
  PRIMARY KEY (tenant_id, member_id, from_at),
  CHECK (until_at >= from_at),
  FOREIGN KEY (tenant_id, member_id) REFERENCES members.member (tenant_id, id) ON DELETE CASCADE
);
SELECT app.protect('members.suspension');

ALTER TABLE members.member NO FORCE ROW LEVEL SECURITY;
ALTER TABLE members.suspension NO FORCE ROW LEVEL SECURITY;
INSERT INTO members.suspension (tenant_id, member_id, from_at)
  SELECT tenant_id, id, suspended_at FROM members.member WHERE suspended_at IS NOT NULL;
ALTER TABLE members.member FORCE ROW LEVEL SECURITY;
ALTER TABLE members.suspension FORCE ROW LEVEL SECURITY;

-- A trigger, so that whatever writes the column (suspending, merging, importing, undoing) keeps the history.
CREATE FUNCTION members.keep_suspension() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.suspended_at IS NOT NULL THEN
    UPDATE members.suspension SET until_at = greatest(from_at, NEW.updated_at)
     WHERE tenant_id = OLD.tenant_id AND member_id = OLD.id AND until_at IS NULL;
  END IF;
  IF NEW.suspended_at IS NOT NULL THEN
    INSERT INTO members.suspension (tenant_id, member_id, from_at) VALUES (NEW.tenant_id, NEW.id, NEW.suspended_at);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER member_suspended AFTER INSERT ON members.member
  FOR EACH ROW WHEN (NEW.suspended_at IS NOT NULL) EXECUTE FUNCTION members.keep_suspension();
CREATE TRIGGER member_suspension_changed AFTER UPDATE OF suspended_at ON members.member
  FOR EACH ROW WHEN (NEW.suspended_at IS DISTINCT FROM OLD.suspended_at) EXECUTE FUNCTION members.keep_suspension();

-- Whoever copies an organisation table by table brings rows that its members have brought already.
CREATE FUNCTION members.same_suspension() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE members.suspension SET until_at = NEW.until_at
   WHERE tenant_id = NEW.tenant_id AND member_id = NEW.member_id AND from_at = NEW.from_at;
  IF FOUND THEN RETURN NULL; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER suspension_known BEFORE INSERT ON members.suspension
  FOR EACH ROW EXECUTE FUNCTION members.same_suspension();

-- As in 0002-imports; the history is part of the record itself.
CREATE OR REPLACE FUNCTION members.leaned_on(ids uuid[]) RETURNS SETOF uuid
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
                                    'members.activity', 'members.duplicate_pair', 'members.suspension']::regclass[])
  LOOP
    RETURN QUERY EXECUTE format(
      'SELECT DISTINCT t.%I FROM %s t WHERE t.tenant_id = app.tenant() AND t.%I = ANY ($1)', fk.member_column, fk.leaning, fk.member_column)
      USING ids;
  END LOOP;
END $$;
`,
}
