import { firstDay, lastDay, type Span, type Tx } from '@guildhall/sdk'
import type { Seat } from '../seat-schema.ts'
import type { RoleTypes } from './role-types.ts'

export interface SeatRow {
  id: string
  group_id: string
  group_name: string
  group_type: string | null
  member_id: string
  member_name: string
  role: string
  starts_on: string
  ends_before: string
  rank: number | null
  metadata: Record<string, unknown>
  created_at: Date
  updated_at: Date
  version: number
}

export const seatTables = `groups.seat s
  JOIN core."group" g ON g.tenant_id = s.tenant_id AND g.id = s.group_id
  JOIN members.member m ON m.tenant_id = s.tenant_id AND m.id = s.member_id AND m.deleted_at IS NULL`
export const seatColumns = `s.id, s.group_id, g.name AS group_name, g.type AS group_type, s.member_id, m.display_name AS member_name, s.role,
  to_char(s.starts_on, 'YYYY-MM-DD') AS starts_on, to_char(s.ends_before, 'YYYY-MM-DD') AS ends_before, s.rank, s.metadata,
  s.created_at, s.updated_at, s.version`

export const seatOf = (row: SeatRow, types: RoleTypes): Seat => ({
  id: row.id,
  groupId: row.group_id,
  groupName: row.group_name,
  memberId: row.member_id,
  memberName: row.member_name,
  role: row.role,
  roleTitle: types.title(row.group_type, row.role),
  from: firstDay(row.starts_on),
  until: lastDay(row.ends_before),
  rank: row.rank,
  metadata: row.metadata,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  version: row.version,
})

/**
 * Whether the seat `s` is one of a member who is not deleted. A look-up a seat, on purpose: as a join, a planner that
 * knows nothing yet of freshly imported tables walks all members for every group.
 */
export const ofLiving =
  '(SELECT m.deleted_at IS NULL FROM members.member m WHERE m.tenant_id = s.tenant_id AND m.id = s.member_id)'

/** @param where on `s`, `g` and `m`, its parameters from $2 on */
export const selectSeats = (tx: Tx, where: string, bind: readonly unknown[]): Promise<SeatRow[]> =>
  tx.query<SeatRow>(`SELECT ${seatColumns} FROM ${seatTables} WHERE s.tenant_id = $1 AND ${where}`, [
    tx.tenantId,
    ...bind,
  ])

export interface NewSeat {
  readonly id: string
  readonly groupId: string
  readonly memberId: string
  /** Key of a role type that the group offers. */
  readonly role: string
  readonly from: string
  readonly before: string
  readonly rank: number | null
  readonly metadata: Readonly<Record<string, unknown>>
}

/** Many in one statement. @throws the driver's 23P01 when one overlaps a seat of the same member, group and role */
export const insertSeats = (tx: Tx, seats: readonly NewSeat[]): Promise<unknown> =>
  tx.query(
    `INSERT INTO groups.seat (tenant_id, id, group_id, member_id, role, starts_on, ends_before, rank, metadata, created_at, updated_at)
     SELECT $1, n.id, n.group_id, n.member_id, n.role, n.starts_on, n.ends_before, n.rank, n.metadata::jsonb, $10, $10
       FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::date[], $7::date[], $8::int[], $9::text[])
         AS n (id, group_id, member_id, role, starts_on, ends_before, rank, metadata)`,
    [
      tx.tenantId,
      seats.map(({ id }) => id),
      seats.map(({ groupId }) => groupId),
      seats.map(({ memberId }) => memberId),
      seats.map(({ role }) => role),
      seats.map(({ from }) => from),
      seats.map(({ before }) => before),
      seats.map(({ rank }) => rank),
      seats.map(({ metadata }) => JSON.stringify(metadata)),
      tx.now(),
    ],
  )

