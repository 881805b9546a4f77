import type { Tx } from '@guildhall/sdk'

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
