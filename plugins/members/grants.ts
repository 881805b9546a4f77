import { type GrantSource, type MemberPlaces, type RoleUse, type Tx, wholeOrganization } from '@guildhall/sdk'

/** A linked member's role is what its user is granted over the whole organisation; a suspended or pending one gives none. */
export const memberGrants: GrantSource = {
  id: 'members.role',
  ofUser: async (tx: Tx, userId: string) => {
    const [member] = await tx.query<{ id: string; role: string }>(
      `SELECT id, role FROM members.member
        WHERE tenant_id = $1 AND user_id = $2 AND deleted_at IS NULL AND user_id IS NOT NULL
          AND NOT pending AND suspended_at IS NULL`,
      [tx.tenantId, userId],
    )
    if (!member) return { grants: [], self: null }
    const source = { kind: 'member-role', id: member.id } as const
    return { grants: [{ ...wholeOrganization, role: member.role, source }], self: member.id }
  },
}

/** A role of the organisation's own that members have cannot be deleted. */
export const memberRoleUse: RoleUse = {
  id: 'members.roles',
  what: 'members',
  count: async (tx, role) => {
    const [row] = await tx.query<{ n: number }>(
      'SELECT count(*)::integer AS n FROM members.member WHERE tenant_id = $1 AND role = $2 AND deleted_at IS NULL',
      [tx.tenantId, role],
    )
    return row!.n
  },
}

/** That there is such a member; where he sits is told by groups. */
export const memberStanding: MemberPlaces = {
  pathsOf: async (tx, memberId) => {
    const found = await tx.query(
      'SELECT id FROM members.member WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL',
      [tx.tenantId, memberId],
    )
    return found.length > 0 ? [] : null
  },
}
