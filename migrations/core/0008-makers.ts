import type { Migration } from '@guildhall/sdk'

/** Who made a credential, so that nobody edits his own grants through one: SECURITY §3. */
export const makers: Migration = {
  name: '0008-makers',
  sql: `
-- No foreign key: a person who is gone has no grants left to edit.
ALTER TABLE core.api_token ADD COLUMN made_by uuid;
ALTER TABLE core.service_account ADD COLUMN made_by uuid;

-- Under FORCE the owner would see no row either.
ALTER TABLE core.api_token NO FORCE ROW LEVEL SECURITY;
ALTER TABLE core.service_account NO FORCE ROW LEVEL SECURITY;
ALTER TABLE core.audit_event NO FORCE ROW LEVEL SECURITY;

-- A token made by a token goes back to whoever made the first one.
WITH RECURSIVE maker AS (
  SELECT t.tenant_id, t.id, substr(t.created_by, 6)::uuid AS person
    FROM core.api_token t WHERE t.created_by ~ '^user:[0-9a-f-]{36}$'
  UNION ALL
  SELECT t.tenant_id, t.id, m.person
    FROM core.api_token t JOIN maker m ON m.tenant_id = t.tenant_id AND t.created_by = 'token:' || m.id)
UPDATE core.api_token t SET made_by = m.person FROM maker m WHERE m.tenant_id = t.tenant_id AND m.id = t.id;

UPDATE core.service_account s SET made_by = e.person
  FROM (SELECT DISTINCT ON (tenant_id, target_id) tenant_id, target_id, actor_id::uuid AS person FROM core.audit_event
         WHERE event = 'core.service-account-created' AND actor_kind = 'user' AND actor_id ~ '^[0-9a-f-]{36}$'
         ORDER BY tenant_id, target_id, at) e
 WHERE e.tenant_id = s.tenant_id AND e.target_id = s.id::text;

ALTER TABLE core.api_token FORCE ROW LEVEL SECURITY;
ALTER TABLE core.service_account FORCE ROW LEVEL SECURITY;
ALTER TABLE core.audit_event FORCE ROW LEVEL SECURITY;

DROP FUNCTION core.token_by_hash(text);
CREATE FUNCTION core.token_by_hash(hash text)
RETURNS TABLE (tenant_id uuid, id uuid, role text, scopes text[], made_by uuid, expires_at timestamptz, revoked_at timestamptz,
               tenant_status text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT t.tenant_id, t.id, t.role, t.scopes, t.made_by, t.expires_at, t.revoked_at, o.status
    FROM core.api_token t JOIN core.tenant o ON o.id = t.tenant_id WHERE t.secret_hash = hash $$;
SELECT app.lookup_function('core.token_by_hash(text)');

DROP FUNCTION core.service_account_by_client(text, text);
CREATE FUNCTION core.service_account_by_client(wanted_issuer text, wanted_client text)
RETURNS TABLE (tenant_id uuid, id uuid, role text, scopes text[], made_by uuid, disabled boolean, tenant_status text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.tenant_id, s.id, s.role, s.scopes, s.made_by, s.disabled, o.status
    FROM core.service_account s JOIN core.tenant o ON o.id = s.tenant_id
   WHERE s.issuer = wanted_issuer AND s.client_id = wanted_client $$;
SELECT app.lookup_function('core.service_account_by_client(text, text)');
`,
}
