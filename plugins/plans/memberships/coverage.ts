import { lastDay, type Tx } from '@guildhall/sdk'
import type { Coverage } from '../refs.ts'

interface Row {
  member_id: string
  membership_id: string
  plan_id: string
  plan_name: string
  starts_on: string
  ends_before: string
}

/** What covers a day, by member. No two periods of a member overlap, so there is at most one. */
export async function coverageOn(
  tx: Tx,
  memberIds: readonly string[],
  day: string,
): Promise<ReadonlyMap<string, Coverage>> {
  const rows = await tx.query<Row>(
    `SELECT q.member_id, q.membership_id, q.plan_id, p.name AS plan_name, to_char(q.starts_on, 'YYYY-MM-DD') AS starts_on,
            to_char(q.ends_before, 'YYYY-MM-DD') AS ends_before
       FROM plans.period q JOIN plans.plan p ON p.tenant_id = q.tenant_id AND p.id = q.plan_id
      WHERE q.tenant_id = $1 AND q.member_id = ANY($2::uuid[]) AND q.starts_on <= $3::date AND q.ends_before > $3::date`,
    [tx.tenantId, memberIds, day],
  )
  return new Map(
    rows.map((row) => [
      row.member_id,
      {
        membershipId: row.membership_id,
        planId: row.plan_id,
        planName: row.plan_name,
        from: row.starts_on,
        validUntil: lastDay(row.ends_before),
      },
    ]),
  )
}

/** Members who have the plan on the day and no other one behind it, each with the membership: to give it to them is nothing new. */
export async function keptPlan(
  tx: Tx,
  memberIds: readonly string[],
  o: { planId: string; on: string },
): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.query<Pick<Row, 'member_id' | 'membership_id'>>(
    `SELECT q.member_id, q.membership_id FROM plans.period q
      WHERE q.tenant_id = $1 AND q.member_id = ANY($2::uuid[]) AND q.plan_id = $3
        AND q.starts_on <= $4::date AND q.ends_before > $4::date
        AND NOT EXISTS (SELECT 1 FROM plans.period l WHERE l.tenant_id = $1 AND l.member_id = q.member_id
                         AND l.starts_on > $4::date AND l.plan_id <> $3)`,
    [tx.tenantId, memberIds, o.planId, o.on],
  )
  return new Map(rows.map((row) => [row.member_id, row.membership_id]))
}
