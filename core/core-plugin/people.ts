import { AccountLinks } from '../auth/embedded/account-links.ts'
import { Accounts } from '../auth/embedded/accounts.ts'
import { embeddedIssuerName } from '../auth/issuer/issuer.ts'
import { UserDirectory } from '../auth/users/user-directory.ts'
import type { Runtime } from '../runtime.ts'

/** People at the identity provider in use. */
export interface People {
  /** As `core.app_user` and `core.service_account` name the provider. */
  readonly issuer: string
  /** Finds or makes who signs in with this address; the link is given once, for a new local account. */
  ensure(o: { email: string; name: string }): Promise<{ userId: string; setPasswordLink: string | null }>
}

/** Local accounts of the embedded provider. @param link makes the address under which a password is set */
export function localPeople(runtime: Runtime, link: (token: string) => string): People {
  const parts = { platform: runtime.database.platform, clock: runtime.clock }
  const accounts = new Accounts(parts)
  const links = new AccountLinks(parts)
  return {
    issuer: embeddedIssuerName,
    ensure: async ({ email, name }) => {
      const made = await accounts.create({ email, name })
      if (made) return { userId: made.userId, setPasswordLink: link(await links.create('password', made.accountId)) }
      const account = await accounts.byEmail(email)
      const userId = account && (await accounts.userOf(account.id))
      if (!userId) throw new Error(`The account of ${account ? 'this address' : 'a new address'} has no user: the tables of accounts and users disagree`)
      return { userId, setPasswordLink: null }
    },
  }
}

/** An outside provider: the account arises there, at the first sign-in. */
export function outsidePeople(runtime: Runtime, issuer: string): People {
  const users = new UserDirectory(runtime.database.platform)
  return { issuer, ensure: async ({ email, name }) => ({ userId: await users.invite(issuer, email, name), setPasswordLink: null }) }
}
