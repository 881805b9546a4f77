import { Problem, problems, type Tx } from '@guildhall/sdk'
import type { Sequelize } from 'sequelize'
import type { NewAccount } from '../embedded/accounts.ts'
import type { EmbeddedIdentity } from '../embedded/embedded-identity.ts'
import type { Issuer } from '../issuer/issuer.ts'
import { rows } from '../platform-rows.ts'
import type { UserDirectory } from './user-directory.ts'

/** People who can sign in, and where they belong: what invitations, the CLI and the demo need of identity. */
export class People {
  readonly #platform: Sequelize
  readonly #users: UserDirectory
  readonly #issuer: Issuer
  readonly #embedded: EmbeddedIdentity | null
  readonly #publicUrl: string

  constructor(o: {
    platform: Sequelize
    users: UserDirectory
    issuer: Issuer
    embedded: EmbeddedIdentity | null
    publicUrl: string
  }) {
    this.#platform = o.platform
    this.#users = o.users
    this.#issuer = o.issuer
    this.#embedded = o.embedded
    this.#publicUrl = o.publicUrl
  }

  /**
   * An account of the embedded provider, for the demo and the CLI.
   * @throws Problem 409 when the address has one, or accounts are kept elsewhere
   */
  async createAccount(o: NewAccount): Promise<{ accountId: string; userId: string }> {
    if (!this.#embedded)
      throw new Problem(problems.conflict, { detail: 'Accounts are kept by the identity provider: make it there.' })
    const made = await this.#embedded.accounts.create(o)
    if (!made) throw new Problem(problems.alreadyExists, { detail: 'There is an account with this address.' })
    return made
  }

  /**
   * The user with this address, made when there is none. `setPasswordLink` is given once, for a new account; null with
   * an external provider, where the first sign-in with this verified address finds the user.
   */
  async ensureAccount(o: { email: string; name: string }): Promise<{ userId: string; setPasswordLink: string | null }> {
    if (!this.#embedded)
      return { userId: await this.#users.invite(this.#issuer.name, o.email, o.name), setPasswordLink: null }
    const { accounts } = this.#embedded
    const made = await accounts.create(o)
    if (made) return { userId: made.userId, setPasswordLink: await this.passwordLink(made.accountId) }
    const account = await accounts.byEmail(o.email)
    const userId = account && (await accounts.userOf(account.id))
    if (!userId) throw new Error('An account without its user: run guildhall doctor')
    return { userId, setPasswordLink: null }
  }

  /** A one-time link, good for 7 days; a new one ends the one before. */
  async passwordLink(accountId: string): Promise<string> {
    if (!this.#embedded)
      throw new Problem(problems.conflict, { detail: 'Passwords are kept by the identity provider.' })
    return `${this.#publicUrl}/account/password#token=${await this.#embedded.links.create('password', accountId)}`
  }

  /** The user may name this organisation from now on. Twice changes nothing. */
  async affiliate(tx: Tx, userId: string): Promise<void> {
    await tx.query('INSERT INTO core.affiliation (tenant_id, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      tx.tenantId,
      userId,
    ])
    tx.accessChanged()
  }

  async unaffiliate(tx: Tx, userId: string): Promise<void> {
    await tx.query('DELETE FROM core.affiliation WHERE tenant_id = $1 AND user_id = $2', [tx.tenantId, userId])
    tx.accessChanged()
  }

  /** Null for somebody who does not belong to the organisation: users of others are not to be seen. */
  async affiliated(tx: Tx, userId: string): Promise<{ id: string; email: string | null; name: string | null } | null> {
    const [row] = await tx.query('SELECT 1 FROM core.affiliation WHERE tenant_id = $1 AND user_id = $2', [
      tx.tenantId,
      userId,
    ])
    if (!row) return null
    const sql = 'SELECT id, email, name FROM core.app_user WHERE id = $1'
    const [user] = await rows<{ id: string; email: string | null; name: string | null }>(this.#platform, sql, [userId])
    return user ?? null
  }
}
