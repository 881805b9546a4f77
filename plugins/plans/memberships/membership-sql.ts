import { type Bind, DateOnly, defineListing, firstDay, lastDay, openEnd, type Tx } from '@guildhall/sdk'
import Type from 'typebox'
import { dateSql, ofLiving } from '../catalogue/plan-sql.ts'
import type { Membership, MembershipStatus, Period } from '../membership-schema.ts'

export const membershipListing = defineListing({
  id: 'plans.memberships',
  tenantColumn: 's.tenant_id',
  idColumn: 's.id',
  defaultSort: '-createdAt',
  fields: {
    memberId: { column: 's.member_id', type: 'uuid', description: 'The member' },
    planId: { column: 's.plan_id', type: 'uuid', description: 'The plan' },
    from: { column: 's.first_on', type: 'date', description: 'First day' },
    endsBefore: {
      column: 's.ends_before',
      type: 'date',
      description: 'The day after the last one; 9999-12-31 for open-ended ones',
    },
  },
  sorts: {
    createdAt: { column: 's.created_at', type: 'timestamp', leads: true },
    from: { column: 's.first_on', type: 'date', leads: true },
    validUntil: { column: 's.ends_before', type: 'date', leads: true },
  },
  parameters: {
    at: Type.Optional(DateOnly({ description: 'Only those with a period on this day; their status is told of it' })),
  },
})

export interface MembershipRow {
  id: string
  member_id: string
  member_name: string
  plan_id: string
  plan_name: string
  status: MembershipStatus
  first_on: string
  ends_before: string
  created_at: Date
  updated_at: Date
  version: number
}

/** Columns of a membership with its status on a day. */
export const membershipColumns = (day: string, graceDays: number): string => `s.id, s.member_id, s.plan_id,
  m.display_name AS member_name, p.name AS plan_name, to_char(s.first_on, 'YYYY-MM-DD') AS first_on,
  to_char(s.ends_before, 'YYYY-MM-DD') AS ends_before, s.created_at, s.updated_at, s.version,
  CASE WHEN ${covers('q.starts_on', 'q.ends_before', day)} THEN 'active'
       WHEN ${covers('q.starts_on', `q.ends_before + ${Math.trunc(graceDays)}`, day)} THEN 'grace'
       WHEN s.first_on > ${dateSql(day)} THEN 'upcoming' ELSE 'ended' END AS status`
// OFFSET 0 keeps it a look-up a row: else the planner, blind to LIMIT, reads the periods of everybody for one page.
const covers = (from: string, to: string, day: string): string =>
  `EXISTS (SELECT 1 FROM plans.period q WHERE q.tenant_id = s.tenant_id AND q.membership_id = s.id
     AND ${from} <= ${dateSql(day)} AND ${to} > ${dateSql(day)} OFFSET 0)`

/** Deleted members are gone from every list; deleted plans keep their name there. */
export const membershipTables = `plans.membership s
  JOIN plans.plan p ON p.tenant_id = s.tenant_id AND p.id = s.plan_id
  JOIN members.member m ON m.tenant_id = s.tenant_id AND m.id = s.member_id AND m.deleted_at IS NULL`

export const coveredOn = (day: string, bind: Bind): string =>
  `EXISTS (SELECT 1 FROM plans.period q WHERE q.tenant_id = s.tenant_id AND q.membership_id = s.id
     AND q.starts_on <= ${bind(day)}::date AND q.ends_before > ${bind(day)}::date)`

export const membershipOf = (row: MembershipRow): Membership => ({
  id: row.id,
  memberId: row.member_id,
  memberName: row.member_name,
  planId: row.plan_id,
  planName: row.plan_name,
  status: row.status,
  from: firstDay(row.first_on),
  validUntil: lastDay(row.ends_before),
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  version: row.version,
})

export interface PeriodRow {
  id: string
  membership_id: string
  member_id: string
  plan_id: string
  plan_version_id: string
  edition: number
  starts_on: string
  ends_before: string
  price_amount: string
  price_currency: string
  payer_id: string | null
  ended_reason: string | null
  metadata: Record<string, unknown>
  created_at: Date
  updated_at: Date
  version: number
}
const periodColumns = `q.id, q.membership_id, q.member_id, q.plan_id, q.plan_version_id, v.edition,
  to_char(q.starts_on, 'YYYY-MM-DD') AS starts_on, to_char(q.ends_before, 'YYYY-MM-DD') AS ends_before,
  q.price_amount, q.price_currency, q.payer_id, q.ended_reason, q.metadata, q.created_at, q.updated_at, q.version`

