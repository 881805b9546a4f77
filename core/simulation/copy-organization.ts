import { type CopyScope, type LeftOutOfCopies, Problem, problems, type Tx } from '@guildhall/sdk'
import { QueryTypes } from 'sequelize'
import { type TenantTable, tenantTables } from '../database/tenant-tables.ts'
import type { Runtime } from '../runtime.ts'

/** What a rehearsal has no use for: trails, queues and schedules. Plugins name theirs. */
const leftOutOfCore: readonly string[] = [
  'core.event',
  'core.delivery',
  'core.audit_event',
  'core.idempotency',
  'core.parked_job',
  'core.operation',
  'core.schedule',
]

/** More rows of a counted table are rehearsed on a group. */
export const mostRows = 50_000

interface Reference {
  readonly child: string
  readonly parent: string
  /** Columns beside the organisation's, of the child and of the parent, in the same order. */
  readonly columns: readonly string[]
  readonly targets: readonly string[]
}

/**
 * Copies every row of an organisation under another id, in one transaction on the platform's connections (`tx` is in
 * the new organisation). Ids stay as they are: primary keys are composite. Schedules stay behind, so nothing fires.
 * @throws Problem 409 when a counted table is too large and no group was chosen
 */
export async function copyOrganization(
  tx: Tx,
  o: { from: string; scopes: readonly CopyScope[]; leftOut: readonly LeftOutOfCopies[]; groupId?: string },
): Promise<void> {
  const leftOut = new Set([...leftOutOfCore, ...o.leftOut.map(({ table }) => table)])
  if (o.groupId === undefined) await refuseTooMany(tx, o.from, o.scopes)
  await tx.query(
    `INSERT INTO core.tenant (id, slug, name, status, edition, settings, created_at, copy_of)
     SELECT $1::uuid, 'copy-' || $1::uuid::text, name, 'suspended', edition, settings, $3, id FROM core.tenant WHERE id = $2`,
    [tx.tenantId, o.from, tx.now()],
  )
  const references = await foreignKeys(tx)
  const narrowed = new Set<string>()
  // Parents first: what refers to a row that stayed behind stays behind too.
  for (const table of (await tenantTables(tx)).toReversed()) {
    if (leftOut.has(table.name)) continue
    const own = o.groupId === undefined ? [] : o.scopes.filter((scope) => scope.table === table.name)
    const bounds = references.filter(
      ({ child, parent }) => child === table.name && (narrowed.has(parent) || leftOut.has(parent)),
    )
    if (own.length > 0 || bounds.length > 0) narrowed.add(table.name)
    await copyTable(tx, table, o, own, bounds)
  }
}

async function refuseTooMany(tx: Tx, from: string, scopes: readonly CopyScope[]): Promise<void> {
  for (const { table, counts } of scopes) {
    if (!counts) continue
    const [row] = await tx.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM (SELECT 1 FROM ${table} WHERE tenant_id = $1 LIMIT ${mostRows + 1}) AS t`,
      [from],
    )
    if (row && row.n > mostRows)
      throw new Problem(problems.conflict, {
        detail: `More than ${mostRows.toLocaleString('en')} rows of ${table} would have to be copied: choose a group to rehearse on.`,
      })
  }
}

async function copyTable(
  tx: Tx,
  table: TenantTable,
  o: { from: string; groupId?: string },
  scopes: readonly CopyScope[],
  bounds: readonly Reference[],
): Promise<void> {
  const columns = await ownColumns(tx, table)
  const conditions = ['t.tenant_id = $1', ...scopes.map(({ inGroup }) => `(${inGroup})`)]
  for (const { parent, columns: own, targets } of bounds) {
    const missing = own.map((column) => `t.${column} IS NULL`).join(' OR ')
    const same = own.map((column, i) => `p.${targets[i]} = t.${column}`).join(' AND ')
    conditions.push(
      `(${missing} OR EXISTS (SELECT 1 FROM ${parent} p WHERE p.tenant_id = '${tx.tenantId}' AND ${same}))`,
    )
  }
  await tx.query(
    `INSERT INTO ${table.name} (tenant_id, ${columns.join(', ')})
     SELECT '${tx.tenantId}', ${columns.map((column) => copied(table, column)).join(', ')} FROM ${table.name} t
      WHERE ${conditions.join(' AND ')}`,
    scopes.length > 0 ? [o.from, o.groupId] : [o.from],
  )
}

/** What opens a door to the organisation opens none to its copy: hashes of tokens, and the client of a service account. */
function copied({ name }: TenantTable, column: string): string {
  if (column.endsWith('_hash')) return `CASE WHEN t.${column} IS NOT NULL THEN 'copy ' || t.id END`
  return name === 'core.service_account' && column === 'client_id'
    ? `'copy ' || t.tenant_id || t.id || clock_timestamp()`
    : `t.${column}`
}

/** Quoted names of what is written: everything but the organisation's id and what the database computes. */
async function ownColumns(tx: Tx, { name }: TenantTable): Promise<string[]> {
  const rows = await tx.query<{ name: string }>(
    `SELECT quote_ident(attname) AS name FROM pg_attribute
      WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname <> 'tenant_id'
      ORDER BY attnum`,
    [name],
  )
  return rows.map((row) => row.name)
}

async function foreignKeys(tx: Tx): Promise<Reference[]> {
  return tx.query<Reference>(
    `SELECT format('%I.%I', cn.nspname, c.relname) AS child, format('%I.%I', pn.nspname, p.relname) AS parent,
            array_agg(quote_ident(ca.attname) ORDER BY k.i) AS columns, array_agg(quote_ident(pa.attname) ORDER BY k.i) AS targets
       FROM pg_constraint f
       JOIN pg_class c ON c.oid = f.conrelid JOIN pg_namespace cn ON cn.oid = c.relnamespace
       JOIN pg_class p ON p.oid = f.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
       JOIN LATERAL unnest(f.conkey, f.confkey) WITH ORDINALITY AS k (own, target, i) ON true
       JOIN pg_attribute ca ON ca.attrelid = c.oid AND ca.attnum = k.own
       JOIN pg_attribute pa ON pa.attrelid = p.oid AND pa.attnum = k.target
      WHERE f.contype = 'f' AND f.conrelid <> f.confrelid AND ca.attname <> 'tenant_id'
      GROUP BY f.oid, 1, 2`,
  )
}

export const copyActor = { kind: 'system', reason: 'rehearsal' } as const

/** Everything goes with the organisation's row, children first, so that no foreign key is in the way. */
export async function deleteCopy(tx: Tx): Promise<void> {
  for (const { name } of await tenantTables(tx))
    await tx.query(`DELETE FROM ${name} WHERE tenant_id = $1`, [tx.tenantId])
  await tx.query('DELETE FROM core.tenant WHERE id = $1 AND copy_of IS NOT NULL', [tx.tenantId])
}

const rehearsalsEndWithinHours = 6

/** Copies that a killed process left behind. */
export async function deleteStaleCopies(runtime: Runtime, of: string): Promise<void> {
  const before = new Date(runtime.clock.now().getTime() - rehearsalsEndWithinHours * 3_600_000)
  const stale = await runtime.database.platform.query<{ id: string }>(
    'SELECT id FROM core.tenant WHERE copy_of = $1 AND created_at < $2',
    { bind: [of, before], type: QueryTypes.SELECT },
  )
  for (const { id } of stale) await runtime.platformUnits.run({ tenantId: id, actor: copyActor }, deleteCopy)
}
