import type { Figure } from '@guildhall/sdk'

const byPlan: Figure = {
  key: 'byPlan',
  topic: 'plans',
  title: 'Members by plan',
  compute: (tx, { at }) =>
    tx.query(
      `SELECT p.id AS "planId", p.name, coalesce(c.members, 0) AS members, p.capacity
         FROM plans.plan p LEFT JOIN (
           SELECT q.plan_id, count(*)::int AS members FROM plans.period q
             JOIN members.member m ON m.tenant_id = q.tenant_id AND m.id = q.member_id AND m.deleted_at IS NULL
            WHERE q.tenant_id = $1 AND q.starts_on <= $2::date AND q.ends_before > $2::date GROUP BY q.plan_id) c ON c.plan_id = p.id
        WHERE p.tenant_id = $1 AND (p.deleted_at IS NULL OR c.members > 0) ORDER BY c.members DESC NULLS LAST, p.name_key LIMIT 200`,
      [tx.tenantId, at],
    ),
}

/** Members whose last period ends within the organisation's reminder days. */
const expiringSoon: Figure = {
  key: 'expiringSoon',
  topic: 'plans',
  title: 'Memberships that end soon',
  async compute(tx, { at }) {
    const [row] = await tx.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM plans.period q
         JOIN members.member m ON m.tenant_id = q.tenant_id AND m.id = q.member_id AND m.deleted_at IS NULL
        WHERE q.tenant_id = $1 AND q.ends_before > $2::date AND q.starts_on <= $2::date
          AND q.ends_before <= $2::date + 1 + (SELECT coalesce((settings->>'membershipReminderDays')::int, 30)
                                                 FROM core.tenant WHERE id = $1)
          AND NOT EXISTS (SELECT 1 FROM plans.period later WHERE later.tenant_id = $1 AND later.member_id = q.member_id
                             AND later.starts_on >= q.ends_before)`,
      [tx.tenantId, at],
    )
    return row?.n ?? 0
  },
}

export const planFigures: readonly Figure[] = [byPlan, expiringSoon]