/** Latest first. @param where on `q`, its parameters from $2 on */
export const selectPeriods = (tx: Tx, where: string, bind: readonly unknown[]): Promise<PeriodRow[]> =>
  tx.query<PeriodRow>(
    `SELECT ${periodColumns} FROM plans.period q
       JOIN plans.plan_version v ON v.tenant_id = q.tenant_id AND v.id = q.plan_version_id
      WHERE q.tenant_id = $1 AND ${where} ORDER BY q.starts_on DESC`,
    [tx.tenantId, ...bind],
  )

export const periodOf = (row: PeriodRow): Period => ({
  id: row.id,
  planVersionId: row.plan_version_id,
  edition: row.edition,
  from: firstDay(row.starts_on),
  validUntil: lastDay(row.ends_before),
  price: { amount: Number(row.price_amount), currency: row.price_currency },
  payerId: row.payer_id,
  endedReason: row.ended_reason,
  metadata: row.metadata,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  version: row.version,
})

export interface NewPeriod {
  readonly id: string
  readonly membershipId: string
  readonly memberId: string
  readonly planId: string
  readonly planVersionId: string
  readonly from: string
  readonly endsBefore: string
  readonly amount: number
  readonly currency: string
  readonly payerId: string | null
  readonly metadata: Readonly<Record<string, unknown>>
}

/** Many in one statement. @throws the driver's 23P01 when days are covered already */
export const insertPeriods = (tx: Tx, periods: readonly NewPeriod[]): Promise<unknown> =>
  tx.query(
    `INSERT INTO plans.period (tenant_id, id, membership_id, member_id, plan_id, plan_version_id, starts_on, ends_before,
            price_amount, price_currency, payer_id, metadata, created_at, updated_at)
     SELECT $1, n.id, n.membership_id, n.member_id, n.plan_id, n.plan_version_id, n.starts_on, n.ends_before, n.amount, n.currency,
            n.payer_id, n.metadata::jsonb, $13, $13
       FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::date[], $8::date[], $9::bigint[],
                   $10::text[], $11::uuid[], $12::text[])
         AS n (id, membership_id, member_id, plan_id, plan_version_id, starts_on, ends_before, amount, currency, payer_id, metadata)`,
    [
      tx.tenantId,
      periods.map(({ id }) => id),
      periods.map(({ membershipId }) => membershipId),
      periods.map(({ memberId }) => memberId),
      periods.map(({ planId }) => planId),
      periods.map(({ planVersionId }) => planVersionId),
      periods.map(({ from }) => from),
      periods.map(({ endsBefore }) => endsBefore),
      periods.map(({ amount }) => amount),
      periods.map(({ currency }) => currency),
      periods.map(({ payerId }) => payerId),
      periods.map(({ metadata }) => JSON.stringify(metadata)),
      tx.now(),
    ],
  )

type Written = Pick<
  PeriodRow,
  'starts_on' | 'ends_before' | 'price_amount' | 'price_currency' | 'payer_id' | 'ended_reason' | 'metadata'
>
/** Lays values over what a period is. @throws the driver's 23P01 when days are covered already */
export const writePeriod = (tx: Tx, before: PeriodRow, to: Partial<Written>): Promise<unknown> => {
  const next = { ...before, ...to }
  return tx.query(
    `UPDATE plans.period SET starts_on = $3, ends_before = $4, price_amount = $5, price_currency = $6, payer_id = $7,
            ended_reason = $8, metadata = $9, updated_at = $10, version = version + 1 WHERE tenant_id = $1 AND id = $2`,
    [
      tx.tenantId,
      before.id,
      next.starts_on,
      next.ends_before,
      next.price_amount,
      next.price_currency,
      next.payer_id,
      next.ended_reason,
      JSON.stringify(next.metadata),
      tx.now(),
    ],
  )
}

