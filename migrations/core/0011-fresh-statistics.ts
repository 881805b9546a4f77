import type { Migration } from '@guildhall/sdk'

/** What the planner knows of a table that has just been filled. */
export const freshStatistics: Migration = {
  name: '0011-fresh-statistics',
  sql: `
-- Looks again at each of our tables that has grown by a fifth since somebody last did, and tells which. The server's own
-- round comes up to a minute later, and until then it plans for the table as it was. Pages are counted, not rows: how
-- many there are is known at once, and how many rows changed only after some seconds.
-- It runs as the owner, because nobody else may (PostgreSQL 15 and 16 have no right for it). No reader or writer waits
-- for its locks, and it waits for nobody: a table that is being vacuumed is left out.
CREATE FUNCTION app.refresh_statistics() RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  grown regclass;
BEGIN
  FOR grown IN
    SELECT c.oid FROM pg_class c
     WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND c.relowner = current_user::regrole
       AND c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
       AND pg_relation_size(c.oid) / current_setting('block_size')::integer > c.relpages * 1.2 + 8
     ORDER BY c.oid
  LOOP
    EXECUTE format('ANALYZE (SKIP_LOCKED) %s', grown);
    RETURN NEXT grown;
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION app.refresh_statistics() FROM PUBLIC;
DO $$ BEGIN
  EXECUTE format('GRANT EXECUTE ON FUNCTION app.refresh_statistics() TO %I', app.role('platform'));
END $$;
`,
}
