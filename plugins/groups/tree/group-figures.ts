import { addDays, Nullable, type Reach, reachSql, type Tx, Uuid } from '@guildhall/sdk'

import Type, { type Static } from 'typebox'
import { ofLiving } from '../seats/seat-sql.ts'

const count = Type.Integer({ minimum: 0, description: 'How many' })
export const GroupFigures = Type.Object(
  {
    at: Type.String({ description: 'The day that is counted', format: 'date' }),
    groups: count,
    /** Members with a seat anywhere, each once. */
    members: count,
    byType: Type.Array(
      Type.Object({ type: Nullable(Type.String({ description: 'Key of the level' })), groups: count, members: count }),
      { description: 'Groups and members by level', maxItems: 100 },
    ),
    byRole: Type.Array(
      Type.Object({ role: Type.String({ description: 'Key of the role' }), seats: count, members: count }),
      { description: 'Seats and members by role', maxItems: 500 },
    ),
    largest: Type.Array(
      Type.Object({
        groupId: Uuid(),
        name: Type.String({ description: 'Its name' }),
        type: Nullable(Type.String({ description: 'Key of its level' })),
        members: Type.Integer({ description: 'In the group itself' }),
      }),
      { description: 'Groups with most members', maxItems: 50 },
    ),
    empty: Type.Integer({ description: 'Groups in which nobody sits' }),
    activity: Type.Array(
      Type.Object({
        month: Type.String({ description: '`YYYY-MM`', examples: ['2025-01'] }),
        begun: count,
        ended: count,
      }),
      {
        maxItems: 1300,
        description: 'Seats that began and ended, by month, from `from` to `to`',
      },
    ),
  },
  { title: 'GroupFigures' },
)
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
  // Materialised: each part is small beside the tables, and read several times.
  const parts = `WITH scope AS MATERIALIZED (SELECT g.id, g.name, g.type FROM core."group" g WHERE ${scope}),
    sitting AS MATERIALIZED (SELECT s.group_id, s.member_id, s.role FROM groups.seat s
      WHERE s.tenant_id = $1 AND s.starts_on <= $2::date AND s.ends_before > $2::date AND ${ofLiving}),
    seat AS MATERIALIZED (SELECT g.name, g.type, s.group_id, s.member_id, s.role FROM scope g JOIN sitting s ON s.group_id = g.id)`
  const ask = <Row extends object>(sql: string) => tx.query<Row>(`${parts} ${sql}`, values)

  const [totals] = await ask<{ groups: number; members: number; empty: number }>(
    `SELECT (SELECT count(*)::int FROM scope) AS groups, (SELECT count(DISTINCT member_id)::int FROM seat) AS members,
            (SELECT count(*)::int FROM scope WHERE id NOT IN (SELECT group_id FROM seat)) AS empty`,
  )
  const byType = await ask<GroupFigures['byType'][number]>(
    `SELECT g.type, g.groups, coalesce(s.members, 0) AS members
       FROM (SELECT type, count(*)::int AS groups FROM scope GROUP BY type) g
       LEFT JOIN (SELECT type, count(DISTINCT member_id)::int AS members FROM seat GROUP BY type) s ON s.type IS NOT DISTINCT FROM g.type
      ORDER BY members DESC, g.type LIMIT 100`,
  )
  const byRole = await ask<GroupFigures['byRole'][number]>(
    `SELECT role, count(*)::int AS seats, count(DISTINCT member_id)::int AS members
       FROM seat GROUP BY role ORDER BY seats DESC, role LIMIT 500`,
  )
  const largest = await ask<GroupFigures['largest'][number]>(
    `SELECT group_id AS "groupId", name, type, count(DISTINCT member_id)::int AS members
       FROM seat GROUP BY group_id, name, type ORDER BY members DESC, name LIMIT 50`,
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
