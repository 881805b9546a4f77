import type { Tx } from '@guildhall/sdk'
import type { Guardian } from '../routes/guardians.ts'

/** Which of these members the guardian acts for on a day. */
export async function wardsAmong(
  tx: Tx,
  o: { guardianId: string; ids: readonly string[]; day: string },
): Promise<Set<string>> {
  const rows = await tx.query<{ ward_id: string }>(
    `SELECT g.ward_id FROM members.guardian g JOIN members.member m ON m.tenant_id = g.tenant_id AND m.id = g.ward_id
      WHERE g.tenant_id = $1 AND g.guardian_id = $2 AND g.ward_id = ANY($3::uuid[]) AND m.deleted_at IS NULL
        AND g.from_on <= $4 AND (g.until_on IS NULL OR g.until_on > $4)`,
    [tx.tenantId, o.guardianId, o.ids, o.day],
  )
  return new Set(rows.map(({ ward_id }) => ward_id))
}

interface Row {
  readonly id: string
  readonly guardian_id: string
  readonly guardian_name: string
  readonly ward_id: string
  readonly ward_name: string
  readonly relationship: string
  readonly from_on: string
  readonly until_on: string | null
  readonly created_at: Date
  readonly updated_at: Date
  readonly version: number
}

/** Where the member is guardian or ward; deleted people left out. */
export async function guardiansOf(tx: Tx, memberId: string): Promise<Guardian[]> {
  const rows = await tx.query<Row>(
    `SELECT x.id, x.guardian_id, g.display_name AS guardian_name, x.ward_id, w.display_name AS ward_name,
            x.relationship, x.from_on, x.until_on, x.created_at, x.updated_at, x.version
       FROM members.guardian x
       JOIN members.member g ON g.tenant_id = x.tenant_id AND g.id = x.guardian_id AND g.deleted_at IS NULL
       JOIN members.member w ON w.tenant_id = x.tenant_id AND w.id = x.ward_id AND w.deleted_at IS NULL
      WHERE x.tenant_id = $1 AND (x.guardian_id = $2 OR x.ward_id = $2)
      ORDER BY x.from_on, x.id LIMIT 200`,
    [tx.tenantId, memberId],
  )
  return rows.map((row) => ({
    id: row.id,
    guardianId: row.guardian_id,
    guardianName: row.guardian_name,
    wardId: row.ward_id,
    wardName: row.ward_name,
    relationship: row.relationship,
    from: row.from_on,
    until: row.until_on,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    version: row.version,
  }))
}

/** @throws the database's exclusion error (409) when the two are guardian and ward in that time already */
export async function insertGuardian(
  tx: Tx,
  o: { id: string; guardianId: string; wardId: string; relationship: string; from: string; until: string | null },
): Promise<void> {
  await tx.query(
    `INSERT INTO members.guardian (tenant_id, id, guardian_id, ward_id, relationship, from_on, until_on, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
    [tx.tenantId, o.id, o.guardianId, o.wardId, o.relationship, o.from, o.until, tx.now()],
  )
}

export async function deleteGuardian(tx: Tx, o: { id: string; memberId: string }): Promise<void> {
  await tx.query(
    'DELETE FROM members.guardian WHERE tenant_id = $1 AND id = $2 AND (ward_id = $3 OR guardian_id = $3)',
    [tx.tenantId, o.id, o.memberId],
  )
}
