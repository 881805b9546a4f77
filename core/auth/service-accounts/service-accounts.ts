import { createHash, randomBytes } from 'node:crypto'
import { handOf, Problem, problems, type Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'

/** A client of the identity provider that acts for exactly one organisation. */
export interface ServiceAccount {
  readonly id: string
  readonly name: string
  readonly clientId: string
  readonly role: string
  /** Permission ids or `<plugin>.*`; null: all of the role. */
  readonly scopes: readonly string[] | null
  readonly disabled: boolean
  readonly createdAt: Date
  readonly version: number
}
export interface NewServiceAccount {
  readonly name: string
  /** Key of a role; whether the actor may give it is the caller's to ask (`AccessService.requireGrantable`). */
  readonly role: string
  readonly scopes?: readonly string[] | null
  /** The client at an external issuer; the embedded one makes its own. */
  readonly clientId?: string
}

const columns = `id, name, client_id AS "clientId", role, scopes, disabled, created_at AS "createdAt", version`

/** Client secrets carry 256 random bits, so a plain digest is enough to keep. */
export const hashClientSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/**
 * Service accounts of one issuer.
 * @param issuer its name in `core.service_account`
 * @param embedded whether we hand out clients and secrets ourselves
 */
export function serviceAccounts(issuer: string, embedded: boolean) {
  const read = async (tx: Tx, id: string): Promise<ServiceAccount> => {
    const [row] = await tx.query<ServiceAccount>(
      `SELECT ${columns} FROM core.service_account WHERE tenant_id = $1 AND id = $2`,
      [tx.tenantId, id],
    )
    if (!row) throw new Problem(problems.notFound)
    return row
  }
  const changed = async (
    tx: Tx,
    id: string,
    action: 'changed' | 'deleted' | 'secret-renewed',
    fields: string[] = [],
  ) => {
    await tx.audit({
      action: `core.service-account-${action}`,
      target: { type: 'serviceAccount', id },
      changed: fields,
    })
    tx.accessChanged()
  }

  return {
    read,

    /** `clientSecret` is given here and never again; null with an external issuer, which keeps it. @throws Problem 409 */
    create: async (tx: Tx, o: NewServiceAccount): Promise<{ record: ServiceAccount; clientSecret: string | null }> => {
      const clientSecret = embedded ? newSecret() : null
      const clientId = embedded ? `sa-${randomBytes(9).toString('hex')}` : o.clientId
      if (!clientId)
        throw new Problem(problems.validationFailed, {
          errors: [{ pointer: '/clientId', message: 'Name the client of the identity provider' }],
        })
      const [record] = await tx.query<ServiceAccount>(
        `INSERT INTO core.service_account (tenant_id, id, name, issuer, client_id, secret_hash, role, scopes, created_at, made_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING RETURNING ${columns}`,
        [
          tx.tenantId,
          uuidv7(),
          o.name,
          issuer,
          clientId,
          clientSecret && hashClientSecret(clientSecret),
          o.role,
          o.scopes ?? null,
          tx.now(),
          handOf(tx.actor),
        ],
      )
      // Whose it is already must not be told: it may be another organisation's.
      if (!record) throw new Problem(problems.alreadyExists, { detail: 'This client cannot be used.' })
      await tx.audit({
        action: 'core.service-account-created',
        target: { type: 'serviceAccount', id: record.id },
        meta: { role: o.role, scopes: o.scopes ?? null },
      })
      tx.accessChanged()
      return { record, clientSecret }
    },

    /** @throws Problem 404 */
    change: async (
      tx: Tx,
      id: string,
      o: { name?: string; role?: string; scopes?: readonly string[] | null; disabled?: boolean },
    ): Promise<ServiceAccount> => {
      const old = await read(tx, id)
      const next = { ...old, ...o }
      await tx.query(
        `UPDATE core.service_account SET name = $3, role = $4, scopes = $5, disabled = $6, updated_at = $7, version = version + 1
          WHERE tenant_id = $1 AND id = $2`,
        [tx.tenantId, id, next.name, next.role, next.scopes, next.disabled, tx.now()],
      )
      await changed(tx, id, 'changed', Object.keys(o))
      return read(tx, id)
    },

    /** The old secret ends at once. @throws Problem 404, 409 with an external issuer */
    renewSecret: async (tx: Tx, id: string): Promise<{ clientSecret: string }> => {
      if (!embedded)
        throw new Problem(problems.conflict, { detail: 'The identity provider keeps the secret: renew it there.' })
      await read(tx, id)
      const clientSecret = newSecret()
      await tx.query(
        `UPDATE core.service_account SET secret_hash = $3, updated_at = $4, version = version + 1 WHERE tenant_id = $1 AND id = $2`,
        [tx.tenantId, id, hashClientSecret(clientSecret), tx.now()],
      )
      await changed(tx, id, 'secret-renewed')
      return { clientSecret }
    },

    /** @throws Problem 404 */
    remove: async (tx: Tx, id: string): Promise<void> => {
      await read(tx, id)
      await tx.query('DELETE FROM core.service_account WHERE tenant_id = $1 AND id = $2', [tx.tenantId, id])
      await changed(tx, id, 'deleted')
    },
  }
}
export type ServiceAccounts = ReturnType<typeof serviceAccounts>

const newSecret = () => randomBytes(32).toString('base64url')
