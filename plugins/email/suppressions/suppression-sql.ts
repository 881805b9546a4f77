import { defineListing, Problem, problems, type Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import { emailKey } from '../outbox/address.ts'

export const suppressionReasons = ['bounced', 'unsubscribed', 'manual'] as const
export type SuppressionReason = (typeof suppressionReasons)[number]

export interface SuppressionRow {
  readonly id: string
  readonly email_key: string
  readonly reason: SuppressionReason
  readonly note: string
  readonly created_at: Date
  readonly updated_at: Date
  readonly version: number
}
export const suppressionColumns = 's.id, s.email_key, s.reason, s.note, s.created_at, s.updated_at, s.version'

export const suppressionListing = defineListing({
  id: 'email.suppressions',
  tenantColumn: 's.tenant_id',
  idColumn: 's.id',
  defaultSort: '-createdAt',
  fields: {
    email: { column: 's.email_key', type: 'text', description: 'Address', normalise: emailKey },
    reason: { column: 's.reason', type: 'text', description: 'Why', values: suppressionReasons },
  },
  sorts: {
    createdAt: { column: 's.created_at', type: 'timestamp', leads: true },
    email: { column: 's.email_key', type: 'text', leads: true },
  },
})

/** A stronger reason stays: whoever unsubscribed and bounces has bounced; a bounce is not weakened by unsubscribing. */
export async function suppress(
  tx: Tx,
  o: { emailKey: string; reason: SuppressionReason; note?: string },
): Promise<SuppressionRow> {
  const [row] = await tx.query<SuppressionRow>(
    `INSERT INTO email.suppression AS s (tenant_id, id, email_key, reason, note, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $6)
     ON CONFLICT (tenant_id, email_key) DO UPDATE SET
       reason = CASE WHEN $4 = 'unsubscribed' THEN s.reason ELSE $4 END,
       note = CASE WHEN $5 = '' THEN s.note ELSE $5 END, updated_at = $6, version = s.version + 1
       WHERE s.tenant_id = $1
     RETURNING ${suppressionColumns}`,
    [tx.tenantId, uuidv7(), o.emailKey, o.reason, o.note ?? '', tx.now()],
  )
  return row!
}

/** Reasons by address. */
export async function suppressedAmong(
  tx: Tx,
  keys: readonly string[],
): Promise<ReadonlyMap<string, SuppressionReason>> {
  const rows = await tx.query<{ email_key: string; reason: SuppressionReason }>(
    'SELECT s.email_key, s.reason FROM email.suppression s WHERE s.tenant_id = $1 AND s.email_key = ANY($2::text[])',
    [tx.tenantId, keys],
  )
  return new Map(rows.map((row) => [row.email_key, row.reason]))
}

/** Whether there was one. */
/** @throws Problem 404 */
export async function readSuppression(tx: Tx, id: string): Promise<SuppressionRow> {
  const [row] = await tx.query<SuppressionRow>(
    `SELECT ${suppressionColumns} FROM email.suppression s WHERE s.tenant_id = $1 AND s.id = $2`,
    [tx.tenantId, id],
  )
  if (!row) throw new Problem(problems.notFound)
  return row
}

export async function release(tx: Tx, id: string): Promise<void> {
  await tx.query('DELETE FROM email.suppression WHERE tenant_id = $1 AND id = $2', [tx.tenantId, id])
}
