import type { Client } from 'pg'

export type CatalogueKind =
  | 'migration'
  | 'table'
  | 'column'
  | 'index'
  | 'constraint'
  | 'policy'
  | 'grant'
  | 'function'
  | 'trigger'

/** Everything the migrations make in some schemas, each thing as the text that defines it. */
export type Catalogue = ReadonlyMap<
  string,
  { readonly kind: CatalogueKind; readonly name: string; readonly definition: string }
>

export interface Difference {
  readonly kind: CatalogueKind
  /** `members.member.email_key` */
  readonly name: string
  readonly problem: 'missing' | 'unexpected' | 'differs'
  /** As the migrations make it; null when they make no such thing. */
  readonly expected: string | null
  /** As it stands; null when it is missing. */
  readonly found: string | null
}

interface Row {
  kind: CatalogueKind
  name: string
  definition: string
}

/**
 * Names are written without the database's own numbers, so that two databases can be compared. Table and column ids,
 * statistics and the order of columns (which a rebuilt table changes) are left out.
 */
const statements: readonly string[] = [
  `SELECT 'table' AS kind, format('%I.%I', n.nspname, c.relname) AS name,
          format('%s, owner %s, row security %s, forced %s', c.relkind, pg_get_userbyid(c.relowner), c.relrowsecurity, c.relforcerowsecurity) AS definition
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY($1) AND c.relkind IN ('r', 'p', 'v', 'm', 'S')`,
  `SELECT 'column' AS kind, format('%I.%I.%I', n.nspname, c.relname, a.attname) AS name,
          concat_ws(' ', format_type(a.atttypid, a.atttypmod), CASE WHEN l.collname <> 'default' THEN 'COLLATE ' || l.collname END,
            CASE WHEN a.attnotnull THEN 'NOT NULL' END,
            CASE WHEN d.adbin IS NOT NULL THEN CASE a.attgenerated WHEN '' THEN 'DEFAULT ' ELSE 'GENERATED ' END || pg_get_expr(d.adbin, d.adrelid) END) AS definition
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
     LEFT JOIN pg_collation l ON l.oid = a.attcollation
    WHERE n.nspname = ANY($1) AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped`,
  `SELECT 'index' AS kind, format('%I.%I', n.nspname, c.relname) AS name,
          concat_ws(', ', pg_get_indexdef(c.oid), CASE WHEN NOT i.indisvalid THEN 'not valid' END) AS definition
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY($1)`,
  // PostgreSQL 18 has NOT NULL as constraints too; columns tell it on every version.
  `SELECT 'constraint' AS kind, format('%s.%I', k.conrelid::regclass, k.conname) AS name,
          concat_ws(', ', pg_get_constraintdef(k.oid), CASE WHEN NOT k.convalidated THEN 'not validated' END) AS definition
     FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
    WHERE n.nspname = ANY($1) AND k.conrelid <> 0 AND k.contype <> 'n'`,
  `SELECT 'policy' AS kind, format('%I.%I.%I', schemaname, tablename, policyname) AS name,
          concat_ws(' ', permissive, 'FOR', cmd, 'TO', (SELECT string_agg(r, ', ' ORDER BY r) FROM unnest(roles) AS r),
            'USING (' || qual || ')', 'WITH CHECK (' || with_check || ')') AS definition
     FROM pg_policies WHERE schemaname = ANY($1)`,
  `SELECT 'grant' AS kind, format('%I.%I to %s', n.nspname, c.relname, coalesce(nullif(x.grantee, 0)::regrole::text, 'PUBLIC')) AS name,
          string_agg(x.privilege_type || CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END, ', ' ORDER BY x.privilege_type) AS definition
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL aclexplode(c.relacl) x
    WHERE n.nspname = ANY($1) AND c.relkind IN ('r', 'p', 'v', 'm', 'S') AND x.grantee <> c.relowner GROUP BY 2`,
  `SELECT 'grant' AS kind, format('schema %I to %s', n.nspname, coalesce(nullif(x.grantee, 0)::regrole::text, 'PUBLIC')) AS name,
          string_agg(x.privilege_type, ', ' ORDER BY x.privilege_type) AS definition
     FROM pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) x
    WHERE n.nspname = ANY($1) AND x.grantee <> n.nspowner GROUP BY 2`,
  `SELECT 'function' AS kind, p.oid::regprocedure::text AS name,
          md5(pg_get_functiondef(p.oid)) || ', owner ' || pg_get_userbyid(p.proowner) || ', may be called by ' ||
            coalesce((SELECT string_agg(coalesce(nullif(x.grantee, 0)::regrole::text, 'PUBLIC'), ', ' ORDER BY x.grantee::regrole::text)
                        FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x), 'nobody') AS definition
     FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = ANY($1) AND p.prokind IN ('f', 'p')`,
  `SELECT 'trigger' AS kind, format('%s.%I', t.tgrelid::regclass, t.tgname) AS name, pg_get_triggerdef(t.oid) AS definition
     FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY($1) AND NOT t.tgisinternal`,
]

export async function readCatalogue(client: Pick<Client, 'query'>, schemas: readonly string[]): Promise<Catalogue> {
  const found = new Map<string, Row>()
  for (const statement of statements) {
    const { rows } = await client.query<Row>(statement, [schemas])
    for (const row of rows) found.set(`${row.kind} ${row.name}`, row)
  }
  return found
}

/** What stands otherwise than it should, in the order of names; columns of a missing table are not told one by one. */
export function compareCatalogues(expected: Catalogue, found: Catalogue): Difference[] {
  const keys = [...new Set([...expected.keys(), ...found.keys()])].sort()
  const differences = keys.flatMap((key): Difference[] => {
    const [want, have] = [expected.get(key), found.get(key)]
    const { kind, name } = (want ?? have)!
    if (want?.definition === have?.definition) return []
    const problem = !have ? 'missing' : !want ? 'unexpected' : 'differs'
    return [{ kind, name, problem, expected: want?.definition ?? null, found: have?.definition ?? null }]
  })
  const whole = differences
    .filter(({ kind, problem }) => kind === 'table' && problem !== 'differs')
    .map(({ name }) => name)
  return differences.filter(
    ({ kind, name }) =>
      kind === 'table' || !whole.some((table) => name.startsWith(`${table}.`) || name.startsWith(`${table} `)),
  )
}

/** One difference as a sentence. */
export function describeDifference({ kind, name, problem, expected, found }: Difference): string {
  if (problem === 'missing') return `The ${kind} ${name} is missing (${expected}).`
  if (problem === 'unexpected') return `The ${kind} ${name} is made by no migration (${found}).`
  return `The ${kind} ${name} should be "${expected}", but is "${found}".`
}
