import type { Tx } from '@guildhall/sdk'

/** A table with rows of organisations. */
export interface TenantTable {
  readonly schema: string
  /** Quoted: `members.member`. */
  readonly name: string
}

/** Children before what they refer to, so that a foreign key is never in the way; a circle stays in the order of names. */
export async function tenantTables(tx: Tx, schemas?: readonly string[]): Promise<TenantTable[]> {
  const tables = await tx.query<TenantTable & { oid: number }>(
    `SELECT c.oid::int AS oid, n.nspname AS schema, format('%I.%I', n.nspname, c.relname) AS name
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
      WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname NOT IN ('pgboss', 'pg_catalog', 'information_schema')
        AND ($1::text[] IS NULL OR n.nspname = ANY($1))
      ORDER BY 2, 3`,
    [schemas ?? null],
  )
  const references = await tx.query<{ child: number; parent: number }>(
    `SELECT conrelid::int AS child, confrelid::int AS parent FROM pg_constraint WHERE contype = 'f' AND conrelid <> confrelid`,
  )
  const children = Map.groupBy(references, ({ parent }) => parent)
  const ordered: TenantTable[] = []
  const seen = new Set<number>()
  const byOid = new Map(tables.map((table) => [table.oid, table]))
  const visit = (oid: number): void => {
    if (seen.has(oid)) return
    seen.add(oid)
    for (const { child } of children.get(oid) ?? []) visit(child)
    const table = byOid.get(oid)
    if (table) ordered.push({ schema: table.schema, name: table.name })
  }
  for (const { oid } of tables) visit(oid)
  return ordered
}

/** Rows of the organisation by table; tables without any are left out. */
export async function countRows(tx: Tx, tables: readonly TenantTable[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { name } of tables) {
    const [row] = await tx.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${name} WHERE tenant_id = $1`, [
      tx.tenantId,
    ])
    if (row && row.n > 0) counts[name] = row.n
  }
  return counts
}