/** Gives periods to another member, with the days that are his of them. */
export const movePeriods = (
  tx: Tx,
  memberId: string,
  periods: readonly Pick<NewPeriod, 'id' | 'membershipId' | 'from' | 'endsBefore'>[],
): Promise<unknown> =>
  tx.query(
    `UPDATE plans.period q SET member_id = $2, membership_id = n.membership_id, starts_on = n.starts_on,
            ends_before = n.ends_before, updated_at = $7, version = q.version + 1
       FROM unnest($3::uuid[], $4::uuid[], $5::date[], $6::date[]) AS n (id, membership_id, starts_on, ends_before)
      WHERE q.tenant_id = $1 AND q.id = n.id`,
    [
      tx.tenantId,
      memberId,
      periods.map(({ id }) => id),
      periods.map(({ membershipId }) => membershipId),
      periods.map(({ from }) => from),
      periods.map(({ endsBefore }) => endsBefore),
      tx.now(),
    ],
  )

export const deletePeriods = (tx: Tx, ids: readonly string[]): Promise<unknown> =>
  tx.query('DELETE FROM plans.period WHERE tenant_id = $1 AND id = ANY($2::uuid[])', [tx.tenantId, ids])

/**
 * Identities of member and plan: those that stand, and new ones for the rest, which get their dates and their first
 * version from `settleMemberships`. @returns ids in the order given
 */
export async function ensureMemberships(
  tx: Tx,
  wanted: readonly { id: string; memberId: string; planId: string }[],
): Promise<string[]> {
  // Two rows of one member and plan in one call would meet the same index twice.
  const distinct = [...new Map(wanted.map((one) => [`${one.memberId} ${one.planId}`, one])).values()]
  const rows = await tx.query<{ id: string; member_id: string; plan_id: string }>(
    `INSERT INTO plans.membership (tenant_id, id, member_id, plan_id, first_on, ends_before, created_at, updated_at, version)
     SELECT $1, n.id, n.member_id, n.plan_id, DATE '${openEnd}', DATE '${openEnd}', $5, $5, 0
       FROM unnest($2::uuid[], $3::uuid[], $4::uuid[]) AS n (id, member_id, plan_id) ORDER BY n.member_id
     ON CONFLICT (tenant_id, member_id, plan_id) DO UPDATE SET updated_at = excluded.updated_at
     RETURNING id, member_id, plan_id`,
    [
      tx.tenantId,
      distinct.map(({ id }) => id),
      distinct.map(({ memberId }) => memberId),
      distinct.map(({ planId }) => planId),
      tx.now(),
    ],
  )
  const ids = new Map(rows.map((row) => [`${row.member_id} ${row.plan_id}`, row.id]))
  return wanted.map(({ memberId, planId }) => ids.get(`${memberId} ${planId}`)!)
}

/** The one function that writes a membership's dates, from its periods; one without any is gone. @returns those that are */
export async function settleMemberships(tx: Tx, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const gone = await tx.query<{ id: string }>(
    `DELETE FROM plans.membership s WHERE s.tenant_id = $1 AND s.id = ANY($2::uuid[])
        AND NOT EXISTS (SELECT 1 FROM plans.period q WHERE q.tenant_id = s.tenant_id AND q.membership_id = s.id)
     RETURNING s.id`,
    [tx.tenantId, ids],
  )
  await tx.query(
    `UPDATE plans.membership s SET first_on = q.first_on, ends_before = q.ends_before, updated_at = $3, version = s.version + 1
       FROM (SELECT membership_id, min(starts_on) AS first_on, max(ends_before) AS ends_before FROM plans.period
              WHERE tenant_id = $1 AND membership_id = ANY($2::uuid[]) GROUP BY membership_id) q
      WHERE s.tenant_id = $1 AND s.id = q.membership_id`,
    [tx.tenantId, ids, tx.now()],
  )
  return new Set(gone.map(({ id }) => id))
}

/**
 * How many members have the plan on the fullest day of a span; deleted members count here as little as in `memberCount`.
 * Counted at the span's first day and wherever a period begins inside it: in between it only gets less.
 */
export async function mostMembers(tx: Tx, o: { planId: string; from: string; endsBefore: string }): Promise<number> {
  const [row] = await tx.query<{ most: number | null }>(
    `SELECT max(n)::int AS most FROM (
       SELECT (SELECT count(*) FROM plans.period q WHERE q.tenant_id = $1 AND q.plan_id = $2
                  AND q.starts_on <= d.day AND q.ends_before > d.day AND ${ofLiving}) AS n
         FROM (SELECT $3::date AS day UNION SELECT starts_on FROM plans.period
                WHERE tenant_id = $1 AND plan_id = $2 AND starts_on > $3::date AND starts_on < $4::date) d) counted`,
    [tx.tenantId, o.planId, o.from, o.endsBefore],
  )
  return row?.most ?? 0
}
