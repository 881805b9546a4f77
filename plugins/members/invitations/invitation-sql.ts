/** Every statement over invitations. The status is computed: time alone ends an invitation. */
import type { Tx } from '@guildhall/sdk'
import type { Person } from '../acting-for.ts'
import type { Invitation } from './invitation-schema.ts'

export interface InvitationRow {
  readonly id: string
  readonly email: string
  readonly email_key: string
  readonly role: string
  readonly grants: Readonly<Record<string, unknown>>
  readonly message: string | null
  readonly expires_at: Date
  readonly accepted_at: Date | null
  readonly cancelled_at: Date | null
  readonly resent_at: readonly Date[]
  readonly inviter_kind: string
  readonly inviter_id: string
  readonly sender_kind: string
  readonly sender_id: string
  readonly member_id: string | null
  readonly created_at: Date
  readonly updated_at: Date
  readonly version: number
}
export const invitationColumns = `i.id, i.email, i.email_key, i.role, i.grants, i.message, i.expires_at, i.accepted_at,
  i.cancelled_at, i.resent_at, i.inviter_kind, i.inviter_id, i.sender_kind, i.sender_id, i.member_id, i.created_at,
  i.updated_at, i.version`

/** @param now an expression of type timestamptz */
export const statusSql = (now: string): string => `CASE WHEN i.accepted_at IS NOT NULL THEN 'accepted'
  WHEN i.cancelled_at IS NOT NULL THEN 'cancelled' WHEN i.expires_at <= ${now} THEN 'expired' ELSE 'pending' END`

/** The same as conditions over plain columns, so that an index serves them. */
export const statusConditions = (now: string): Readonly<Record<Invitation['status'], string>> => ({
  accepted: 'i.accepted_at IS NOT NULL',
  cancelled: 'i.accepted_at IS NULL AND i.cancelled_at IS NOT NULL',
  expired: `i.accepted_at IS NULL AND i.cancelled_at IS NULL AND i.expires_at <= ${now}`,
  pending: `i.accepted_at IS NULL AND i.cancelled_at IS NULL AND i.expires_at > ${now}`,
})

export function statusOf(
  row: Pick<InvitationRow, 'accepted_at' | 'cancelled_at' | 'expires_at'>,
  now: Date,
): Invitation['status'] {
  if (row.accepted_at) return 'accepted'
  if (row.cancelled_at) return 'cancelled'
  return row.expires_at <= now ? 'expired' : 'pending'
}

export function invitationOf(row: InvitationRow, now: Date): Invitation {
  const { planId, groupIds } = row.grants as { planId?: string; groupIds?: string[] }
  return {
    id: row.id,
    email: row.email,
    role: row.role,
    planId: planId ?? null,
    groupIds: groupIds ?? [],
    message: row.message,
    status: statusOf(row, now),
    expiresAt: row.expires_at.toISOString(),
    acceptedAt: row.accepted_at?.toISOString() ?? null,
    cancelledAt: row.cancelled_at?.toISOString() ?? null,
    resendCount: row.resent_at.length,
    invitedBy: { kind: row.inviter_kind, id: row.inviter_id },
    memberId: row.member_id,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    version: row.version,
  }
}

export async function insertInvitation(
  tx: Tx,
  o: {
    id: string
    email: string
    emailKey: string
    role: string
    grants: Readonly<Record<string, unknown>>
    message: string | null
    tokenHash: string
    expiresAt: Date
    inviter: Person
  },
): Promise<InvitationRow> {
  const [row] = await tx.query<InvitationRow>(
    `INSERT INTO members.invitation AS i (tenant_id, id, email, email_key, role, grants, message, token_hash, expires_at,
            inviter_kind, inviter_id, sender_kind, sender_id, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $10, $11, $12, $12) RETURNING ${invitationColumns}`,
    [
      tx.tenantId,
      o.id,
      o.email,
      o.emailKey,
      o.role,
      JSON.stringify(o.grants),
      o.message,
      o.tokenHash,
      o.expiresAt,
      o.inviter.kind,
      o.inviter.id,
      tx.now(),
    ],
  )
  return row!
}

