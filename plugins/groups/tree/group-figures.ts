import { addDays, Nullable, type Reach, reachSql, type Tx, Uuid } from '@guildhall/sdk'

import Type, { type Static } from 'typebox'

const count = Type.Integer({ minimum: 0 })
export const GroupFigures = Type.Object({
  at: Type.String({ format: 'date' }),
  groups: count,
  /** Members with a seat anywhere, each once. */
  members: count,
  byType: Type.Array(Type.Object({ type: Nullable(Type.String()), groups: count, members: count }), { maxItems: 100 }),
  byRole: Type.Array(Type.Object({ role: Type.String(), seats: count, members: count }), { maxItems: 500 }),
  largest: Type.Array(
    Type.Object({
      groupId: Uuid(),
      name: Type.String(),
      type: Nullable(Type.String()),
      members: Type.Integer({ description: 'In the group itself' }),
    }),
    { maxItems: 50 },
  ),
  empty: Type.Integer({ description: 'Groups in which nobody sits' }),
  activity: Type.Array(Type.Object({ month: Type.String({ examples: ['2025-01'] }), begun: count, ended: count }), {
    maxItems: 1300,
    description: 'Seats that began and ended, by month, from `from` to `to`',
  }),
})
export type GroupFigures = Static<typeof GroupFigures>

/** How members spread over groups on a day, and how seats came and went: as far as the reach goes. */
export async function groupFigures(
  tx: Tx,
  reach: Reach,
  o: { at: string; from: string; to: string; topPath: string },
): Promise<GroupFigures> {
  const values: unknown[] = [tx.tenantId, o.at, o.topPath, `${o.topPath}~`]
  const within = reachSql(reach, { pathColumn: 'g.path', bind: (value) => `$${values.push(value)}` })
  const scope = `g.tenant_id = $1 AND g.path >= $3::text COLLATE "C" AND g.path < $4::text COLLATE "C" AND ${within}`
  const seats = `core."group" g JOIN groups.seat s ON s.tenant_id = g.tenant_id AND s.group_id = g.id
    JOIN members.member m ON m.tenant_id = s.tenant_id AND m.id = s.member_id AND m.deleted_at IS NULL`
  const sitting = `s.starts_on <= $2::date AND s.ends_before > $2::date`
  const left = `core."group" g LEFT JOIN groups.seat s ON s.tenant_id = g.tenant_id AND s.group_id = g.id AND ${sitting}
    AND EXISTS (SELECT 1 FROM members.member m WHERE m.tenant_id = s.tenant_id AND m.id = s.member_id AND m.deleted_at IS NULL)`

  const [totals] = await tx.query<{ groups: number; members: number; empty: number }>(
    `SELECT count(*)::int AS groups, count(*) FILTER (WHERE n = 0)::int AS empty,
            (SELECT count(DISTINCT s.member_id)::int FROM ${seats} WHERE ${scope} AND ${sitting}) AS members
       FROM (SELECT g.id, count(s.id) AS n FROM ${left} WHERE ${scope} GROUP BY g.id) counted`,
    values,
  )
  const byType = await tx.query<GroupFigures['byType'][number]>(
    `SELECT g.type, count(DISTINCT g.id)::int AS groups, count(DISTINCT s.member_id)::int AS members
       FROM ${left} WHERE ${scope} GROUP BY g.type ORDER BY members DESC, g.type LIMIT 100`,
    values,
  )
  const byRole = await tx.query<GroupFigures['byRole'][number]>(
    `SELECT s.role, count(*)::int AS seats, count(DISTINCT s.member_id)::int AS members
       FROM ${seats} WHERE ${scope} AND ${sitting} GROUP BY s.role ORDER BY seats DESC, s.role LIMIT 500`,
    values,
  )
  const largest = await tx.query<GroupFigures['largest'][number]>(
    `SELECT g.id AS "groupId", g.name, g.type, count(DISTINCT s.member_id)::int AS members
       FROM ${seats} WHERE ${scope} AND ${sitting} GROUP BY g.id, g.name, g.type ORDER BY members DESC, g.name LIMIT 50`,
    values,
  )
  return { at: o.at, ...totals!, byType, byRole, largest, activity: await activity(tx, reach, o) }
}

async function activity(
  tx: Tx,
  reach: Reach,
  o: { from: string; to: string; topPath: string },
): Promise<GroupFigures['activity']> {
  const values: unknown[] = [tx.tenantId, o.from, addDays(o.to, 1), o.topPath, `${o.topPath}~`]
  const within = reachSql(reach, { pathColumn: 'g.path', bind: (value) => `$${values.push(value)}` })
  const by = (column: string) =>
    `SELECT to_char(s.${column}, 'YYYY-MM') AS month, count(*)::int AS n
       FROM groups.seat s JOIN core."group" g ON g.tenant_id = s.tenant_id AND g.id = s.group_id
      WHERE s.tenant_id = $1 AND s.${column} >= $2::date AND s.${column} < $3::date
        AND g.path >= $4::text COLLATE "C" AND g.path < $5::text COLLATE "C" AND ${within} GROUP BY 1`
  return tx.query<GroupFigures['activity'][number]>(
    `SELECT coalesce(b.month, e.month) AS month, coalesce(b.n, 0) AS begun, coalesce(e.n, 0) AS ended
       FROM (${by('starts_on')}) b FULL JOIN (${by('ends_before')}) e ON e.month = b.month ORDER BY 1`,
    values,
  )
}
