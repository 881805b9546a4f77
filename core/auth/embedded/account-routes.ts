import type { FastifyPluginAsync } from 'fastify'
import type { AccountPost } from '../account-post.ts'
import type { Afterwards } from '../afterwards.ts'
import type { AuditPlatform } from '../audit-platform.ts'
import { allowForms } from '../pages/serve.ts'
import type { AccountLinks } from './account-links.ts'
import type { Accounts } from './accounts.ts'
import { addressPage } from './address-page.ts'
import type { FirstAdministrator } from './first-administrator.ts'
import { forgottenPage } from './forgotten-page.ts'
import type { ForgottenPassword } from './forgotten-password.ts'
import { passwordPage } from './password-page.ts'
import type { Passwords } from './passwords.ts'
import { setupPage } from './setup-page.ts'

export interface AccountRoutesParts {
  readonly accounts: Accounts
  readonly links: AccountLinks
  readonly passwords: Passwords
  readonly forgotten: ForgottenPassword
  readonly firstAdministrator: FirstAdministrator
  readonly post: AccountPost
  readonly afterwards: Afterwards
  readonly audit: AuditPlatform
}

/** `/setup` and `/account/{password,forgotten,address}`: pages whose credential is a one-time link, or that send one. */
export const accountRoutes =
  (parts: AccountRoutesParts): FastifyPluginAsync =>
  async (app) => {
    allowForms(app)
    setupPage(app, parts)
    passwordPage(app, parts)
    forgottenPage(app, parts)
    addressPage(app, parts)
  }

/** Per client and ten minutes. */
export const triesAllowed = 30

export const isAddress = (email: string): boolean => /^[^\s@]+@[^\s@]+$/.test(email) && email.length <= 254
