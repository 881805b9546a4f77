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
  return `${statusSql(states, o)} = 'active' AND (coalesce(m.joined_on, ${o.day}) <= ${o.day}
    OR ${membershipStateSql(states, o.day, o.bind)} <> 'none')`
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

interface Asked {
  readonly day: Day
  readonly states: readonly MembershipStates[]
}

const statusOn = ({ day, states }: Asked, bind: Bind): string =>
  statusSql(states, { day: `${bind(day.date)}::date`, timeZone: `${bind(day.timeZone)}::text`, bind })

/**
 * Writes the status of members where it is another than stored. Those are locked before it is computed: what somebody else
 * does to them meanwhile, such as suspending, counts, and is not written over.
 */
export async function writeStatus(tx: Tx, ids: readonly string[], asked: Asked): Promise<StatusChange[]> {
  const reading = binder()
  const outdated = await tx.query<{ id: string }>(
    `SELECT m.id FROM members.member m
      WHERE m.tenant_id = ${reading.bind(tx.tenantId)} AND m.id = ANY(${reading.bind(ids)}::uuid[]) AND m.deleted_at IS NULL
        AND m.status <> ${statusOn(asked, reading.bind)} ORDER BY m.id FOR UPDATE`,
    reading.values,
  )
  if (outdated.length === 0) return []
  const { bind, values } = binder()
  const tenant = bind(tx.tenantId)
  const at = bind(tx.now())
  return tx.query<StatusChange>(
    `WITH computed AS (
       SELECT m.id, ${statusOn(asked, bind)} AS status FROM members.member m
        WHERE m.tenant_id = ${tenant} AND m.id = ANY(${bind(outdated.map(({ id }) => id))}::uuid[]) AND m.deleted_at IS NULL)
     UPDATE members.member m SET status = c.status, updated_at = ${at}, version = m.version + 1
       FROM computed c
      WHERE m.tenant_id = ${tenant} AND m.id = c.id AND m.status <> c.status
     RETURNING m.id, m.status, m.user_id, m.version, m.updated_at`,
    values,
  )
}

/** The next living members in the order of ids. */
export async function membersAfter(tx: Tx, after: string, limit: number): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `SELECT m.id FROM members.member m
      WHERE m.tenant_id = $1 AND m.id > $2 AND m.deleted_at IS NULL ORDER BY m.id LIMIT $3`,
    [tx.tenantId, after, limit],
  )
  return rows.map(({ id }) => id)
}

/** The status of some members on a day, without writing anything. */
export async function statusesOn(tx: Tx, ids: readonly string[], asked: Asked): Promise<Map<string, MemberStatus>> {
  if (ids.length === 0) return new Map()
  const { bind, values } = binder()
  const rows = await tx.query<{ id: string; status: MemberStatus }>(
    `SELECT m.id, ${statusOn(asked, bind)} AS status FROM members.member m
      WHERE m.tenant_id = ${bind(tx.tenantId)} AND m.id = ANY(${bind(ids)}::uuid[]) AND m.deleted_at IS NULL`,
    values,
  )
  return new Map(rows.map((row) => [row.id, row.status]))
}
