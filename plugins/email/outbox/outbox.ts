/** Putting a mail into the outbox: in the caller's unit of work, so it is sent exactly when what it tells of is true. */
import { createHash, randomBytes } from 'node:crypto'
import { invalid, type Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import type { EmailContext } from '../context.ts'
import { deliverJob } from '../job-names.ts'
import type { EmailService, NewMail } from '../refs.ts'
import { accountOf, platformAccountOf } from '../sending/account.ts'
import { asShipped, findTemplate, hasTemplate, languageOf, textsOf } from '../templates/templates.ts'
import { oneAddress, oneLine } from './address.ts'
import { idOfKey, insertMessage, moveMails } from './message-sql.ts'

export const sealPlace = (messageId: string): string => `email.message:${messageId}`
export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

const longestData = 64 * 1024

export const emailServiceFor = (ctx: EmailContext): EmailService => ({
  send: (tx, mail) => send(ctx, tx, mail),
  hasTemplate: (tx, id) => hasTemplate(ctx, tx, id),
  moveMails,
  carriers: () => ({ any: accountOf(ctx, '') !== null, confidential: platformAccountOf(ctx, '') !== null }),
})

async function send(ctx: EmailContext, tx: Tx, mail: NewMail): Promise<{ id: string; duplicate: boolean }> {
  const recipient = oneAddress(mail.to.email, '/to/email')
  const replyTo = mail.replyTo === undefined ? null : oneAddress(mail.replyTo, '/replyTo')
  const confidential = mail.confidential ?? false
  const kept = await findTemplate(ctx, tx, mail.template)
  const found = confidential ? asShipped(kept) : kept
  if (found.shipped?.fixed && !confidential) throw invalid('/template', 'Only the platform sends it', { code: 'fixed' })
  for (const [name, { required }] of Object.entries(found.variables))
    if (required && (mail.data[name] === undefined || mail.data[name] === null || mail.data[name] === ''))
      throw invalid(`/data/${name}`, 'The template cannot do without it', { code: 'required' })
  const organization = await ctx.use.organization.current(tx)
  const { language } = await textsOf(tx, found, languageOf(mail.language ?? organization.languages[0]))

  const kind = mail.kind ?? 'notice'
  const token = kind === 'bulk' ? randomBytes(32).toString('base64url') : null
  const data = JSON.stringify({ data: mail.data, token })
  if (data.length > longestData)
    throw invalid('/data', `is longer than ${longestData / 1024} KB`, { code: 'maxLength' })
  const id = uuidv7()
  const made = await insertMessage(tx, {
    id,
    kind,
    template: mail.template,
    language,
    recipient,
    recipientName: oneLine(mail.to.name ?? '') || null,
    memberId: mail.memberId ?? null,
    replyTo,
    confidential,
    data: ctx.use.seals.seal(sealPlace(id), data),
    key: mail.key ?? null,
    unsubscribeHash: token === null ? null : hashOf(token),
  })
  if (!made) return { id: (await idOfKey(tx, mail.key!))!, duplicate: true }
  await queueDelivery(tx)
  return { id, duplicate: false }
}

const queued = new WeakSet<Tx>()
/**
 * One job for all mails of a unit of work. It carries no key that another unit could share: a job that waits already
 * may run before this unit commits, and would not see its mails.
 */
export async function queueDelivery(tx: Tx): Promise<void> {
  if (queued.has(tx)) return
  queued.add(tx)
  await tx.enqueue(deliverJob, {})
}
