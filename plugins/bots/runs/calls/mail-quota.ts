/** Mails that bots cause: so many a run, and so many an organisation in 24 hours, however many runs there are at once. */
import type { Tx } from '@guildhall/sdk'
import { Refusal } from '../refusal.ts'

const mailActions: ReadonlySet<string> = new Set(['email.send', 'email.sendAnywhere', 'notifications.send'])
export const sendsMail = (action: string): boolean => mailActions.has(action)

export interface MailQuota {
  /** In the unit of work that writes the mail: an aborted one counts nothing. @throws Refusal LIMIT */
  take(tx: Tx): Promise<void>
}

export interface MailLimits {
  readonly mailsADay: number
  readonly mailsADayOfOneBot: number
}

export function mailQuota({ mailsADay, mailsADayOfOneBot }: MailLimits, installationId: string): MailQuota {
  return {
    async take(tx) {
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`bots.mails:${tx.tenantId}`])
      const since = new Date(tx.now().getTime() - 86_400_000)
      const [sum] = await tx.query<{ all: number; own: number }>(
        `SELECT coalesce(sum(mails), 0)::int AS all, coalesce(sum(mails) FILTER (WHERE installation_id = $3), 0)::int AS own
           FROM bots.mail_hour WHERE tenant_id = $1 AND hour > $2`,
        [tx.tenantId, since, installationId],
      )
      if ((sum?.all ?? 0) >= mailsADay)
        throw new Refusal('LIMIT', `Bots of this organisation send at most ${mailsADay} mails in 24 hours`)
      if ((sum?.own ?? 0) >= mailsADayOfOneBot)
        throw new Refusal('LIMIT', `One bot of this organisation sends at most ${mailsADayOfOneBot} mails in 24 hours`)
      await tx.query(
        `INSERT INTO bots.mail_hour (tenant_id, installation_id, hour, mails)
         VALUES ($1, $3, date_trunc('hour', $2::timestamptz), 1)
         ON CONFLICT (tenant_id, hour, installation_id) DO UPDATE SET mails = bots.mail_hour.mails + 1`,
        [tx.tenantId, tx.now(), installationId],
      )
    },
  }
}
