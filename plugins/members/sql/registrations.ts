import type { Tx } from '@guildhall/sdk'
import type { MemberPatch } from '../member-schema.ts'

export type RegistrationState = 'unconfirmed' | 'confirmed' | 'accepted' | 'refused'
export interface RegistrationRow {
  readonly id: string
  readonly profile: MemberPatch
  readonly state: RegistrationState
  readonly expires_at: Date
  readonly member_id: string | null
  readonly created_at: Date
  readonly updated_at: Date
  readonly version: number
}
export const registrationColumns =
  'g.id, g.profile, g.state, g.expires_at, g.member_id, g.created_at, g.updated_at, g.version'

export async function insertRegistration(
  tx: Tx,
  o: { id: string; profile: MemberPatch; expiresAt: Date },
): Promise<void> {
  await tx.query(
    `INSERT INTO members.registration (tenant_id, id, profile, expires_at, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $5)`,
    [tx.tenantId, o.id, JSON.stringify(o.profile), o.expiresAt, tx.now()],
  )
}

/** Locked: two who decide about it queue. */
export async function lockRegistration(tx: Tx, id: string): Promise<RegistrationRow | undefined> {
  const [row] = await tx.query<RegistrationRow>(
    `SELECT ${registrationColumns} FROM members.registration g WHERE g.tenant_id = $1 AND g.id = $2 FOR UPDATE`,
    [tx.tenantId, id],
  )
  return row
}

/** The one an unused, unexpired link belongs to. */
export async function registrationByToken(
  tx: Tx,
  hash: string,
  o: { lock?: boolean } = {},
): Promise<RegistrationRow | undefined> {
  const [row] = await tx.query<RegistrationRow>(
    `SELECT ${registrationColumns} FROM members.registration g
      WHERE g.tenant_id = $1 AND g.token_hash = $2 AND g.state = 'unconfirmed' AND g.expires_at > $3${o.lock ? ' FOR UPDATE' : ''}`,
    [tx.tenantId, hash, tx.now()],
  )
  return row
}

export async function setRegistration(
  tx: Tx,
  id: string,
  o: { state?: RegistrationState; memberId?: string | null; tokenHash?: string | null; profile?: MemberPatch },
): Promise<RegistrationRow> {
  const [row] = await tx.query<RegistrationRow>(
    `UPDATE members.registration g SET state = coalesce($3, g.state),
            member_id = CASE WHEN $4 THEN $5::uuid ELSE g.member_id END,
            token_hash = CASE WHEN $6 THEN $7 ELSE g.token_hash END,
            profile = coalesce($8::jsonb, g.profile), updated_at = $9, version = g.version + 1
      WHERE g.tenant_id = $1 AND g.id = $2 RETURNING ${registrationColumns}`,
    [
      tx.tenantId,
      id,
      o.state ?? null,
      o.memberId !== undefined,
      o.memberId ?? null,
      o.tokenHash !== undefined,
      o.tokenHash ?? null,
      o.profile ? JSON.stringify(o.profile) : null,
      tx.now(),
    ],
  )
  return row!
}

/** Takes away what was never confirmed; nobody is to be kept for having typed an address. */
export async function deleteExpiredRegistrations(tx: Tx): Promise<number> {
  const gone = await tx.query(
    `DELETE FROM members.registration WHERE tenant_id = $1 AND state = 'unconfirmed' AND expires_at < $2 RETURNING 1`,
    [tx.tenantId, tx.now()],
  )
  return gone.length
}
