import type { Migration } from '@guildhall/sdk'

/** Extensions, the tenant of a transaction, and what every table with a tenant_id goes through. */
export const foundation: Migration = {
  name: '0001-foundation',
  sql: `
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- After a commit the setting is '', not NULL, and ''::uuid is an error: hence NULLIF.
CREATE FUNCTION app.tenant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT NULLIF(current_setting('app.tenant', true), '')::uuid $$;

CREATE FUNCTION app.role(wanted text) RETURNS name LANGUAGE sql STABLE
  AS $$ SELECT name FROM app.role_name WHERE purpose = wanted $$;

-- What a schema needs before its tables can be reached.
CREATE FUNCTION app.open_schema(wanted text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I', wanted);
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I, %I, %I', wanted, app.role('rw'), app.role('platform'), app.role('lookup'));
END $$;

-- The second wall for one table. 'rw' sees its organisation; 'platform' and 'lookup' have policies of their own,
-- because under FORCE even the owner is bound. The column holds the organisation's id.
CREATE FUNCTION app.protect(wanted regclass, tenant_column name DEFAULT 'tenant_id', rights text DEFAULT 'SELECT, INSERT, UPDATE, DELETE')
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', wanted);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', wanted);
  EXECUTE format('CREATE POLICY tenant ON %s TO %I USING (%I = (SELECT app.tenant())) WITH CHECK (%I = (SELECT app.tenant()))',
    wanted, app.role('rw'), tenant_column, tenant_column);
  EXECUTE format('CREATE POLICY platform ON %s TO %I USING (true) WITH CHECK (true)', wanted, app.role('platform'));
  EXECUTE format('CREATE POLICY lookup ON %s FOR SELECT TO %I USING (true)', wanted, app.role('lookup'));
  EXECUTE format('GRANT %s ON %s TO %I', rights, wanted, app.role('rw'));
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO %I', wanted, app.role('platform'));
  EXECUTE format('GRANT SELECT ON %s TO %I', wanted, app.role('lookup'));
END $$;

-- A table without tenants: only the platform role reaches it.
CREATE FUNCTION app.platform_only(wanted regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO %I', wanted, app.role('platform'));
  EXECUTE format('GRANT SELECT ON %s TO %I', wanted, app.role('lookup'));
END $$;

-- Hands a SECURITY DEFINER function to the lookup role and lets the serving role call it.
CREATE FUNCTION app.lookup_function(wanted regprocedure) RETURNS void LANGUAGE plpgsql AS $$
DECLARE home name;
BEGIN
  SELECT n.nspname INTO home FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.oid = wanted;
  EXECUTE format('GRANT CREATE ON SCHEMA %I TO %I', home, app.role('lookup'));
  EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', wanted);
  EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I, %I', wanted, app.role('rw'), app.role('platform'));
  EXECUTE format('ALTER FUNCTION %s OWNER TO %I', wanted, app.role('lookup'));
  EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM %I', home, app.role('lookup'));
END $$;

SELECT app.open_schema('app');
SELECT app.open_schema('core');
DO $$ BEGIN
  EXECUTE format('GRANT SELECT ON app.migration, app.role_name TO %I, %I', app.role('rw'), app.role('platform'));
END $$;
`,
}
