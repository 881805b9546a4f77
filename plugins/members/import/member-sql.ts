/** What an import of members asks of the register as a whole. */
import type { Tx } from '@guildhall/sdk'

/**
 * Rows whose member is another than when the plan was made, and new ones whose number, address or name and birthday
 * somebody has by now.
 */
export async function membersChangedSince(
  tx: Tx,
  importId: string,
  system: string,
): Promise<{ number: number; reason: string }[]> {
  const rows = await tx.query<{ number: number; created: boolean }>(
    `SELECT r.number, false AS created FROM members.import_row r
       LEFT JOIN members.member m ON m.tenant_id = r.tenant_id AND m.id = r.target_id AND m.deleted_at IS NULL
      WHERE r.tenant_id = $1 AND r.import_id = $2 AND r.outcome IN ('update', 'unchanged')
        AND m.version IS DISTINCT FROM r.target_version
     UNION
     SELECT r.number, true FROM members.import_row r
       JOIN members.external_id e ON e.tenant_id = r.tenant_id AND e.system = $3 AND e.value = r.external_key
      WHERE r.tenant_id = $1 AND r.import_id = $2 AND r.outcome = 'create'
     UNION
     SELECT r.number, true FROM members.import_row r
       JOIN members.member m ON m.tenant_id = r.tenant_id AND m.email_key = r.email_key AND m.deleted_at IS NULL
      WHERE r.tenant_id = $1 AND r.import_id = $2 AND r.outcome = 'create'
     UNION
     SELECT r.number, true FROM members.import_row r
       JOIN members.member m ON m.tenant_id = r.tenant_id AND m.name_key = r.name_key AND m.birthday = r.birthday
                            AND m.deleted_at IS NULL
      WHERE r.tenant_id = $1 AND r.import_id = $2 AND r.outcome = 'create' AND r.birthday IS NOT NULL
      ORDER BY number`,
    [tx.tenantId, importId, system],
  )
  return rows.map(({ number, created }) => ({
    number,
    reason: created ? 'The member has been added since.' : 'The member was changed or deleted since.',
  }))
}

/** What stands in each record, as a fingerprint. Status follows from periods and days: it is nobody's change of the record. */
export async function printsOf(tx: Tx, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.query<{ id: string; print: string }>(
    `SELECT m.id, md5((to_jsonb(m) - 'status' - 'version' - 'updated_at')::text) AS print FROM members.member m
      WHERE m.tenant_id = $1 AND m.id = ANY($2::uuid[]) AND m.deleted_at IS NULL`,
    [tx.tenantId, ids],
  )
  return new Map(rows.map(({ id, print }) => [id, print]))
}

/** Which of these something hangs on beside their own record. */
export async function leanedOn(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>('SELECT DISTINCT members.leaned_on($1::uuid[]) AS id', [ids])
  return new Set(rows.map(({ id }) => id))
}

/** For good, with all that is only theirs: an undone import leaves nothing behind. */
export async function eraseMembers(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.query('DELETE FROM members.member WHERE tenant_id = $1 AND id = ANY($2::uuid[])', [tx.tenantId, ids])
}
