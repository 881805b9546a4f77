import { Problem, problems } from '@guildhall/sdk'
import type { FastifyRequest } from 'fastify'
import type { Sequelize } from 'sequelize'
import type { AuditPlatform } from '../audit-platform.ts'
import type { Authenticate } from '../authenticator.ts'
import type { EmbeddedIdentity } from '../embedded/embedded-identity.ts'
import { accountOfUser } from '../embedded/housed-accounts.ts'
import { isAcceptablePassword } from '../embedded/password-hash.ts'
import { embeddedIssuerName } from '../issuer/issuer.ts'
import { rows } from '../platform-rows.ts'
import type { UserPrincipal } from '../principal.ts'
import type { OurCookie } from '../sessions/cookies.ts'
import { type OpenSession, type SessionStore, sessionName } from '../sessions/session-store.ts'

export interface OwnAccountParts {
  readonly authenticate: Authenticate
  readonly platform: Sequelize
  readonly sessions: SessionStore
  readonly cookie: OurCookie
  readonly audit: AuditPlatform
  /** Null where accounts are kept elsewhere. */
  readonly embedded: EmbeddedIdentity | null
}

/** Somebody in a browser, asking about himself. */
export interface Asking {
  readonly user: UserPrincipal
  /** The secret id in his cookie. */
  readonly sessionId: string
  readonly request: FastifyRequest
}

export interface AccountView {
  readonly email: string | null
  readonly name: string | null
  readonly emailVerified: boolean
  /** Slug of the one organisation that can let the account in, until the address is proven. */
  readonly confinedTo: string | null
  /** Whether the password is kept here, and not by an identity provider outside. */
  readonly ownPassword: boolean
}
/** Why a password was not changed. */
export type Refused = 'wrong' | 'weak' | 'taken'

/** What people see and do about their own account. It is about no organisation. */
export class OwnAccount {
  readonly #o: OwnAccountParts

  constructor(o: OwnAccountParts) {
    this.#o = o
  }

  /** Null when nobody is signed in. @throws Problem 403 for whoever is no person in a browser */
  async asking(request: FastifyRequest): Promise<Asking | null> {
    const principal = await this.#o.authenticate(request)
    if (!principal) return null
    const sessionId = this.#o.cookie.read(request)
    if (principal.kind !== 'user' || !sessionId)
      throw new Problem(problems.forbidden, { detail: 'An account is its owner’s: sign in with a browser.' })
    return { user: principal, sessionId, request }
  }

  async view({ user }: Asking): Promise<AccountView> {
    const [row] = await rows<AccountView>(
      this.#o.platform,
      `SELECT u.email, u.name, coalesce(a.email_verified AND a.confined_to IS NULL, u.email_verified) AS "emailVerified",
              o.slug AS "confinedTo", a.id IS NOT NULL AS "ownPassword"
         FROM core.app_user u
         LEFT JOIN core.account a ON u.issuer = $2 AND a.id::text = u.subject
         LEFT JOIN core.tenant o ON o.id = a.confined_to
        WHERE u.id = $1`,
      [user.id, embeddedIssuerName],
    )
    return row!
  }

  sessions({ user }: Asking): Promise<OpenSession[]> {
    return this.#o.sessions.listOf(user.id)
  }

  isCurrent = ({ sessionId }: Asking, { name }: Pick<OpenSession, 'name'>): boolean => sessionName(sessionId) === name

  /** False when he has no such session. */
  async endSession(asking: Asking, name: string): Promise<boolean> {
    const ended = await this.#o.sessions.endNamed(asking.user.id, name)
    if (!ended) return false
    if (ended.sid) await this.#o.embedded?.signIns.end(ended.sid)
    await this.#note(asking, 'auth.session-ended', { session: name })
    return true
  }

  /** All but this one. Gives how many there were. */
  async endOthers(asking: Asking): Promise<number> {
    const here = await this.#o.sessions.read(asking.sessionId)
    const ended = await this.#o.sessions.endAllOf(asking.user.id, { keep: asking.sessionId })
    if (here) await this.#o.embedded?.signIns.endAllOf(here.subject, { keepSid: here.sid })
    await this.#note(asking, 'auth.session-ended', { sessions: ended })
    return ended
  }

  /**
   * Everything the old password opened ends, but this browser's session. Null when it is done.
   * @throws Problem 409 where passwords are kept elsewhere
   */
  async changePassword(asking: Asking, o: { current: string; password: string }): Promise<Refused | null> {
    const { accounts, passwords } = this.#embedded()
    const account = await this.#account(asking)
    if (o.current.length > 200 || !(await accounts.confirm(account.id, o.current))) {
      await this.#note(asking, 'auth.password', {}, 'failure')
      return 'wrong'
    }
    if (!isAcceptablePassword(o.password, account.email)) return 'weak'
    if (await accounts.isTaken(account, o.password)) return 'taken'
    const session = await this.#o.sessions.read(asking.sessionId)
    await passwords.set(account.id, o.password, { keep: { sessionId: asking.sessionId, sid: session?.sid } })
    await this.#note(asking, 'auth.password-set', { by: 'account page' })
    return null
  }

  /**
   * Sends the mail whose link proves the address.
   * @throws Problem 409 when it is proven, or no mail can be sent; 429 after three in an hour
   */
  async sendProof(asking: Asking, language: 'de' | 'en'): Promise<void> {
    const { proof } = this.#embedded()
    const account = await this.#account(asking)
    if ((await this.view(asking)).emailVerified)
      throw new Problem(problems.conflict, { detail: 'The address is confirmed already.' })
    await proof.send(account, language)
    await this.#note(asking, 'auth.address-proof-sent')
  }

  #embedded(): EmbeddedIdentity {
    if (this.#o.embedded) return this.#o.embedded
    throw new Problem(problems.conflict, { detail: 'The account is kept by the identity provider: change it there.' })
  }

  async #account({ user }: Asking) {
    const account = await accountOfUser(this.#o.platform, user.id)
    if (!account)
      throw new Problem(problems.conflict, { detail: 'The account is kept by the identity provider: change it there.' })
    return account
  }

  #note(
    { user, request }: Asking,
    event: string,
    meta: Readonly<Record<string, unknown>> = {},
    outcome: 'success' | 'failure' = 'success',
  ): Promise<void> {
    const actor = { kind: 'user', id: user.id }
    return this.#o.audit({ event, outcome, actor, requestId: request.id, address: request.ip, meta })
  }
}
