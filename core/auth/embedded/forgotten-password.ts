import type { Sequelize } from 'sequelize'
import type { Cache } from '../../cache/index.ts'
import type { AccountPost } from '../account-post.ts'
import type { AuditPlatform } from '../audit-platform.ts'
import type { AccountLinks } from './account-links.ts'
import { accountsOf, type HousedAccount } from './housed-accounts.ts'
import { mayMail } from './mail-limit.ts'

/** Somebody says that he forgot his password. Whether there is an account is told to the mailbox alone. */
export class ForgottenPassword {
  readonly #platform: Sequelize
  readonly #cache: Cache
  readonly #links: AccountLinks
  readonly #post: AccountPost
  readonly #audit: AuditPlatform
  readonly #publicUrl: string
  readonly #byDefault: string | undefined

  constructor(o: {
    platform: Sequelize
    cache: Cache
    links: AccountLinks
    post: AccountPost
    audit: AuditPlatform
    publicUrl: string
    defaultOrganization?: string | undefined
  }) {
    this.#platform = o.platform
    this.#cache = o.cache
    this.#links = o.links
    this.#post = o.post
    this.#audit = o.audit
    this.#publicUrl = o.publicUrl
    this.#byDefault = o.defaultOrganization
  }

  /** Whether this address may get one more mail in this hour. @throws Problem 503 when nobody can count */
  mayMail(email: string): Promise<boolean> {
    return mayMail(this.#cache, 'forgotten', email)
  }

  /** A mail for each account of the address. To be done after the answer: it takes longer where there are some. */
  async mail(email: string, o: { language: 'de' | 'en'; requestId: string; address: string }): Promise<void> {
    const accounts = await accountsOf(this.#platform, email, { byDefault: this.#byDefault })
    const sent: string[] = []
    for (const account of accounts) if (await this.#mailOne(account, o.language)) sent.push(account.userId)
    await this.#audit({
      event: 'auth.password-forgotten',
      outcome: sent.length > 0 ? 'success' : 'failure',
      actor: { kind: 'anonymous' },
      requestId: o.requestId,
      address: o.address,
      meta: { users: sent },
    })
  }

  async #mailOne({ id, email, name, organizations }: HousedAccount, language: 'de' | 'en'): Promise<boolean> {
    if (organizations.length === 0) return false
    const token = await this.#links.create('reset', id, { provesAddress: true })
    return this.#post.send({
      template: 'password-reset',
      organizations: organizations.map((one) => one.id),
      to: { email, name },
      language,
      link: `${this.#publicUrl}/account/password#token=${token}`,
    })
  }
}
