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

/** The statements an owner runs by hand where Guildhall may not create roles. `doctor` prints them. */
export function roleStatements(roles: DatabaseRoles, password: (role: string) => string): string[] {
  return [
    `CREATE ROLE ${quote(roles.rw)} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD '${password(roles.rw)}'`,
    `CREATE ROLE ${quote(roles.platform)} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD '${password(roles.platform)}'`,
    `CREATE ROLE ${quote(roles.lookup)} NOLOGIN NOSUPERUSER NOBYPASSRLS`,
  ]
}

/** Makes what is missing and sets the derived passwords. Runs under the migration lock: roles belong to the whole server. */
export async function ensureRoles(client: Client, roles: DatabaseRoles, masterKey: Buffer): Promise<void> {
  const { rows } = await client.query<{ rolname: string }>('SELECT rolname FROM pg_roles WHERE rolname = ANY($1)', [
    [roles.rw, roles.platform, roles.lookup],
  ])
  const present = new Set(rows.map((row) => row.rolname))
  const statements = roleStatements(roles, (role) => rolePassword(masterKey, role))
  const names = [roles.rw, roles.platform, roles.lookup]
  for (const [i, statement] of statements.entries()) {
    const name = names[i] as string
    if (!present.has(name)) await client.query(statement)
    else if (name !== roles.lookup) {
      await client.query(`ALTER ROLE ${quote(name)} PASSWORD '${rolePassword(masterKey, name)}'`)
    }
  }
  // Only a member of a role may hand a function over to it.
  await client.query(`GRANT ${quote(roles.lookup)} TO CURRENT_USER`)
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
