/** Mails of a club, and what belongs to them. */
import { v7 as uuidv7 } from 'uuid'
import { emailService } from '#plugins/email/refs.ts'
import type { Club } from './club.ts'
import { posted } from './club-posts.ts'

export const mail = async (club: Club) => {
  const service = await club.tenant.service(emailService)
  const to = { email: `${club.text('mailed')}@${club.word}.example`, name: club.text('reader') }
  const data = { subject: club.text('subject'), text: club.text('said') }
  return club.tenant.unit(async (tx) => (await service.send(tx, { template: 'message', to, data })).id)
}
export const suppression = posted('/api/v1/email-suppressions', (club) => ({
  email: `${club.text('spared')}@${club.word}.example`,
  note: club.text('note'),
}))
export const mailTemplate = async (club: Club) => {
  const key = club.text('template').toLowerCase()
  const texts = { en: { subject: club.text('subject'), html: club.text('html'), text: club.text('plain') } }
  const changed = await club.owner.put(`/api/v1/email-templates/${key}`, { title: club.text('title'), texts })
  if (changed.statusCode !== 200) throw new Error(changed.body)
  return key
}
export const notification = async (club: Club) => {
  const notificationId = uuidv7()
  const userId = await club.fresh('user')
  await club.rows(
    `INSERT INTO email.notification (tenant_id, id, user_id, alert_id, kind, severity, title, created_at, updated_at)
     VALUES ($1, $2, $3, $2, 'bots.failed', 'info', $4, now(), now())`,
    [club.tenant.id, notificationId, userId, club.text('notified')],
  )
  return notificationId
}
