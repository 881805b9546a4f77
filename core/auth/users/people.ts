import { Problem, problems, type Tx } from '@guildhall/sdk'
import type { Sequelize } from 'sequelize'
import { emailKey } from '../email-key.ts'
import type { NewAccount } from '../embedded/accounts.ts'
import type { EmbeddedIdentity } from '../embedded/embedded-identity.ts'
import { accountsOf } from '../embedded/housed-accounts.ts'
import { embeddedIssuerName, type Issuer } from '../issuer/issuer.ts'
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
   * For operators, who vouch for the address: the user with it, made when there is none. `setPasswordLink` is given once,
   * for a new account; null with an external provider, where the first sign-in with this verified address finds the user.
   */
  async ensureAccount(o: { email: string; name: string }): Promise<{ userId: string; setPasswordLink: string | null }> {
    if (!this.#embedded)
      return { userId: await this.#users.invite(this.#issuer.name, o.email, o.name), setPasswordLink: null }
    const { accounts } = this.#embedded
    const made = await accounts.create(o)
    if (made)
      return { userId: made.userId, setPasswordLink: await this.passwordLink(made.accountId, { provesAddress: true }) }
    const account = await accounts.byEmail(o.email)
    const userId = account && (await accounts.userOf(account.id))
    if (!userId) throw new Error('An account without its user: run guildhall doctor')
    return { userId, setPasswordLink: null }
  }

  /**
   * For whoever holds an invitation and is not signed in: an account of this organisation alone, with a link that sets its
   * password. Whose it is elsewhere is never touched and never told: nobody has proven that he is the one.
   *
   * @param o.mailed the link goes to the mailbox and is shown to nobody else, so using it proves the address
   * @throws Problem 401 where accounts are kept elsewhere, 409 when somebody here signs in with this address
   */
  async accountHere(
    tx: Tx,
    o: { email: string; name: string; mailed: boolean },
  ): Promise<{ userId: string; setPasswordLink: string }> {
    if (!this.#embedded)
      throw new Problem(problems.unauthenticated, {
        detail: 'Sign in with the address that was invited, then accept.',
        headers: { 'www-authenticate': 'Bearer' },
      })
    const { accounts } = this.#embedded
    const { email, name } = o
    const [here] = await tx.query(
      'SELECT 1 FROM core.affiliation WHERE tenant_id = $1 AND user_id = ANY($2::uuid[]) LIMIT 1',
      [tx.tenantId, await accounts.usersByEmail(email)],
    )
    if (here)
      throw new Problem(problems.conflict, {
        detail: 'Somebody here signs in with this address: sign in with it, then accept.',
      })
    const made = await accounts.create({ email, name, confinedTo: tx.tenantId })
    const accountId = made?.accountId ?? (await accounts.byEmail(email, { confinedTo: tx.tenantId }))?.id
    const userId = made?.userId ?? (accountId && (await accounts.userOf(accountId)))
    if (!accountId || !userId) throw new Error('An account without its user: run guildhall doctor')
    if (!made) {
      // Left over from somebody who went, or from an acceptance that failed: whoever knew its password is out.
      await this.#embedded.passwords.void(accountId)
    }
    return { userId, setPasswordLink: await this.passwordLink(accountId, { provesAddress: o.mailed }) }
  }

  /** Whether a user who is signed in may take what was sent to this address: he has proven that it is his, or is at home here. */
  async ownsAddress(tx: Tx, o: { userId: string; email: string }): Promise<boolean> {
    const [user] = await rows<{ proven: boolean }>(
      this.#platform,
      `SELECT CASE WHEN u.issuer = $3 THEN coalesce(a.email_verified AND a.confined_to IS NULL, false)
                   ELSE u.email_verified END AS proven
         FROM core.app_user u LEFT JOIN core.account a ON u.issuer = $3 AND a.id::text = u.subject
        WHERE u.id = $1 AND u.email_key = $2 AND NOT u.disabled`,
      [o.userId, emailKey(o.email), embeddedIssuerName],
    )
    if (!user) return false
    return user.proven || (await this.affiliated(tx, o.userId)) !== null
  }

  /**
   * A one-time link, good for 7 days; a new one ends the one before.
   * @param o.provesAddress see `AccountLinks.create`
   */
  async passwordLink(accountId: string, o: { provesAddress?: boolean } = {}): Promise<string> {
    return this.#linkTo('password', accountId, o)
  }

  /**
   * For operators: a link for each account of the address at which a new password is chosen, good for a day. It proves
   * nothing: whoever makes it has seen it.
   * @throws Problem 404 when there is no account, 409 where passwords are kept elsewhere
   */
  async resetLinks(email: string): Promise<{ userId: string; organizations: string[]; link: string }[]> {
    if (!this.#embedded) throw keptElsewhere()
    const accounts = await accountsOf(this.#platform, email)
    if (accounts.length === 0)
      throw new Problem(problems.notFound, { detail: `No account that can sign in has the address ${email}.` })
    const made = []
    for (const { id, userId, organizations } of accounts)
      made.push({
        userId,
        organizations: organizations.map(({ slug }) => slug),
        link: await this.#linkTo('reset', id, { lastsMs: 24 * 3_600_000 }),
      })
    return made
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

  async #linkTo(
    purpose: 'password' | 'reset',
    accountId: string,
    o: { provesAddress?: boolean; lastsMs?: number },
  ): Promise<string> {
    if (!this.#embedded) throw keptElsewhere()
    return `${this.#publicUrl}/account/password#token=${await this.#embedded.links.create(purpose, accountId, o)}`
  }
}

const keptElsewhere = () =>
  new Problem(problems.conflict, { detail: 'Passwords are kept by the identity provider: reset it there.' })
