import { binder, firstDay, lastDay, type Reach, type RoleType, reachSql, type Tx } from '@guildhall/sdk'
import type { HeldSeat } from '../refs.ts'

interface Row {
  id: string
  member_id: string
  group_id: string
  group_name: string
  group_type: string | null
  role: string
  level_roles: RoleType[] | null
  function_title: string | null
  starts_on: string
  ends_before: string
}

/** The seats members have on a day within the reach, with what their roles are called. Everybody asked for is in the answer. */
export async function heldSeats(
  tx: Tx,
  memberIds: readonly string[],
  day: string,
  reach: Reach = { everywhere: true },
): Promise<ReadonlyMap<string, readonly HeldSeat[]>> {
  const { bind, values } = binder()
  const [tenant, ids, on] = [bind(tx.tenantId), bind(memberIds), bind(day)]
  const rows = await tx.query<Row>(
    `SELECT s.id, s.member_id, s.group_id, g.name AS group_name, g.type AS group_type, s.role, l.roles AS level_roles, f.title AS function_title,
            to_char(s.starts_on, 'YYYY-MM-DD') AS starts_on, to_char(s.ends_before, 'YYYY-MM-DD') AS ends_before
       FROM groups.seat s JOIN core."group" g ON g.tenant_id = s.tenant_id AND g.id = s.group_id
       LEFT JOIN core.level l ON l.tenant_id = g.tenant_id AND l.key = g.type
       LEFT JOIN groups.function f ON f.tenant_id = s.tenant_id AND f.key = s.role
      WHERE s.tenant_id = ${tenant} AND s.member_id = ANY(${ids}::uuid[]) AND s.starts_on <= ${on}::date AND s.ends_before > ${on}::date
        AND ${reachSql(reach, { pathColumn: 'g.path', bind })}
      ORDER BY g.depth, g.name, s.id`,
    values,
  )
  const held = new Map<string, HeldSeat[]>(memberIds.map((id) => [id, []]))
  for (const row of rows)
    held.get(row.member_id)?.push({
      id: row.id,
      groupId: row.group_id,
      groupName: row.group_name,
      groupType: row.group_type,
      role: row.role,
      roleTitle: row.level_roles?.find(({ key }) => key === row.role)?.title ?? row.function_title ?? row.role,
      from: firstDay(row.starts_on),
      until: lastDay(row.ends_before),
    })
  return held
}
