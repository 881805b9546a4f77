import fastifyCookie from '@fastify/cookie'
import type { Log } from '@guildhall/sdk'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import type { Sequelize } from 'sequelize'
import type { Cache } from '../cache/index.ts'
import { type Clock, systemClock } from '../clock.ts'
import { PlatformSecrets, type Sealer } from '../secrets/index.ts'
import type { WaysOf } from '../sites/index.ts'
import { accountPage } from './account/account-page.ts'
import { accountRoutes } from './account/account-routes.ts'
import { OwnAccount } from './account/own-account.ts'
import { type AccountPost, noPost } from './account-post.ts'
import { Afterwards } from './afterwards.ts'
import { type AuditPlatform, platformAuditor } from './audit-platform.ts'
import { type Authenticate, createAuthenticator } from './authenticator.ts'
import { BearerDoor } from './bearer/bearer-door.ts'
import { principalOfClaims } from './bearer/claims-principal.ts'
import { emailKey } from './email-key.ts'
import { type EmbeddedIdentity, embeddedIdentity } from './embedded/embedded-identity.ts'
import { owaspCost, type ScryptCost } from './embedded/password-hash.ts'
import { deleteEndedRecords } from './embedded/provider-records.ts'
import { GlobalRoles } from './global-roles.ts'
import { externalIssuer } from './issuer/external-issuer.ts'
import type { Issuer } from './issuer/issuer.ts'
import { type AuthRoutesParts, authRoutes, type Propose } from './login/auth-routes.ts'
import { RelyingParty } from './login/relying-party.ts'
import { signOut } from './login/sign-out.ts'
import type { DescribeAccess } from './login/status.ts'
import { OrganizationDirectory } from './organization-directory.ts'
import type { Principal } from './principal.ts'
import { resolveTenant } from './resolve-tenant.ts'
import { type ServiceAccounts, serviceAccounts } from './service-accounts/service-accounts.ts'
import { ourCookie } from './sessions/cookies.ts'
import { sessionDoor } from './sessions/session-door.ts'
import { absoluteMs, SessionStore } from './sessions/session-store.ts'
import { LastUse } from './tokens/last-use.ts'
import { TokenDoor } from './tokens/token-door.ts'
import { People } from './users/people.ts'
import { UserDirectory } from './users/user-directory.ts'

export interface IdentityOptions {
  readonly platform: Sequelize
  readonly cache: Cache
  readonly sealer: Sealer
  readonly log: Log
  readonly clock?: Clock
  /** The address people use, without a slash at the end. */
  readonly publicUrl: string
  readonly dataDir: string
  readonly environment: string
  /** What hashing a password costs. Default: the floor of OWASP. */
  readonly scryptCost?: ScryptCost
  /** Slug or id: DEFAULT_MAKERSPACE_ID. */
  readonly defaultOrganization?: string | undefined
  readonly describeAccess: DescribeAccess
  /** Where the account page leads to. Default: nowhere. */
  readonly ways?: WaysOf
  /** What becomes of an outside provider's claims. Default: nothing. */
  readonly propose?: Propose
  /** Who carries mails about accounts. Default: nobody. */
  readonly post?: AccountPost
  /** The section `identity` of the configuration. Without an issuer the embedded provider serves. */
  readonly settings: {
    readonly issuer?: string | undefined
    readonly internalBase?: string | undefined
    readonly clientId: string
    readonly clientSecret?: string | undefined
    readonly audience: string
    readonly bootstrapAdminEmail?: string | undefined
    readonly bootstrapAdminPassword?: string | undefined
  }
}

