/** For the operator's report: what has not left, by the reason. */
import type { MaintenanceFigure } from '@guildhall/sdk'

const counted = (id: `email.${string}`, title: string, condition: string): MaintenanceFigure => ({
  id,
  title,
  compute: async (tx) => {
    const [row] = await tx.query<{ n: number }>(
      `SELECT count(*)::integer AS n FROM email.message m WHERE m.tenant_id = $1 AND ${condition}`,
      [tx.tenantId, tx.now()],
    )
    return { value: row!.n }
  },
})

export const mailFigures: readonly MaintenanceFigure[] = [
  counted(
    'email.stuck',
    'Mails that have been due for an hour or more',
    `m.state IN ('queued', 'sending') AND m.next_attempt_at < $2::timestamptz - interval '1 hour'`,
  ),
  counted(
    'email.failed',
    'Mails given up in the last seven days',
    `m.state = 'failed' AND m.updated_at > $2::timestamptz - interval '7 days'`,
  ),
]
