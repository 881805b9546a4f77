/**
 * Taking mails and saying what became of them. A claim is a lease: whoever holds it may send, and only his word counts
 * afterwards. When he dies, the lease runs out and somebody else takes the mail over.
 */
import type { Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import { type MessageRow, messageColumns } from '../outbox/message-sql.ts'
import { mostAttempts, nextAttempt, type Reason } from './failure.ts'

/** Longer than a job sends, shorter than the queue waits before it gives the job to another. */
export const leaseMs = 180_000
export const windowMs = 60_000

export interface Claimed extends MessageRow {
  readonly claim: string
}

/** How many more may leave in this minute, and when the next begins. Locks the row: one node counts at a time. */
export async function room(tx: Tx, most: number): Promise<{ left: number; endsAt: Date }> {
  const now = tx.now()
  const [row] = await tx.query<{ started_at: Date; used: number }>(
    `INSERT INTO email.rate AS r (tenant_id, started_at, used) VALUES ($1, $2, 0)
     ON CONFLICT (tenant_id) DO UPDATE SET
       started_at = CASE WHEN r.started_at <= $3 THEN $2 ELSE r.started_at END,
       used = CASE WHEN r.started_at <= $3 THEN 0 ELSE r.used END WHERE r.tenant_id = $1
     RETURNING started_at, used`,
    [tx.tenantId, now, new Date(now.getTime() - windowMs)],
  )
  return { left: Math.max(0, most - row!.used), endsAt: new Date(row!.started_at.getTime() + windowMs) }
}

const use = (tx: Tx, count: number) =>
  tx.query('UPDATE email.rate SET used = used + $2 WHERE tenant_id = $1', [tx.tenantId, count])

/** Takes what is due, the oldest first; `counted`: they use up the minute's room. */
export async function claim(tx: Tx, most: number, o: { counted: boolean }): Promise<Claimed[]> {
  const now = tx.now()
  const token = uuidv7()
  const rows = await tx.query<MessageRow>(
    `WITH due AS (
       SELECT d.tenant_id, d.id FROM email.message d
        WHERE d.tenant_id = $1 AND d.state IN ('queued', 'sending') AND d.next_attempt_at <= $2
          AND (d.state = 'queued' OR d.leased_until <= $2)
        ORDER BY d.next_attempt_at, d.id LIMIT $3 FOR UPDATE SKIP LOCKED)
     UPDATE email.message m SET state = 'sending', attempts = m.attempts + 1, claim = $4, leased_until = $5,
            updated_at = $2, version = m.version + 1
       FROM due WHERE m.tenant_id = $1 AND m.tenant_id = due.tenant_id AND m.id = due.id RETURNING ${messageColumns}`,
    [tx.tenantId, now, most, token, new Date(now.getTime() + leaseMs)],
  )
  if (o.counted && rows.length > 0) await use(tx, rows.length)
  return rows.map((row) => ({ ...row, claim: token }))
}

/** When the next mail is due; null when none waits. A leased one is due when its lease ends. */
export async function nextDue(tx: Tx): Promise<Date | null> {
  const [row] = await tx.query<{ at: Date | null }>(
    `SELECT min(CASE WHEN m.state = 'sending' THEN m.leased_until ELSE m.next_attempt_at END) AS at
       FROM email.message m WHERE m.tenant_id = $1 AND m.state IN ('queued', 'sending')`,
    [tx.tenantId],
  )
  return row?.at ?? null
}

/** What was rendered is kept until the mail has left, so that every attempt says the same. */
export async function keepRendered(
  tx: Tx,
  mails: readonly {
    readonly id: string
    readonly claim: string
    readonly subject: string
    readonly rendered: string
  }[],
): Promise<void> {
  if (mails.length === 0) return
  await tx.query(
    `UPDATE email.message m SET rendered = r.rendered, subject = r.subject, data = NULL
       FROM jsonb_to_recordset($2::jsonb) AS r (id uuid, claim uuid, subject text, rendered text)
      WHERE m.tenant_id = $1 AND m.id = r.id AND m.claim = r.claim`,
    [tx.tenantId, JSON.stringify(mails)],
  )
}

type Mine = Pick<Claimed, 'id' | 'claim'>

/** The server has it: what it said is forgotten. False when the lease went to somebody else meanwhile. */
export async function markSent(tx: Tx, mail: Mine, messageId: string): Promise<boolean> {
  const rows = await tx.query<{ id: string }>(
    `UPDATE email.message SET state = 'sent', sent_at = $4, message_id = $5, data = NULL, rendered = NULL, claim = NULL,
            leased_until = NULL, updated_at = $4, version = version + 1
      WHERE tenant_id = $1 AND id = $2 AND claim = $3 RETURNING id`,
    [tx.tenantId, mail.id, mail.claim, tx.now(), messageId],
  )
  return rows.length > 0
}

export const markState = (
  tx: Tx,
  mail: Mine,
  state: 'suppressed' | 'kept' | 'queued',
  o: { uncounted?: boolean } = {},
) =>
  tx.query(
    `UPDATE email.message SET state = $4, claim = NULL, leased_until = NULL, updated_at = $5, version = version + 1,
            attempts = attempts - $6::int
      WHERE tenant_id = $1 AND id = $2 AND claim = $3`,
    [tx.tenantId, mail.id, mail.claim, state, tx.now(), o.uncounted ? 1 : 0],
  )

/** Back into the queue with a later time, or given up. @returns whether it was given up */
export async function markFailed(tx: Tx, mail: Claimed, reason: Reason): Promise<boolean> {
  const now = tx.now()
  const again = reason.permanent || mail.attempts >= mostAttempts ? null : nextAttempt(mail.attempts, now)
  const failure = { at: now.toISOString(), step: reason.step, code: reason.code, message: reason.message }
  const rows = await tx.query<{ id: string }>(
    `UPDATE email.message SET state = $4, next_attempt_at = $5, failures = failures || $6::jsonb, claim = NULL,
            leased_until = NULL, updated_at = $7, version = version + 1
      WHERE tenant_id = $1 AND id = $2 AND claim = $3 RETURNING id`,
    [tx.tenantId, mail.id, mail.claim, again ? 'queued' : 'failed', again ?? now, JSON.stringify([failure]), now],
  )
  return again === null && rows.length > 0
}
