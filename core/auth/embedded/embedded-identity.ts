import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import type { Provider } from 'oidc-provider'
import type { Sequelize } from 'sequelize'
import type { Cache } from '../../cache/index.ts'
import type { Clock } from '../../clock.ts'
import type { PlatformSecrets } from '../../secrets/index.ts'
import type { AccountPost } from '../account-post.ts'
import type { Afterwards } from '../afterwards.ts'
import type { AuditPlatform } from '../audit-platform.ts'
import type { Issuer } from '../issuer/issuer.ts'
import type { SessionStore } from '../sessions/session-store.ts'
import { AccountLinks } from './account-links.ts'
import { accountRoutes } from './account-routes.ts'
import { Accounts } from './accounts.ts'
import { AddressProof } from './address-proof.ts'
import { callSelf } from './call-self.ts'
import { embeddedIssuer } from './embedded-issuer.ts'
import { FirstAdministrator } from './first-administrator.ts'
import { ForgottenPassword } from './forgotten-password.ts'
import type { ScryptCost } from './password-hash.ts'
import { Passwords } from './passwords.ts'
import { embeddedProvider } from './provider.ts'
import { providerKeys } from './provider-keys.ts'
import { providerRoutes } from './provider-routes.ts'
import { RememberedSignIns } from './remembered-sign-ins.ts'

/** The embedded provider with everything around it. */
export interface EmbeddedIdentity {
  readonly issuer: Issuer
  readonly accounts: Accounts
  readonly links: AccountLinks
  readonly passwords: Passwords
  readonly signIns: RememberedSignIns
  readonly proof: AddressProof
  readonly firstAdministrator: FirstAdministrator
  readonly routes: FastifyPluginAsync
}

export interface EmbeddedOptions {
  readonly platform: Sequelize
  readonly cache: Cache
  readonly clock: Clock
  readonly secrets: PlatformSecrets
  readonly sessions: SessionStore
  readonly audit: AuditPlatform
  readonly post: AccountPost
  readonly afterwards: Afterwards
  readonly defaultOrganization?: string | undefined
  readonly publicUrl: string
  readonly clientId: string
  readonly audience: string
  readonly dataDir: string
  readonly environment: string
  readonly scryptCost: ScryptCost
}

/** @throws Error in production without https: passwords would cross the network in clear */
export async function embeddedIdentity(o: EmbeddedOptions): Promise<EmbeddedIdentity> {
  if (o.environment === 'production' && new URL(o.publicUrl).protocol !== 'https:')
    throw new Error(
      `The embedded identity provider needs https in production, and the public address is ${o.publicUrl}. Set FRONTEND_URL to an https address, or OIDC_ISSUER to a provider of your own.`,
    )
  let app: FastifyInstance | null = null
  let provider: Promise<Provider> | null = null
  const keys = await providerKeys(o.secrets)
  const call = callSelf(() => app as FastifyInstance)
  const accounts = new Accounts(o)
  const links = new AccountLinks(o)
  const signIns = new RememberedSignIns(o)
  const passwords = new Passwords({ ...o, accounts, links, signIns })
  const forgotten = new ForgottenPassword({ ...o, links })
  const firstAdministrator = new FirstAdministrator({ ...o, accounts, links })
  const load = () => (provider ??= embeddedProvider({ ...o, accounts, keys, callSelf: call }))
  return {
    issuer: embeddedIssuer({ ...o, keys, callSelf: call }),
    accounts,
    links,
    passwords,
    signIns,
    proof: new AddressProof({ ...o, links }),
    firstAdministrator,
    routes: async (instance) => {
      app = instance
      await instance.register(providerRoutes({ ...o, provider: load, accounts, links }))
      await instance.register(accountRoutes({ ...o, accounts, links, passwords, forgotten, firstAdministrator }))
    },
  }
}
