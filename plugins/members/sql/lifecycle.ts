import type { Tx } from '@guildhall/sdk'

/** @param reason null ends the suspension. The status follows by `writeStatus`. */
export async function setSuspension(tx: Tx, ids: readonly string[], reason: string | null): Promise<void> {
  await tx.query(
    `UPDATE members.member SET suspended_at = CASE WHEN $3::text IS NULL THEN NULL ELSE coalesce(suspended_at, $4) END,
            suspended_reason = $3, updated_at = $4, version = version + 1
      WHERE tenant_id = $1 AND id = ANY($2::uuid[]) AND deleted_at IS NULL`,
    [tx.tenantId, ids, reason, tx.now()],
  )
}

/** @param how null brings them back */
export async function setDeleted(
  tx: Tx,
  ids: readonly string[],
  how: { mergedInto: string | null } | null,
): Promise<void> {
  await tx.query(
    `UPDATE members.member SET deleted_at = $3, merged_into = $4, updated_at = $5, version = version + 1
      WHERE tenant_id = $1 AND id = ANY($2::uuid[])`,
    [tx.tenantId, ids, how ? tx.now() : null, how?.mergedInto ?? null, tx.now()],
  )
}

export async function detachExternalIds(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.query('DELETE FROM members.external_id WHERE tenant_id = $1 AND member_id = ANY($2::uuid[])', [
    tx.tenantId,
    ids,
  ])
}

export async function setPending(tx: Tx, id: string, pending: boolean): Promise<void> {
  await tx.query(
    `UPDATE members.member SET pending = $3, updated_at = $4, version = version + 1 WHERE tenant_id = $1 AND id = $2`,
    [tx.tenantId, id, pending, tx.now()],
  )
}

export async function setUser(tx: Tx, id: string, userId: string | null): Promise<void> {
  await tx.query(
    `UPDATE members.member SET user_id = $3, updated_at = $4, version = version + 1 WHERE tenant_id = $1 AND id = $2`,
    [tx.tenantId, id, userId, tx.now()],
  )
}

export async function setRole(tx: Tx, id: string, role: string): Promise<void> {
  await tx.query(
    `UPDATE members.member SET role = $3, updated_at = $4, version = version + 1 WHERE tenant_id = $1 AND id = $2`,
    [tx.tenantId, id, role, tx.now()],
  )
}
