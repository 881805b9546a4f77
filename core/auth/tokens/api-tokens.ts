import { handOf, invalid, Problem, problems, type Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import { actorName } from '../../audit/actor.ts'
import { createToken } from './token-format.ts'

/** A token as lists show it; its secret is not among what is kept. */
export interface ApiToken {
  readonly id: string
  /** The part of the token between `gh_` and the secret. */
  readonly publicId: string
  readonly name: string
  readonly role: string
  readonly scopes: readonly string[] | null
  readonly createdBy: string | null
  readonly createdAt: Date
  readonly expiresAt: Date | null
  readonly revokedAt: Date | null
  /** Exact to a minute. */
  readonly lastUsedAt: Date | null
  readonly version: number
}
export interface NewApiToken {
  readonly name: string
  /** Key of a role; whether the actor may give it is the caller's to ask (`AccessService.requireGrantable`). */
  readonly role: string
  /** Permission ids or `<plugin>.*`; null: all of the role. */
  readonly scopes?: readonly string[] | null
  readonly expiresAt?: Date | null
}

const columns = `id, public_id AS "publicId", name, role, scopes, created_by AS "createdBy", created_at AS "createdAt",
  expires_at AS "expiresAt", revoked_at AS "revokedAt", last_used_at AS "lastUsedAt", version`

/** `token` is given here and never again. @throws Problem 400 when the end lies in the past. */
export async function createApiToken(tx: Tx, o: NewApiToken): Promise<{ token: string; record: ApiToken }> {
  if (o.expiresAt && o.expiresAt <= tx.now()) throw invalid('/expiresAt', 'The token would have ended already')
  const { token, publicId, hash } = createToken()
  const [record] = await tx.query<ApiToken>(
    `INSERT INTO core.api_token (tenant_id, id, public_id, name, secret_hash, role, scopes, created_by, expires_at, created_at, made_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING ${columns}`,
    [
      tx.tenantId,
      uuidv7(),
      publicId,
      o.name,
      hash,
      o.role,
      o.scopes ?? null,
      actorName(tx.actor),
      o.expiresAt ?? null,
      tx.now(),
      handOf(tx.actor),
    ],
  )
  await tx.audit({
    action: 'core.token-created',
    target: { type: 'token', id: record!.id },
    meta: { role: o.role, scopes: o.scopes ?? null, expiresAt: o.expiresAt?.toISOString() ?? null },
  })
  tx.accessChanged()
  return { token, record: record! }
}

/** @throws Problem 404 */
export async function readApiToken(tx: Tx, id: string): Promise<ApiToken> {
  const [record] = await tx.query<ApiToken>(`SELECT ${columns} FROM core.api_token WHERE tenant_id = $1 AND id = $2`, [
    tx.tenantId,
    id,
  ])
  if (!record) throw new Problem(problems.notFound)
  return record
}

/** It ends at once, on every node. Revoking twice changes nothing. @throws Problem 404 */
export async function revokeApiToken(tx: Tx, id: string): Promise<ApiToken> {
  const rows = await tx.query(
    `UPDATE core.api_token SET revoked_at = $3, updated_at = $3, version = version + 1
      WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL RETURNING id`,
    [tx.tenantId, id, tx.now()],
  )
  if (rows.length > 0) {
    await tx.audit({ action: 'core.token-revoked', target: { type: 'token', id } })
    tx.accessChanged()
  }
  return readApiToken(tx, id)
}