/** Whoever counts the holders of a role in these groups does so one after the other. Ordered: two never wait for each other. */
export const lockGroups = (tx: Tx, groupIds: readonly string[]): Promise<unknown> =>
  tx.query('SELECT 1 FROM groups.detail WHERE tenant_id = $1 AND id = ANY($2::uuid[]) ORDER BY id FOR UPDATE', [
    tx.tenantId,
    groupIds,
  ])

/** How many hold a role in a group on the fullest day of a span, counted where a seat begins: in between it gets less. */
export async function mostHolders(
  tx: Tx,
  o: { groupId: string; role: string; from: string; before: string },
): Promise<number> {
  const [row] = await tx.query<{ most: number | null }>(
    `SELECT max(n)::int AS most FROM (
       SELECT (SELECT count(DISTINCT s.member_id) FROM groups.seat s
                WHERE s.tenant_id = $1 AND s.group_id = $2 AND s.role = $3 AND s.starts_on <= d.day AND s.ends_before > d.day
                  AND ${ofLiving}) AS n
         FROM (SELECT $4::date AS day UNION SELECT starts_on FROM groups.seat
                WHERE tenant_id = $1 AND group_id = $2 AND role = $3 AND starts_on > $4::date AND starts_on < $5::date) d) counted`,
    [tx.tenantId, o.groupId, o.role, o.from, o.before],
  )
  return row?.most ?? 0
}

export const updateSeat = (
  tx: Tx,
  id: string,
  to: { role: string; from: string; before: string; rank: number | null; metadata: object },
): Promise<unknown> =>
  tx.query(
    `UPDATE groups.seat SET role = $3, starts_on = $4, ends_before = $5, rank = $6, metadata = $7, updated_at = $8,
            version = version + 1 WHERE tenant_id = $1 AND id = $2`,
    [tx.tenantId, id, to.role, to.from, to.before, to.rank, JSON.stringify(to.metadata), tx.now()],
  )

/** Gives seats to another member, with the days that are his of them. */
export const moveSeats = (
  tx: Tx,
  memberId: string,
  seats: readonly Pick<NewSeat, 'id' | 'from' | 'before'>[],
): Promise<unknown> =>
  tx.query(
    `UPDATE groups.seat s SET member_id = $2, starts_on = n.starts_on, ends_before = n.ends_before, updated_at = $6,
            version = s.version + 1
       FROM unnest($3::uuid[], $4::date[], $5::date[]) AS n (id, starts_on, ends_before)
      WHERE s.tenant_id = $1 AND s.id = n.id`,
    [
      tx.tenantId,
      memberId,
      seats.map(({ id }) => id),
      seats.map(({ from }) => from),
      seats.map(({ before }) => before),
      tx.now(),
    ],
  )

export const deleteSeats = (tx: Tx, ids: readonly string[]): Promise<unknown> =>
  tx.query('DELETE FROM groups.seat WHERE tenant_id = $1 AND id = ANY($2::uuid[])', [tx.tenantId, ids])

/** A seat with its columns' names, whoever has been deleted meanwhile. */
export interface StandingSeat extends Span {
  readonly id: string
  readonly memberId: string
  readonly groupId: string
  readonly role: string
  readonly rank: number | null
  readonly metadata: Readonly<Record<string, unknown>>
  readonly version: number
}
const standingSeats = (tx: Tx, where: string, ids: readonly string[]): Promise<StandingSeat[]> =>
  tx.query<StandingSeat & Record<string, unknown>>(
    `SELECT id, member_id AS "memberId", group_id AS "groupId", role, to_char(starts_on, 'YYYY-MM-DD') AS "from",
            to_char(ends_before, 'YYYY-MM-DD') AS "before", rank, metadata, version
       FROM groups.seat WHERE tenant_id = $1 AND ${where} = ANY($2::uuid[])`,
    [tx.tenantId, ids],
  )
export const seatsOfMembers = (tx: Tx, memberIds: readonly string[]) => standingSeats(tx, 'member_id', memberIds)
export const seatsById = (tx: Tx, ids: readonly string[]) => standingSeats(tx, 'id', ids)
