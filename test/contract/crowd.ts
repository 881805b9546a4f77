import type pg from 'pg'

/** Fills an organisation with many of everything that can be listed, in SQL: copies of what the API made once. */

/** Expressions over `n` (1, 2, ...) and the copied row `o`, by column. */
type Change = Readonly<Record<string, string>>

const key = (letter: string) => `'${letter}' || lpad(n::text, 8, '0')`
const made = `timestamptz '2020-01-01' + n * interval '1 minute'`

interface Copied {
  readonly table: string
  /** Which row is copied; default: any. */
  readonly where?: string
  readonly change: Change
}

const copied: readonly Copied[] = [
  {
    table: 'members.member',
    where: 'deleted_at IS NULL AND suspended_at IS NULL',
    change: {
      first_name: `'First' || n`,
      last_name: `'Last' || n`,
      display_name: `'First' || n || ' Last' || n`,
      first_name_key: key('f'),
      last_name_key: key('l'),
      display_name_key: key('d'),
      name_key: key('n'),
      email: `'m' || n || '@crowd.example'`,
      email_key: `CASE WHEN n % 2 = 0 THEN 'm' || n || '@crowd.example' END`,
      phone_key: `CASE WHEN n % 2 = 0 THEN '+49' || n END`,
      city_key: key('c'),
      postal_code: `lpad((n % 99999)::text, 5, '0')`,
      birthday: `CASE WHEN n % 2 = 0 THEN date '1940-01-01' + (n % 25000)::int END`,
      joined_on: `date '2000-01-01' + (n % 9000)::int`,
      left_on: `CASE WHEN n % 10 = 0 THEN date '2022-01-01' + (n % 900)::int END`,
      gender: `CASE n % 3 WHEN 0 THEN 'female' WHEN 1 THEN 'male' END`,
      user_id: 'CASE WHEN n % 2 = 0 THEN gen_random_uuid() END',
      search: `'first' || n || ' last' || n`,
      tags: `ARRAY['tag' || n % 500]`,
      external_ids: `jsonb_build_array(jsonb_build_object('system', 'register', 'value', 'nr' || n))`,
    },
  },
  { table: 'members.activity', change: { at: made } },
  { table: 'members.household', change: { name_key: key('h') } },
  {
    table: 'members.invitation',
    change: {
      email_key: key('i'),
      token_hash: 'NULL',
      expires_at: `now() + interval '30 days' + n * interval '1 minute'`,
      created_at: made,
    },
  },
  { table: 'members.import', change: {} },
  { table: 'core.audit_event', change: { at: made, actor_id: `'actor' || n`, target_id: `'target' || n` } },
  {
    table: 'core."group"',
    where: 'parent_id IS NOT NULL',
    change: { path: `rtrim(o.path, '/') || lpad(n::text, 8, '0') || '/'` },
  },
  { table: 'plans.plan', change: { name: `'Plan' || n`, name_key: key('p') } },
  { table: 'core.grant', change: { principal_id: 'gen_random_uuid()' } },
  { table: 'core.api_token', change: { public_id: key('t'), secret_hash: key('s') } },
  { table: 'core.service_account', change: { client_id: key('a') } },
  { table: 'members.registration', change: { token_hash: 'NULL', created_at: made } },
  { table: 'members.bulk_operation', change: { created_at: made, updated_at: made } },
  { table: 'bots.run', change: { trigger_key: key('r'), status: `'ok'`, queued_at: made } },
  { table: 'bots.log', change: { at: made } },
  {
    table: 'email.message',
    change: {
      email_key: `'r' || n || '@crowd.example'`,
      key: 'NULL',
      unsubscribe_hash: 'NULL',
      state: `'sent'`,
      member_id: 'CASE WHEN n % 2 = 0 THEN gen_random_uuid() END',
      created_at: made,
      updated_at: made,
    },
  },
  { table: 'email.suppression', change: { email_key: `'s' || n || '@crowd.example'`, created_at: made } },
  {
    table: 'email.notification',
    change: { key: 'NULL', alert_id: 'gen_random_uuid()', created_at: made, updated_at: made },
  },
]

async function columnsOf(owner: pg.Client, table: string): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
    [table],
  )
  return rows.map(({ name }) => name)
}

async function copy(
  owner: pg.Client,
  tenantId: string,
  size: number,
  { table, where = 'true', change }: Copied,
): Promise<void> {
  const columns = await columnsOf(owner, table)
  const values = columns.map((column) => (column === 'id' ? 'gen_random_uuid()' : (change[column] ?? `o."${column}"`)))
  const { rowCount } = await owner.query(
    `INSERT INTO ${table} (${columns.map((column) => `"${column}"`).join(', ')})
     SELECT ${values.join(', ')} FROM (SELECT * FROM ${table} WHERE tenant_id = $1 AND ${where} LIMIT 1) o, generate_series(1, $2::int) n`,
    [tenantId, size],
  )
  if (!rowCount) throw new Error(`There is nothing in ${table} to be copied`)
}

