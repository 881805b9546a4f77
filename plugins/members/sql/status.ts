/** The one rule of status, in SQL: suspended, else pending, else by the periods, else by the day of leaving. DOMAIN §3. */
import { type Bind, binder, type Tx } from '@guildhall/sdk'
import type { MemberStatus } from '../member-schema.ts'
import type { MembershipStates } from '../refs.ts'

/** Which day, and where it is that day. */
export interface Day {
  readonly date: string
  /** IANA name. */
  readonly timeZone: string
}

/**
 * The status of the member `m` on a day, as a text expression.
 * @param o.day an expression of type date @param o.timeZone one of type text
 */
export function statusSql(
  states: readonly MembershipStates[],
  { day, timeZone, bind }: { day: string; timeZone: string; bind: Bind },
): string {
  const state = membershipStateSql(states, day, bind)
  return `CASE WHEN EXISTS (SELECT 1 FROM members.suspension ms WHERE ms.tenant_id = m.tenant_id AND ms.member_id = m.id
        AND (ms.from_at AT TIME ZONE ${timeZone})::date <= ${day}
        AND (ms.until_at IS NULL OR (ms.until_at AT TIME ZONE ${timeZone})::date > ${day})) THEN 'suspended'
    WHEN m.pending THEN 'pending'
    ELSE CASE ${state} WHEN 'ended' THEN 'expired' WHEN 'upcoming' THEN 'pending' WHEN 'covered' THEN 'active'
         ELSE CASE WHEN m.left_on < ${day} THEN 'expired' ELSE 'active' END END END`
}

/**
 * Whether the member `m` was one on a day: active then, and who has no periods had joined by it.
 */
export function memberOnSql(
  states: readonly MembershipStates[],
  o: { day: string; timeZone: string; bind: Bind },
): string {
  return `${statusSql(states, o)} = 'active' AND (${membershipStateSql(states, o.day, o.bind)} <> 'none'
    OR coalesce(m.joined_on, ${o.day}) <= ${o.day})`
}

/** Whoever says more than "none" decides; with no plugin that keeps periods nobody has any. */
function membershipStateSql(states: readonly MembershipStates[], day: string, bind: Bind): string {
  const told = states.map(
    (state) => `nullif(${state.sql({ member: 'm.id', tenant: 'm.tenant_id', day, bind })}, 'none')`,
  )
  return `coalesce(${[...told, "'none'"].join(', ')})`
}

export interface StatusChange {
  readonly id: string
  readonly status: MemberStatus
  readonly user_id: string | null
  readonly version: number
  readonly updated_at: Date
}

/**
 * Writes the status of members where it is another than stored.
 * @param ids null: of all members of the organisation
 */
export async function writeStatus(
  tx: Tx,
  o: { ids: readonly string[] | null; today: Day; states: readonly MembershipStates[] },
): Promise<StatusChange[]> {
  const { bind, values } = binder()
  const tenant = bind(tx.tenantId)
  const at = bind(tx.now())
  const day = `${bind(o.today.date)}::date`
  const status = statusSql(o.states, { day, timeZone: `${bind(o.today.timeZone)}::text`, bind })
  const which = o.ids === null ? '' : ` AND m.id = ANY(${bind(o.ids)}::uuid[])`
  return tx.query<StatusChange>(
    `WITH computed AS (
       SELECT m.id, ${status} AS status FROM members.member m
        WHERE m.tenant_id = ${tenant} AND m.deleted_at IS NULL${which})
     UPDATE members.member m SET status = c.status, updated_at = ${at}, version = m.version + 1
       FROM computed c
      WHERE m.tenant_id = ${tenant} AND m.id = c.id AND m.status <> c.status
     RETURNING m.id, m.status, m.user_id, m.version, m.updated_at`,
    values,
  )
}

/** The status of some members on a day, without writing anything. */
export async function statusesOn(
  tx: Tx,
  ids: readonly string[],
  o: { day: Day; states: readonly MembershipStates[] },
): Promise<Map<string, MemberStatus>> {
  if (ids.length === 0) return new Map()
  const { bind, values } = binder()
  const status = statusSql(o.states, {
    day: `${bind(o.day.date)}::date`,
    timeZone: `${bind(o.day.timeZone)}::text`,
    bind,
  })
  const rows = await tx.query<{ id: string; status: MemberStatus }>(
    `SELECT m.id, ${status} AS status FROM members.member m
      WHERE m.tenant_id = ${bind(tx.tenantId)} AND m.id = ANY(${bind(ids)}::uuid[]) AND m.deleted_at IS NULL`,
    values,
  )
  return new Map(rows.map((row) => [row.id, row.status]))
}
