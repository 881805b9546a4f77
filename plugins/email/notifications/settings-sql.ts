/** What each wants to hear of which way. Whoever said nothing has everything in the inbox, and what is serious by mail. */
import type { Tx } from '@guildhall/sdk'
import type { Severity } from '../refs.ts'

export interface Setting {
  readonly kind: string
  readonly inbox: boolean
  readonly mail: boolean
}

export const defaultSetting = (severity: Severity): Omit<Setting, 'kind'> => ({
  inbox: true,
  mail: severity !== 'info',
})

export const settingsOf = (tx: Tx, userId: string): Promise<Setting[]> =>
  tx.query<Setting & Record<string, unknown>>(
    `SELECT s.kind, s.inbox, s.mail FROM email.notification_setting s
      WHERE s.tenant_id = $1 AND s.user_id = $2 ORDER BY s.kind LIMIT 500`,
    [tx.tenantId, userId],
  )

/** By user; who said nothing about this kind is not there. */
export async function settingsFor(
  tx: Tx,
  userIds: readonly string[],
  kind: string,
): Promise<ReadonlyMap<string, Setting>> {
  const rows = await tx.query<{ user_id: string; kind: string; inbox: boolean; mail: boolean }>(
    `SELECT s.user_id, s.kind, s.inbox, s.mail FROM email.notification_setting s
      WHERE s.tenant_id = $1 AND s.user_id = ANY($2::uuid[]) AND s.kind = $3`,
    [tx.tenantId, userIds, kind],
  )
  return new Map(rows.map(({ user_id, ...setting }) => [user_id, setting]))
}

export const putSetting = (tx: Tx, userId: string, { kind, inbox, mail }: Setting) =>
  tx.query(
    `INSERT INTO email.notification_setting AS s (tenant_id, user_id, kind, inbox, mail, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (tenant_id, user_id, kind) DO UPDATE SET inbox = $4, mail = $5, updated_at = $6 WHERE s.tenant_id = $1`,
    [tx.tenantId, userId, kind, inbox, mail, tx.now()],
  )