export async function readInvitation(
  tx: Tx,
  id: string,
  o: { lock?: boolean } = {},
): Promise<InvitationRow | undefined> {
  const [row] = await tx.query<InvitationRow>(
    `SELECT ${invitationColumns} FROM members.invitation i WHERE i.tenant_id = $1 AND i.id = $2 ${o.lock ? 'FOR UPDATE' : ''}`,
    [tx.tenantId, id],
  )
  return row
}

/** The invitation that the token with this hash opens now. */
export async function openInvitation(tx: Tx, tokenHash: string): Promise<InvitationRow | undefined> {
  const [row] = await tx.query<InvitationRow>(
    `SELECT ${invitationColumns} FROM members.invitation i
      WHERE i.tenant_id = $1 AND i.token_hash = $2 AND ${statusSql('$3::timestamptz')} = 'pending'`,
    [tx.tenantId, tokenHash, tx.now()],
  )
  return row
}

/** Uses it up: of many who try at once one gets the row, the others wait for him and get nothing. */
export async function consumeInvitation(tx: Tx, tokenHash: string): Promise<InvitationRow | undefined> {
  const [row] = await tx.query<InvitationRow>(
    `UPDATE members.invitation i SET accepted_at = $3, token_hash = NULL, updated_at = $3, version = i.version + 1
      WHERE i.tenant_id = $1 AND i.token_hash = $2 AND ${statusSql('$3::timestamptz')} = 'pending'
     RETURNING ${invitationColumns}`,
    [tx.tenantId, tokenHash, tx.now()],
  )
  return row
}

export const noteMember = (tx: Tx, id: string, memberId: string): Promise<unknown> =>
  tx.query('UPDATE members.invitation SET member_id = $3 WHERE tenant_id = $1 AND id = $2', [tx.tenantId, id, memberId])

export async function renewInvitation(
  tx: Tx,
  id: string,
  o: { tokenHash: string; expiresAt: Date; sender: Person },
): Promise<InvitationRow> {
  const [row] = await tx.query<InvitationRow>(
    `UPDATE members.invitation i SET token_hash = $3, expires_at = $4, sender_kind = $5, sender_id = $6,
            resent_at = array_append(i.resent_at, $7::timestamptz), updated_at = $7, version = i.version + 1
      WHERE i.tenant_id = $1 AND i.id = $2 RETURNING ${invitationColumns}`,
    [tx.tenantId, id, o.tokenHash, o.expiresAt, o.sender.kind, o.sender.id, tx.now()],
  )
  return row!
}

export const cancelInvitation = (tx: Tx, id: string): Promise<unknown> =>
  tx.query(
    `UPDATE members.invitation SET cancelled_at = $3, token_hash = NULL, updated_at = $3, version = version + 1
      WHERE tenant_id = $1 AND id = $2`,
    [tx.tenantId, id, tx.now()],
  )

/** Whether another invitation to the address waits; whoever asks next does so when this transaction has ended. */
export async function hasPending(tx: Tx, { id, emailKey }: { id: string; emailKey: string }): Promise<boolean> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `members.invitation:${tx.tenantId}:${emailKey}`,
  ])
  const rows = await tx.query(
    `SELECT 1 FROM members.invitation i
      WHERE i.tenant_id = $1 AND i.email_key = $2 AND i.id <> $3 AND ${statusSql('$4::timestamptz')} = 'pending' LIMIT 1`,
    [tx.tenantId, emailKey, id, tx.now()],
  )
  return rows.length > 0
}

/** When this inviter's last invitations were made, newest first; his next one waits until this transaction ends. */
export async function recentInvitations(tx: Tx, inviter: Person, o: { since: Date; most: number }): Promise<Date[]> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `members.invite:${tx.tenantId}:${inviter.kind}:${inviter.id}`,
  ])
  const rows = await tx.query<{ created_at: Date }>(
    `SELECT created_at FROM members.invitation
      WHERE tenant_id = $1 AND inviter_kind = $2 AND inviter_id = $3 AND created_at > $4
      ORDER BY created_at DESC LIMIT $5`,
    [tx.tenantId, inviter.kind, inviter.id, o.since, o.most],
  )
  return rows.map(({ created_at }) => created_at)
}
