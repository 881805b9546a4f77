/** Reading the outbox, and what staff change in it. Claims and marks of the sending are in sending/claim-sql.ts. */
import { defineListing, type Tx } from '@guildhall/sdk'
import { emailKey } from './address.ts'
import { type Failure, type Message, type MessageState, messageKinds, messageStates } from './message-schema.ts'

export interface MessageRow {
  readonly id: string
  readonly state: MessageState
  readonly kind: Message['kind']
  readonly template: string
  readonly language: string
  readonly subject: string | null
  readonly recipient: string
  readonly recipient_name: string | null
  readonly email_key: string
  readonly member_id: string | null
  readonly reply_to: string | null
  readonly confidential: boolean
  readonly data: string | null
  readonly rendered: string | null
  readonly attempts: number
  readonly next_attempt_at: Date
  readonly failures: Failure[]
  readonly message_id: string | null
  readonly sent_at: Date | null
  readonly created_at: Date
  readonly updated_at: Date
  readonly version: number
}
export const messageColumns = `m.id, m.state, m.kind, m.template, m.language, m.subject, m.recipient, m.recipient_name,
  m.email_key, m.member_id, m.reply_to, m.confidential, m.data, m.rendered, m.attempts, m.next_attempt_at, m.failures, m.message_id,
  m.sent_at, m.created_at, m.updated_at, m.version`

export const messageListing = defineListing({
  id: 'email.messages',
  tenantColumn: 'm.tenant_id',
  idColumn: 'm.id',
  defaultSort: '-createdAt',
  fields: {
    state: { column: 'm.state', type: 'text', description: 'State', values: messageStates },
    kind: { column: 'm.kind', type: 'text', description: 'notice or bulk', values: messageKinds },
    template: { column: 'm.template', type: 'text', description: 'Id of the template' },
    email: { column: 'm.email_key', type: 'text', description: 'Recipient', normalise: emailKey },
    memberId: { column: 'm.member_id', type: 'uuid', description: 'Member it went to', nullable: true },
    createdAt: { column: 'm.created_at', type: 'timestamp', description: 'When it was written' },
  },
  sorts: {
    createdAt: { column: 'm.created_at', type: 'timestamp', leads: true },
    updatedAt: { column: 'm.updated_at', type: 'timestamp', leads: true },
  },
})

export const messageOf = (row: MessageRow): Message => ({
  id: row.id,
  state: row.state,
  kind: row.kind,
  template: row.template,
  language: row.language,
  subject: row.subject,
  to: { email: row.recipient, name: row.recipient_name },
  memberId: row.member_id,
  attempts: row.attempts,
  nextAttemptAt: row.state === 'queued' ? row.next_attempt_at.toISOString() : null,
  failures: row.failures,
  messageId: row.message_id,
  sentAt: row.sent_at?.toISOString() ?? null,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  version: row.version,
})

export async function readMessage(tx: Tx, id: string, o: { lock?: boolean } = {}): Promise<MessageRow | undefined> {
  const [row] = await tx.query<MessageRow>(
    `SELECT ${messageColumns} FROM email.message m WHERE m.tenant_id = $1 AND m.id = $2 ${o.lock ? 'FOR UPDATE' : ''}`,
    [tx.tenantId, id],
  )
  return row
}

export interface NewMessage {
  readonly id: string
  readonly kind: Message['kind']
  readonly template: string
  readonly language: string
  readonly recipient: string
  readonly recipientName: string | null
  readonly memberId: string | null
  readonly replyTo: string | null
  readonly confidential: boolean
  readonly data: string
  readonly key: string | null
  readonly unsubscribeHash: string | null
}

/** False when the key is taken. */
export async function insertMessage(tx: Tx, o: NewMessage): Promise<boolean> {
  const rows = await tx.query<{ id: string }>(
    `INSERT INTO email.message (tenant_id, id, kind, template, language, recipient, recipient_name, email_key, member_id,
            reply_to, data, key, unsubscribe_hash, next_attempt_at, created_at, updated_at, confidential)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, $14, $15)
     ON CONFLICT (tenant_id, key) WHERE key IS NOT NULL DO NOTHING RETURNING id`,
    [
      tx.tenantId,
      o.id,
      o.kind,
      o.template,
      o.language,
      o.recipient,
      o.recipientName,
      emailKey(o.recipient),
      o.memberId,
      o.replyTo,
      o.data,
      o.key,
      o.unsubscribeHash,
      tx.now(),
      o.confidential,
    ],
  )
  return rows.length > 0
}

export async function idOfKey(tx: Tx, key: string): Promise<string | undefined> {
  const [row] = await tx.query<{ id: string }>(
    'SELECT m.id FROM email.message m WHERE m.tenant_id = $1 AND m.key = $2',
    [tx.tenantId, key],
  )
  return row?.id
}

/** By hand: back into the queue with all attempts before it, or out of it. */
export async function setState(tx: Tx, id: string, state: 'queued' | 'cancelled'): Promise<void> {
  await tx.query(
    `UPDATE email.message SET state = $3, attempts = CASE WHEN $3 = 'queued' THEN 0 ELSE attempts END,
            next_attempt_at = $4, claim = NULL, leased_until = NULL, updated_at = $4, version = version + 1
      WHERE tenant_id = $1 AND id = $2`,
    [tx.tenantId, id, state, tx.now()],
  )
}

/** Mails that are done and old enough. @returns how many went */
export async function deleteOld(tx: Tx, before: Date): Promise<number> {
  const rows = await tx.query<{ id: string }>(
    `DELETE FROM email.message WHERE tenant_id = $1 AND created_at < $2
        AND state IN ('sent', 'failed', 'suppressed', 'cancelled') RETURNING id`,
    [tx.tenantId, before],
  )
  return rows.length
}

export async function moveMails(tx: Tx, o: { readonly from: string; readonly to: string }): Promise<number> {
  const moved = await tx.query(
    'UPDATE email.message SET member_id = $3 WHERE tenant_id = $1 AND member_id = $2 RETURNING 1',
    [tx.tenantId, o.from, o.to],
  )
  return moved.length
}
