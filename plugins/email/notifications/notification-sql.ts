import { defineListing, type Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import type { Severity } from '../refs.ts'
import { type Notification, severities } from './notification-schema.ts'

export interface NotificationRow {
  readonly id: string
  readonly user_id: string
  readonly alert_id: string
  readonly kind: string
  readonly severity: Severity
  readonly title: string
  readonly text: string
  readonly link: string | null
  readonly repeat_hours: number | null
  readonly round: number
  readonly read_at: Date | null
  readonly acknowledged_at: Date | null
  readonly created_at: Date
  readonly updated_at: Date
  readonly version: number
}
export const notificationColumns = `n.id, n.user_id, n.alert_id, n.kind, n.severity, n.title, n.text, n.link, n.repeat_hours,
  n.round, n.read_at, n.acknowledged_at, n.created_at, n.updated_at, n.version`

export const notificationOf = (row: NotificationRow): Notification => ({
  id: row.id,
  kind: row.kind,
  severity: row.severity,
  title: row.title,
  text: row.text,
  link: row.link,
  alert: row.repeat_hours !== null,
  round: row.round,
  readAt: row.read_at?.toISOString() ?? null,
  acknowledgedAt: row.acknowledged_at?.toISOString() ?? null,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  version: row.version,
})

/** One inbox: every page names its owner, so the filters work within few rows. */
export const notificationListing = defineListing({
  id: 'email.notifications',
  tenantColumn: 'n.tenant_id',
  idColumn: 'n.id',
  defaultSort: '-updatedAt',
  fields: {
    unread: {
      type: 'boolean',
      description: 'Not read yet',
      ops: ['eq'],
      sql: (_op, value) => (value === true ? 'n.read_at IS NULL' : 'n.read_at IS NOT NULL'),
    },
    kind: { column: 'n.kind', type: 'text', description: 'What it is about' },
    severity: { column: 'n.severity', type: 'text', description: 'Severity', values: severities },
  },
  sorts: {
    updatedAt: { column: 'n.updated_at', type: 'timestamp', leads: true },
    createdAt: { column: 'n.created_at', type: 'timestamp', leads: true },
  },
})

export interface Told {
  readonly kind: string
  readonly severity: Severity
  readonly title: string
  readonly text: string
  readonly link: string | null
  readonly key: string | null
  readonly repeatHours: number | null
}

/**
 * Writes one row for each person; where an unread one with the same key stands, that is renewed.
 * @returns the rows, each with its round
 */
export function insertNotifications(tx: Tx, userIds: readonly string[], o: Told): Promise<NotificationRow[]> {
  const now = tx.now()
  const nextAt = o.repeatHours === null ? null : new Date(now.getTime() + o.repeatHours * 3_600_000)
  const rows = userIds.map((userId) => ({ id: uuidv7(), user_id: userId }))
  return tx.query<NotificationRow>(
    `INSERT INTO email.notification AS n (tenant_id, id, user_id, alert_id, kind, severity, title, text, link, key,
            repeat_hours, next_at, created_at, updated_at)
     SELECT $1, r.id, r.user_id, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12
       FROM jsonb_to_recordset($2::jsonb) AS r (id uuid, user_id uuid)
     ON CONFLICT (tenant_id, user_id, key) WHERE key IS NOT NULL AND read_at IS NULL DO UPDATE SET
       severity = $5, title = $6, text = $7, link = $8, updated_at = $12, version = n.version + 1 WHERE n.tenant_id = $1
     RETURNING ${notificationColumns}`,
    [
      tx.tenantId,
      JSON.stringify(rows),
      uuidv7(),
      o.kind,
      o.severity,
      o.title,
      o.text,
      o.link,
      o.key,
      o.repeatHours,
      nextAt,
      now,
    ],
  )
}

export async function ownNotification(tx: Tx, userId: string, id: string): Promise<NotificationRow | undefined> {
  const [row] = await tx.query<NotificationRow>(
    `SELECT ${notificationColumns} FROM email.notification n WHERE n.tenant_id = $1 AND n.user_id = $2 AND n.id = $3`,
    [tx.tenantId, userId, id],
  )
  return row
}

export const setRead = (tx: Tx, userId: string, id: string, read: boolean) =>
  tx.query(
    `UPDATE email.notification SET read_at = $4, version = version + 1, key = CASE WHEN $4::timestamptz IS NULL THEN NULL ELSE key END
      WHERE tenant_id = $1 AND user_id = $2 AND id = $3 AND (read_at IS NULL) = ($4::timestamptz IS NOT NULL)`,
    [tx.tenantId, userId, id, read ? tx.now() : null],
  )

/** @returns how many were unread */
export async function readAll(tx: Tx, userId: string): Promise<number> {
  const rows = await tx.query<{ id: string }>(
    `UPDATE email.notification SET read_at = $3, version = version + 1
      WHERE tenant_id = $1 AND user_id = $2 AND read_at IS NULL RETURNING id`,
    [tx.tenantId, userId, tx.now()],
  )
  return rows.length
}

export async function countUnread(tx: Tx, userId: string): Promise<number> {
  const [row] = await tx.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM email.notification n WHERE n.tenant_id = $1 AND n.user_id = $2 AND n.read_at IS NULL',
    [tx.tenantId, userId],
  )
  return row!.n
}

/** For everybody who was told: it comes again for none of them. */
export const acknowledge = (tx: Tx, alertId: string) =>
  tx.query(
    `UPDATE email.notification SET acknowledged_at = $3, read_at = coalesce(read_at, $3), next_at = NULL, updated_at = $3,
            version = version + 1
      WHERE tenant_id = $1 AND alert_id = $2 AND acknowledged_at IS NULL`,
    [tx.tenantId, alertId, tx.now()],
  )

/** Alerts whose time has come again: unread once more. */
export function repeatDue(tx: Tx): Promise<NotificationRow[]> {
  return tx.query<NotificationRow>(
    `UPDATE email.notification n SET read_at = NULL, key = NULL, round = n.round + 1, updated_at = $2, version = n.version + 1,
            next_at = $2::timestamptz + make_interval(hours => n.repeat_hours)
      WHERE n.tenant_id = $1 AND n.next_at <= $2 AND n.acknowledged_at IS NULL RETURNING ${notificationColumns}`,
    [tx.tenantId, tx.now()],
  )
}

/** What came since, for an open stream, the oldest first. */
export const changedSince = (tx: Tx, userId: string, since: Date): Promise<NotificationRow[]> =>
  tx.query<NotificationRow>(
    `SELECT ${notificationColumns} FROM email.notification n
      WHERE n.tenant_id = $1 AND n.user_id = $2 AND n.updated_at > $3 ORDER BY n.updated_at, n.id LIMIT 100`,
    [tx.tenantId, userId, since],
  )

export async function deleteOldNotifications(tx: Tx, before: Date): Promise<void> {
  await tx.query(
    'DELETE FROM email.notification WHERE tenant_id = $1 AND updated_at < $2 AND read_at IS NOT NULL AND next_at IS NULL',
    [tx.tenantId, before],
  )
}
