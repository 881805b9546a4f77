import { v7 as uuidv7 } from 'uuid'
import { emailService } from '#plugins/email/refs.ts'
import type { Club } from './club.ts'
import type { Kind } from './expected/expectation.ts'

type MailKind = Extract<Kind, 'mail' | 'suppression' | 'mailTemplate' | 'notification'>

/** Things of e-mail that a request can name. */
export const mailMakers: Readonly<Record<MailKind, (club: Club) => Promise<string>>> = {
  mail: async (club) => {
    const service = await club.tenant.service(emailService)
    const to = { email: `${club.text('mailed')}@${club.word}.example`, name: club.text('reader') }
    const data = { subject: club.text('subject'), text: club.text('said') }
    return club.tenant.unit(async (tx) => (await service.send(tx, { template: 'message', to, data })).id)
  },
  suppression: async (club) => {
    const email = `${club.text('spared')}@${club.word}.example`
    return (await club.post('/api/v1/email-suppressions', { email, note: club.text('note') })).id
  },
  mailTemplate: async (club) => {
    const key = club.text('template').toLowerCase()
    const texts = { en: { subject: club.text('subject'), html: club.text('html'), text: club.text('plain') } }
    const changed = await club.owner.put(`/api/v1/email-templates/${key}`, { title: club.text('title'), texts })
    if (changed.statusCode !== 200) throw new Error(changed.body)
    return key
  },
  notification: async (club) => {
    const notificationId = uuidv7()
    const userId = await club.fresh('user')
    await club.rows(
      `INSERT INTO email.notification (tenant_id, id, user_id, alert_id, kind, severity, title, created_at, updated_at)
       VALUES ($1, $2, $3, $2, 'bots.failed', 'info', $4, now(), now())`,
      [club.tenant.id, notificationId, userId, club.text('notified')],
    )
    return notificationId
  },
}
