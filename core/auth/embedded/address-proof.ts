import { Problem, problems } from '@guildhall/sdk'
import type { Cache } from '../../cache/index.ts'
import type { AccountPost } from '../account-post.ts'
import type { AccountLinks } from './account-links.ts'
import type { HousedAccount } from './housed-accounts.ts'
import { mayMail } from './mail-limit.ts'

/** A mail whose link, together with the account's password, proves that the mailbox and the account are one person's. */
export class AddressProof {
  readonly #cache: Cache
  readonly #links: AccountLinks
  readonly #post: AccountPost
  readonly #publicUrl: string

  constructor(o: { cache: Cache; links: AccountLinks; post: AccountPost; publicUrl: string }) {
    this.#cache = o.cache
    this.#links = o.links
    this.#post = o.post
    this.#publicUrl = o.publicUrl
  }

  /** @throws Problem 409 when no mail can be sent, 429 after three in an hour */
  async send({ id, email, name, organizations }: HousedAccount, language: 'de' | 'en'): Promise<void> {
    if (!this.#post.carries) throw noMail()
    if (!(await mayMail(this.#cache, 'address', email)))
      throw new Problem(problems.rateLimited, {
        detail: 'At most three such mails go to an address in an hour.',
        headers: { 'retry-after': '3600' },
      })
    const token = await this.#links.create('address', id, { provesAddress: true })
    const sent = await this.#post.send({
      template: 'address-proof',
      organizations: organizations.map((one) => one.id),
      to: { email, name },
      language,
      link: `${this.#publicUrl}/account/address#token=${token}`,
    })
    if (!sent) throw noMail()
  }
}

const noMail = () =>
  new Problem(problems.conflict, {
    detail: 'Mails that prove an address need a mail server of the operator (SMTP_SERVER), and e-mail switched on.',
  })
