import type { FastifyInstance, FastifyRequest } from 'fastify'
import { createAuthenticator } from './auth/authenticator.ts'
import { OrganizationDirectory } from './auth/organization-directory.ts'
import type { Principal } from './auth/principal.ts'
import { refusedCredential } from './auth/refusal.ts'
import { resolveTenant } from './auth/resolve-tenant.ts'
import { LastUse } from './auth/tokens/last-use.ts'
import { TokenDoor } from './auth/tokens/token-door.ts'
import type { Runtime } from './runtime.ts'

/** Who asks, and in which organisation; with the routes by which people sign in. */
export interface Identity {
  authenticate(request: FastifyRequest): Promise<Principal | null>
  resolveTenant(principal: Principal, named: string | undefined): Promise<string>
  register(app: FastifyInstance): Promise<void>
  close(): Promise<void>
}

export interface IdentityOptions {
  readonly runtime: Runtime
  /** Slug or id of the organisation of who names none. */
  readonly byDefault?: string
}

export async function openIdentity(o: IdentityOptions): Promise<Identity> {
  const { runtime } = o
  const { platform } = runtime.database
  const now = () => runtime.clock.now().getTime()
  const onError = (err: unknown) => runtime.log.error({ err }, 'the last use of tokens could not be written')
  const lastUse = new LastUse({ platform, now, onError })
  const tokens = new TokenDoor({ platform, lastUse, now })
  const directory = new OrganizationDirectory(platform)
  const setCaching = (on: boolean) => {
    tokens.setCaching(on)
    directory.setCaching(on)
  }
  setCaching(true)
  runtime.changes.on('listening', setCaching)
  runtime.changes.on('changed', (tenantId) => {
    tokens.invalidate(tenantId)
    directory.invalidate()
  })
  return {
    authenticate: createAuthenticator({
      tokens,
      bearer: { principalOf: async () => Promise.reject(refusedCredential('No issuer is set up.')) },
      sessions: { idIn: () => undefined, principalOf: async () => null },
    }),
    resolveTenant: (principal, named) => resolveTenant(principal, named, { directory, byDefault: o.byDefault }),
    register: async () => {},
    close: () => lastUse.flush(),
  }
}
