import { type MemberPlaces, organizationDay, reachSql } from '@guildhall/sdk'
import type { MemberReach } from '#plugins/members/refs.ts'

/** Rights over a group reach the members who sit in it today. */
export const reachByGroups: MemberReach = {
  async pathsOf(tx, memberIds) {
    const rows = await tx.query<{ member_id: string; paths: string[] }>(
      `SELECT s.member_id, array_agg(DISTINCT g.path) AS paths FROM groups.seat s
         JOIN core."group" g ON g.tenant_id = s.tenant_id AND g.id = s.group_id
        WHERE s.tenant_id = $1 AND s.member_id = ANY($2::uuid[])
          AND s.starts_on <= ${organizationDay('$3::timestamptz')} AND s.ends_before > ${organizationDay('$3::timestamptz')}
        GROUP BY s.member_id`,
      [tx.tenantId, memberIds, tx.now()],
    )
    return new Map(rows.map(({ member_id, paths }) => [member_id, paths]))
  },
  sql(reach, { member, tenant, now, bind }) {
    const today = organizationDay(`${bind(now)}::timestamptz`)
    return `EXISTS (SELECT 1 FROM groups.seat rs JOIN core."group" rg ON rg.tenant_id = rs.tenant_id AND rg.id = rs.group_id
       WHERE rs.tenant_id = ${tenant} AND rs.member_id = ${member} AND rs.starts_on <= ${today}
         AND rs.ends_before > ${today} AND ${reachSql({ ...reach, self: null }, { pathColumn: 'rg.path', bind })})`
  },
}

/** Where a member sits today, for the explanation of a permission. */
export const placesBySeats: MemberPlaces = {
  pathsOf: async (tx, memberId) => (await reachByGroups.pathsOf(tx, [memberId])).get(memberId) ?? null,
}
