import { createHmac } from 'node:crypto'
import type { Client } from 'pg'

/** Who is who in PostgreSQL: `rw` serves requests, `platform` runs what crosses organisations, `lookup` owns definer functions. */
export interface DatabaseRoles {
  readonly rw: string
  readonly platform: string
  readonly lookup: string
}

/** A name as SQL takes it. */
export const quote = (name: string) => `"${name.replaceAll('"', '""')}"`
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`

/** The names that belong to a database; where somebody else made the roles, their names come from the addresses. */
export function roleNames(database: string, o: { appUrl?: string; platformUrl?: string } = {}): DatabaseRoles {
  return {
    rw: o.appUrl ? decodeURIComponent(new URL(o.appUrl).username) : `${database}_rw`,
    platform: o.platformUrl ? decodeURIComponent(new URL(o.platformUrl).username) : `${database}_platform`,
    lookup: `${database}_lookup`,
  }
}

/** Derived, never stored: whoever has the master key can compute it again, on every node. */
export const rolePassword = (masterKey: Buffer, role: string): string =>
  createHmac('sha256', masterKey).update(`database-role:${role}`).digest('base64url')

/** What there is of the roles, as the owner of the database sees it. */
export interface RolesFound {
  readonly owner: string
  readonly mayCreate: boolean
  /** Not there. */
  readonly missing: readonly string[]
  /**
   * There, and the owner is no member: only a member may hand functions over to a role, or make a schema for it. A superuser is
   * one of all.
   */
  readonly foreign: readonly string[]
}

type Querying = { query<Row extends object>(sql: string, bind?: unknown[]): Promise<{ rows: Row[] }> }

export async function findRoles(client: Querying, roles: DatabaseRoles): Promise<RolesFound> {
  const { rows } = await client.query<Pick<RolesFound, 'owner' | 'mayCreate'>>(
    'SELECT rolname AS owner, rolsuper OR rolcreaterole AS "mayCreate" FROM pg_roles WHERE rolname = current_user',
  )
  const names = [roles.rw, roles.platform, roles.lookup]
  // Whoever makes a role is a member from PostgreSQL 16 on, but one who may only administer it, and not act for it.
  const { rows: present } = await client.query<{ name: string; member: boolean }>(
    `SELECT rolname AS name, pg_has_role(current_user, oid, 'USAGE') AS member FROM pg_roles WHERE rolname = ANY($1)`,
    [names],
  )
  const missing = names.filter((name) => !present.some((role) => role.name === name))
  const foreign = present.filter(({ name, member }) => name !== roles.rw && !member).map(({ name }) => name)
  return { ...rows[0]!, missing, foreign }
}

/** The statements that mend it, for whoever may run them. `doctor` prints them. */
export function roleStatements(
  roles: DatabaseRoles,
  { owner, missing, foreign }: RolesFound,
  password: (role: string) => string,
): string[] {
  const plain = 'NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE'
  const joined = [roles.lookup, roles.platform].filter((name) => missing.includes(name) || foreign.includes(name))
  return [
    ...missing.map((name) =>
      name === roles.lookup
        ? `CREATE ROLE ${quote(name)} NOLOGIN ${plain}`
        : `CREATE ROLE ${quote(name)} LOGIN ${plain} PASSWORD ${literal(password(name))}`,
    ),
    ...(joined.length > 0 ? [`GRANT ${joined.map(quote).join(', ')} TO ${quote(owner)}`] : []),
  ]
}

/**
 * Makes what is missing and sets the derived passwords, where the owner may. Runs under the migration lock: roles belong to
 * the whole server.
 * @param o makeRoles: false where the operator made the roles himself
 * @throws Error that says what is missing, where nothing may be made
 */
export async function ensureRoles(
  client: Client,
  roles: DatabaseRoles,
  o: { masterKey: Buffer; makeRoles: boolean },
): Promise<void> {
  const found = await findRoles(client, roles)
  if (o.makeRoles && found.mayCreate) {
    const password = (role: string) => rolePassword(o.masterKey, role)
    for (const statement of roleStatements(roles, found, password)) await client.query(statement)
    for (const name of [roles.rw, roles.platform].filter((role) => !found.missing.includes(role)))
      await client.query(`ALTER ROLE ${quote(name)} PASSWORD ${literal(password(name))}`)
    return
  }
  if (found.missing.length === 0 && found.foreign.length === 0) return
  const what = [
    ...found.missing.map((name) => `the role "${name}" is missing`),
    ...found.foreign.map((name) => `"${found.owner}" is no member of "${name}"`),
  ]
  throw new Error(
    `The database needs roles that "${found.owner}" of DATABASE_URL may not make: ${what.join(', ')}. ` +
      'Let somebody who may run the SQL that "guildhall doctor" prints.',
  )
}

/** @throws when the role that serves requests could pass by the policies. */
export async function refusePowerfulRole(query: (sql: string) => Promise<{ rows: unknown[] }>): Promise<void> {
  const { rows } = await query(
    `SELECT r.rolname AS name, r.rolsuper AS super, r.rolbypassrls AS bypass,
            EXISTS (SELECT 1 FROM pg_namespace n WHERE n.nspname = 'core' AND pg_has_role(r.oid, n.nspowner, 'MEMBER')) AS owner
       FROM pg_roles r WHERE r.rolname = current_user`,
  )
  const role = rows[0] as { name: string; super: boolean; bypass: boolean; owner: boolean }
  const why = role.super ? 'is a superuser' : role.bypass ? 'has BYPASSRLS' : role.owner ? 'owns the tables' : null
  if (why)
    throw new Error(
      `The role "${role.name}" that serves requests ${why}, so row-level security would not bind it. ` +
        'Set DATABASE_APP_URL to a plain role (guildhall doctor prints the SQL that makes one).',
    )
}

/** @throws when a table with a tenant_id is not under forced row-level security: the second wall would be missing. */
export async function refuseOpenTables(query: (sql: string) => Promise<{ rows: unknown[] }>): Promise<void> {
  const { rows } = await query(
    `SELECT c.oid::regclass::text AS name FROM pg_class c
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
       JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`,
  )
  if (rows.length > 0)
    throw new Error(
      `These tables hold tenant_id without forced row-level security: ${rows.map((r) => (r as { name: string }).name).join(', ')}. ` +
        "Run SELECT app.protect('<schema>.<table>') in a migration.",
    )
}
