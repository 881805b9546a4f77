/** Mails that bots cause: so many a run, and so many an organisation in 24 hours, however many runs there are at once. */
import type { Tx } from '@guildhall/sdk'
import { Refusal } from '../refusal.ts'

const mailActions: ReadonlySet<string> = new Set(['email.send', 'email.sendAnywhere', 'notifications.send'])
export const sendsMail = (action: string): boolean => mailActions.has(action)

export interface MailQuota {
  /** In the unit of work that writes the mail: an aborted one counts nothing. @throws Refusal LIMIT */
  take(tx: Tx): Promise<void>
}

export function mailQuota(mailsADay: number): MailQuota {
  return {
    async take(tx) {
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`bots.mails:${tx.tenantId}`])
      const since = new Date(tx.now().getTime() - 86_400_000)
      const [sum] = await tx.query<{ mails: number }>(
        'SELECT coalesce(sum(mails), 0)::int AS mails FROM bots.mail_hour WHERE tenant_id = $1 AND hour > $2',
        [tx.tenantId, since],
      )
      if ((sum?.mails ?? 0) >= mailsADay)
        throw new Refusal('LIMIT', `Bots of this organisation send at most ${mailsADay} mails in 24 hours`)
      await tx.query(
        `INSERT INTO bots.mail_hour (tenant_id, hour, mails) VALUES ($1, date_trunc('hour', $2::timestamptz), 1)
         ON CONFLICT (tenant_id, hour) DO UPDATE SET mails = bots.mail_hour.mails + 1`,
        [tx.tenantId, tx.now()],
      )
    },
  }
}