/** Rows that hang on many members and groups. */
const hanging: readonly string[] = [
  `INSERT INTO groups.detail (tenant_id, id, name_key, created_at, updated_at)
   SELECT tenant_id, id, 'g' || id, now(), now() FROM core."group" WHERE tenant_id = $1 ON CONFLICT DO NOTHING`,
  // A group of about fifty each: one group of everybody would be no crowd but a hall.
  `INSERT INTO groups.seat (tenant_id, id, group_id, member_id, role, starts_on, created_at, updated_at)
   SELECT m.tenant_id, gen_random_uuid(), g.id, m.id, 'member', date '2010-01-01', now(), now()
     FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM members.member WHERE tenant_id = $1 AND first_name LIKE 'First%') m
     JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM core."group" WHERE tenant_id = $1 AND parent_id IS NOT NULL) g
       ON g.n = 1 + m.n % greatest((SELECT count(*) / 50 FROM core."group" WHERE tenant_id = $1), 1)`,
  // A plan of about fifty each too: a list of plans counts the members of those on its page.
  `INSERT INTO plans.membership (tenant_id, id, member_id, plan_id, first_on, ends_before, created_at, updated_at)
   SELECT m.tenant_id, gen_random_uuid(), m.id, p.id, date '2020-01-01', '9999-12-31', now(), now()
     FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM members.member WHERE tenant_id = $1 AND first_name LIKE 'First%') m
     JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM plans.plan WHERE tenant_id = $1) p
       ON p.n = 1 + 50 * (m.n % greatest((SELECT count(*) / 50 FROM plans.plan WHERE tenant_id = $1), 1))`,
  `INSERT INTO plans.period (tenant_id, id, membership_id, member_id, plan_id, plan_version_id, starts_on, ends_before,
          price_amount, price_currency, created_at, updated_at)
   SELECT s.tenant_id, gen_random_uuid(), s.id, s.member_id, s.plan_id, v.id, s.first_on, s.ends_before, 0, 'USD', now(), now()
     FROM plans.membership s, (SELECT id FROM plans.plan_version WHERE tenant_id = $1 LIMIT 1) v
    WHERE s.tenant_id = $1 AND NOT EXISTS (SELECT 1 FROM plans.period q WHERE q.tenant_id = $1 AND q.membership_id = s.id)`,
  // Pairs of neighbours, as a register that was entered twice has them.
  `INSERT INTO members.duplicate_pair (tenant_id, id, first_id, second_id, score, reasons, created_at)
   SELECT tenant_id, gen_random_uuid(), id, next, 60, '{name}', now()
     FROM (SELECT tenant_id, id, lead(id) OVER (ORDER BY id) AS next FROM members.member WHERE tenant_id = $1) m
    WHERE next IS NOT NULL ON CONFLICT DO NOTHING`,
  `WITH person AS (
     INSERT INTO core.app_user (id, issuer, subject) SELECT gen_random_uuid(), 'https://crowd.example', m.id::text
       FROM members.member m WHERE m.tenant_id = $1 RETURNING id)
   INSERT INTO core.affiliation (tenant_id, user_id) SELECT $1, id FROM person`,
  `INSERT INTO members.keyword (tenant_id, kind, value, member_id)
   SELECT tenant_id, 'tag', tags[1], id FROM members.member WHERE tenant_id = $1 AND first_name LIKE 'First%' ON CONFLICT DO NOTHING`,
  `INSERT INTO members.external_id (tenant_id, system, value, member_id)
   SELECT tenant_id, 'register', external_ids -> 0 ->> 'value', id FROM members.member
    WHERE tenant_id = $1 AND first_name LIKE 'First%' ON CONFLICT DO NOTHING`,
]

/**
 * Takes GiST and GIN indexes away: row by row they take minutes to fill, at once seconds.
 * @returns what makes them again
 */
async function withoutSlowIndexes(owner: pg.Client): Promise<() => Promise<void>> {
  const { rows } = await owner.query<{ drop: string; make: string }>(
    `SELECT CASE WHEN k.conname IS NULL THEN format('DROP INDEX %s', i.indexrelid::regclass)
                 ELSE format('ALTER TABLE %s DROP CONSTRAINT %I', i.indrelid::regclass, k.conname) END AS drop,
            CASE WHEN k.conname IS NULL THEN pg_get_indexdef(i.indexrelid)
                 ELSE format('ALTER TABLE %s ADD CONSTRAINT %I %s', i.indrelid::regclass, k.conname, pg_get_constraintdef(k.oid)) END AS make
       FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
       LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype = 'x'
      WHERE m.amname IN ('gist', 'gin') AND c.relnamespace::regnamespace::text NOT LIKE 'pg%'`,
  )
  for (const { drop } of rows) await owner.query(drop)
  return async () => {
    for (const { make } of rows) await owner.query(make)
  }
}

/** One organisation of so many. Statistics are fresh afterwards. */
export async function crowd(owner: pg.Client, tenantId: string, size: number): Promise<void> {
  // Copies refer to what the copied row refers to: no foreign key needs to be asked about each.
  await owner.query('SET session_replication_role = replica')
  const restore = await withoutSlowIndexes(owner)
  for (const one of copied) await copy(owner, tenantId, size, one)
  // Without statistics the planner joins the crowd row by row with itself.
  await owner.query('ANALYZE')
  for (const sql of hanging) await owner.query(sql, [tenantId])
  await restore()
  await owner.query('RESET session_replication_role')
  await owner.query('VACUUM ANALYZE')
}
