import { type Grant, type GrantSource, organizationDay, organizationMidnight, type RoleType } from '@guildhall/sdk'

interface Row {
  id: string
  role: string
  path: string
  level_roles: RoleType[] | null
  function_permissions: string[] | null
  function_extent: RoleType['extent'] | null
  starts: Date
  ends: Date | null
}
/**
 * A seat whose role carries permissions is a grant to the user linked to that member: over the group, all below inside
 * its layer, or all below, from midnight to midnight there. Read at check time; a suspended or pending member gives his user no rights.
 */
export const seatGrants: GrantSource = {
  id: 'groups.seats',
  async ofUser(tx, userId) {
    const rows = await tx.query<Row>(
      `SELECT s.id, s.role, g.path, l.roles AS level_roles, f.permissions AS function_permissions, f.extent AS function_extent,
              ${organizationMidnight('s.starts_on')} AS starts,
              CASE WHEN s.ends_before < DATE '9999-12-31' THEN ${organizationMidnight('s.ends_before')} END AS ends
         FROM members.member m
         JOIN groups.seat s ON s.tenant_id = m.tenant_id AND s.member_id = m.id
         JOIN core."group" g ON g.tenant_id = s.tenant_id AND g.id = s.group_id
         LEFT JOIN core.level l ON l.tenant_id = g.tenant_id AND l.key = g.type
         LEFT JOIN groups.function f ON f.tenant_id = s.tenant_id AND f.key = s.role
        WHERE m.tenant_id = $1 AND m.user_id = $2 AND m.deleted_at IS NULL AND m.status NOT IN ('suspended', 'pending')
          AND s.ends_before > ${organizationDay('$3::timestamptz')}`,
      [tx.tenantId, userId, tx.now()],
    )
    return { grants: rows.flatMap(grantOf), self: null }
  },
}

function grantOf(row: Row): Grant[] {
  const ofLevel = row.level_roles?.find(({ key }) => key === row.role)
  const permissions = ofLevel ? ofLevel.permissions : (row.function_permissions ?? [])
  if (permissions.length === 0) return []
  return [
    {
      role: row.role,
      path: row.path,
      extent: ofLevel?.extent ?? row.function_extent ?? 'group',
      permissions,
      from: row.starts,
      until: row.ends,
      source: { kind: 'seat', id: row.id },
    },
  ]
}
