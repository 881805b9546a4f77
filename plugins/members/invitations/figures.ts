import { type Figure, type MaintenanceFigure, organizationMidnight } from '@guildhall/sdk'

/** For the operator's report: who was invited, did not come, and can no longer by that link. */
export const expiredInvitations: MaintenanceFigure = {
  id: 'members.expired-invitations',
  title: 'Invitations that ended without an answer in the last 30 days',
  compute: async (tx) => {
    const [row] = await tx.query<{ n: number }>(
      `SELECT count(*)::integer AS n FROM members.invitation i
        WHERE i.tenant_id = $1 AND i.accepted_at IS NULL AND i.cancelled_at IS NULL
          AND i.expires_at <= $2::timestamptz AND i.expires_at > $2::timestamptz - interval '30 days'`,
      [tx.tenantId, tx.now()],
    )
    return { value: row!.n }
  },
}

/** Those that could still be accepted when the day was over; today: now. */
export const pendingInvitations: Figure = {
  key: 'pendingInvites',
  title: 'Invitations not answered yet',
  compute: async (tx, { at }) => {
    const [row] = await tx.query<{ n: number }>(
      `SELECT count(*)::integer AS n
         FROM members.invitation i, (SELECT least(${organizationMidnight('$2::date + 1')}, $3::timestamptz) AS moment) t
        WHERE i.tenant_id = $1 AND i.created_at <= t.moment AND i.expires_at > t.moment
          AND (i.accepted_at IS NULL OR i.accepted_at > t.moment) AND (i.cancelled_at IS NULL OR i.cancelled_at > t.moment)`,
      [tx.tenantId, at, tx.now()],
    )
    return row!.n
  },
}
