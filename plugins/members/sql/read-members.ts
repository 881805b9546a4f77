import type { Tx } from '@guildhall/sdk'
import type { ExternalId } from '../member-schema.ts'
import { type MemberRow, recordColumns, recordOf } from '../record/columns.ts'
import type { MemberRecord } from '../refs.ts'

const one = `SELECT ${recordColumns} FROM members.member m WHERE m.tenant_id = $1 AND m.id = $2 AND m.deleted_at IS NULL`

// The record an id was merged into, however often.
const merged = `
WITH RECURSIVE chain AS (
  SELECT a.member_id FROM members.member_alias a WHERE a.tenant_id = $1 AND a.alias_id = $2
  UNION SELECT a.member_id FROM members.member_alias a JOIN chain c ON a.tenant_id = $1 AND a.alias_id = c.member_id)
SELECT ${recordColumns} FROM members.member m JOIN chain c ON c.member_id = m.id
 WHERE m.tenant_id = $1 AND m.deleted_at IS NULL LIMIT 1`

export interface Reading {
  /** Most likely nothing is read after it, see `Tx.query`. */
  readonly last?: boolean
  /** To be changed: nobody else does until the unit ends. */
  readonly lock?: boolean
}

/** The living member with this id, or the one it was merged into. */
export async function readMember(tx: Tx, id: string, { lock, ...o }: Reading = {}): Promise<MemberRecord | undefined> {
  const locking = lock ? ' FOR UPDATE OF m' : ''
  const [found] = await tx.query<MemberRow>(one + locking, [tx.tenantId, id], { ...o, prepared: true })
  if (found) return recordOf(found)
  const [winner] = await tx.query<MemberRow>(merged + locking, [tx.tenantId, id])
  return winner && recordOf(winner)
}

/** Locks in the order of ids, so that two writers queue instead of blocking each other. */
export async function lockMembers(
  tx: Tx,
  ids: readonly string[],
  o: { deleted?: boolean } = {},
): Promise<Map<string, MemberRecord>> {
  const rows = await tx.query<MemberRow>(
    `SELECT ${recordColumns} FROM members.member m
      WHERE m.tenant_id = $1 AND m.id = ANY($2::uuid[]) AND m.deleted_at IS ${o.deleted ? 'NOT NULL' : 'NULL'}
      ORDER BY m.id FOR UPDATE`,
    [tx.tenantId, ids],
  )
  return byId(rows)
}

export async function readMembers(tx: Tx, ids: readonly string[]): Promise<Map<string, MemberRecord>> {
  const rows = await tx.query<MemberRow>(
    `SELECT ${recordColumns} FROM members.member m
      WHERE m.tenant_id = $1 AND m.id = ANY($2::uuid[]) AND m.deleted_at IS NULL`,
    [tx.tenantId, ids],
  )
  return byId(rows)
}

const byId = (rows: readonly MemberRow[]) => new Map(rows.map((row) => [row.id, recordOf(row)]))

/** Key of an external id in the answer. */
export const externalIdKey = ({ system, value }: ExternalId): string => `${system}\n${value}`

export async function idsByExternalId(tx: Tx, ids: readonly ExternalId[]): Promise<Map<string, string>> {
  const rows = await tx.query<ExternalId & { member_id: string }>(
    `SELECT e.system, e.value, e.member_id FROM members.external_id e
       JOIN unnest($2::text[], $3::text[]) AS w (system, value) ON w.system = e.system AND w.value = e.value
      WHERE e.tenant_id = $1`,
    [tx.tenantId, ids.map(({ system }) => system), ids.map(({ value }) => value)],
  )
  return new Map(rows.map((row) => [externalIdKey(row), row.member_id]))
}

/** By the normalised address. */
export async function idsByEmailKey(tx: Tx, keys: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.query<{ id: string; email_key: string }>(
    `SELECT m.id, m.email_key FROM members.member m
      WHERE m.tenant_id = $1 AND m.email_key = ANY($2::text[]) AND m.deleted_at IS NULL AND m.email_key IS NOT NULL`,
    [tx.tenantId, keys],
  )
  return new Map(rows.map((row) => [row.email_key, row.id]))
}

/** The living member a user is linked to. */
export async function memberOfUser(tx: Tx, userId: string): Promise<MemberRecord | undefined> {
  const [row] = await tx.query<MemberRow>(
    `SELECT ${recordColumns} FROM members.member m
      WHERE m.tenant_id = $1 AND m.user_id = $2 AND m.deleted_at IS NULL AND m.user_id IS NOT NULL`,
    [tx.tenantId, userId],
  )
  return row && recordOf(row)
}