/** Everything about who somebody is. */
export interface Identity {
  readonly embedded: boolean
  readonly authenticate: Authenticate
  /** @throws Problem 404, 400, 403; see `resolveTenant` */
  readonly resolveTenant: (principal: Principal, named: string | undefined) => Promise<string>
  /** Something changed in the organisation, or anywhere: remembered credentials are asked anew. */
  readonly invalidate: (tenantId?: string) => void
  /** Off while nobody would tell of changes. It starts off. */
  readonly setCaching: (on: boolean) => void
  /** To be registered on the root, once: bearer verification, /api/v1/auth, /account, /oidc, /setup. */
  readonly plugin: FastifyPluginAsync
  readonly people: People
  readonly globalRoles: GlobalRoles
  readonly serviceAccounts: ServiceAccounts
  readonly sessions: SessionStore
  readonly audit: AuditPlatform
  /** Once, when the database is there: gives the set-up address while there is no account. */
  readonly prepare: () => Promise<{ setupUrl: string | null }>
  /** For health. */
  readonly state: () => string
  /** Daily. */
  readonly cleanUp: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Wires identity from its parts. Nothing is fetched and no provider is loaded before it is needed. */
export async function createIdentity(o: IdentityOptions): Promise<Identity> {
  const { platform, cache, settings } = o
  const clock = o.clock ?? systemClock
  const now = () => clock.now().getTime()
  const publicUrl = o.publicUrl.replace(/\/$/, '')
  const secure = publicUrl.startsWith('https:')
  const audit = platformAuditor({ platform, clock })
  const sessions = new SessionStore({ cache, clock })
  const users = new UserDirectory(platform)
  const organizations = new OrganizationDirectory(platform)
  const secrets = new PlatformSecrets({ platform, sealer: o.sealer })
  const afterwards = new Afterwards(o.log)
  const post = o.post ?? noPost
  const embedded = settings.issuer
    ? null
    : await embeddedIdentity({
        scryptCost: owaspCost,
        ...o,
        ...settings,
        publicUrl,
        clock,
        secrets,
        sessions,
        audit,
        post,
        afterwards,
      })
  const issuer: Issuer = embedded?.issuer ?? externalIssuer({ ...settings, url: settings.issuer!, cache })
  const lastUse = new LastUse({
    platform,
    now,
    onError: (err) => o.log.warn({ err }, 'last uses of tokens were not written'),
  })
  const tokens = new TokenDoor({ platform, lastUse, now })
  const bearer = new BearerDoor({
    issuer,
    audience: settings.audience,
    principalOf: principalOfClaims({ issuer, platform, users, sessions, clock }),
  })
  const cookie = ourCookie('sid', { secure, maxAgeSeconds: absoluteMs / 1_000 })
  const door = sessionDoor({ cookie, sessions, users, publicOrigin: new URL(publicUrl).origin })
  const authenticate = createAuthenticator({ tokens, bearer, sessions: door })
  const resolve = (principal: Principal, named: string | undefined) =>
    resolveTenant(principal, named, { directory: organizations, byDefault: o.defaultOrganization })
  const globalRoles = new GlobalRoles({ platform, audit })

  return {
    embedded: embedded !== null,
    authenticate,
    resolveTenant: resolve,
    invalidate: (tenantId) => {
      tokens.invalidate(tenantId)
      organizations.invalidate()
    },
    setCaching: (on) => {
      tokens.setCaching(on)
      organizations.setCaching(on)
    },
    plugin: fastifyPlugin(
      async (app: FastifyInstance) => {
        // Without its hook: cookies are parsed where one of ours is there.
        if (!app.hasDecorator('parseCookie')) await app.register(fastifyCookie, { hook: false })
        await bearer.register(app)
        const parts: AuthRoutesParts = {
          authenticate,
          issuer,
          cache,
          sessions,
          users,
          cookie,
          audit,
          secure,
          resolveTenant: resolve,
          describeAccess: o.describeAccess,
          organizationOf: (id) => organizations.find(id),
          sealer: o.sealer,
          clientId: settings.clientId,
          relyingParty: new RelyingParty({ issuer, publicUrl }),
          now: () => clock.now(),
          isSetUp: setUpOnce(embedded),
          bootstrap: bootstrapAtSignIn(embedded, settings.bootstrapAdminEmail, globalRoles),
          propose: o.propose ?? (async () => 0),
          endSignIns: async (subject) => embedded?.signIns.endAllOf(subject),
        }
        const own = new OwnAccount({ authenticate, platform, sessions, cookie, audit, embedded })
        await app.register(authRoutes(parts), { prefix: '/api/v1/auth' })
        await app.register(accountRoutes(own), { prefix: '/api/v1/account' })
        await app.register(
          accountPage(own, {
            ways: o.ways ?? (async () => []),
            signOut: async (request, reply) => (await signOut(parts, request, reply, { everywhere: false })) ?? '/',
          }),
        )
        if (embedded) await app.register(embedded.routes)
      },
      { name: 'guildhall-identity', fastify: '5.x' },
    ),
    people: new People({ platform, users, issuer, embedded, publicUrl }),
    globalRoles,
    serviceAccounts: serviceAccounts(issuer.name, embedded !== null),
    sessions,
    audit,
    prepare: async () => ({
      setupUrl: embedded
        ? await embedded.firstAdministrator.prepare({
            publicUrl,
            email: settings.bootstrapAdminEmail,
            password: settings.bootstrapAdminPassword,
          })
        : null,
    }),
    state: issuer.state,
    cleanUp: async () => {
      if (embedded) await deleteEndedRecords(platform)
    },
    stop: async () => {
      await afterwards.settled()
      await lastUse.flush()
    },
  }
}

/** Asked until the answer is yes: accounts do not all go away again. */
function setUpOnce(embedded: EmbeddedIdentity | null): () => Promise<boolean> {
  let done = embedded === null
  return async () => {
    if (!done) done = (await embedded?.accounts.any()) === true
    return done
  }
}

const bootstrapAtSignIn =
  (embedded: EmbeddedIdentity | null, wanted: string | undefined, globalRoles: GlobalRoles) =>
  async (user: { id: string }, email: string | undefined, verified: boolean): Promise<void> => {
    if (embedded || !wanted || !email || !verified || emailKey(email) !== emailKey(wanted)) return
    await globalRoles.bootstrap(user.id)
  }
