import { Closed, Problem, problems } from '@guildhall/sdk'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Cache } from '../../cache/index.ts'
import type { Sealer } from '../../secrets/index.ts'
import { type AuditPlatform, truncated } from '../audit-platform.ts'
import type { Authenticate } from '../authenticator.ts'
import type { Issuer } from '../issuer/issuer.ts'
import { page } from '../pages/page.ts'
import { allowForms, guardedRoute, openRoute, strictPage } from '../pages/serve.ts'
import { languageOf, words } from '../pages/words.ts'
import type { Affiliation, Principal } from '../principal.ts'
import { type OurCookie, ourCookie } from '../sessions/cookies.ts'
import type { SessionStore } from '../sessions/session-store.ts'
import type { UserDirectory } from '../users/user-directory.ts'
import type { ClaimedRights } from './claimed-organizations.ts'
import { attemptSeconds, LoginAttempts } from './login-attempts.ts'
import type { RelyingParty } from './relying-party.ts'
import { returnPath } from './return-path.ts'
import { sealedIdToken, signOutRoutes } from './sign-out.ts'
import { type DescribeAccess, describeStatus, statusSchema } from './status.ts'

export interface AuthRoutesParts {
  readonly authenticate: Authenticate
  readonly resolveTenant: (principal: Principal, named: string | undefined) => Promise<string>
  readonly describeAccess: DescribeAccess
  readonly organizationOf: (id: string) => Promise<Affiliation | null>
  readonly relyingParty: RelyingParty
  readonly issuer: Issuer
  readonly clientId: string
  readonly cache: Cache
  readonly sessions: SessionStore
  readonly users: UserDirectory
  readonly cookie: OurCookie
  readonly sealer: Sealer
  readonly audit: AuditPlatform
  readonly now: () => Date
  readonly secure: boolean
  /** False while the embedded provider has no account: nobody could sign in. */
  readonly isSetUp: () => Promise<boolean>
  /** Runs at each sign-in before the session begins. */
  readonly bootstrap: (user: { id: string }, email: string | undefined, verified: boolean) => Promise<void>
  readonly propose: Propose
  /** Ends what the embedded provider remembers of somebody; one outside is asked by its own page alone. */
  readonly endSignIns: (subject: string) => Promise<void>
}

/** What the provider says of a person's organisations and roles, at each sign-in. @returns how many it spoke of are linked here */
export type Propose = (userId: string, claimed: ClaimedRights) => Promise<number>

/** `/api/v1/auth`: who am I, sign in, come back, sign out. */
export const authRoutes =
  (parts: AuthRoutesParts): FastifyPluginAsync =>
  async (app) => {
    allowForms(app)
    app.describeTags({ 'Sign-in': 'Who is signed in with a browser, in which organisation, and what he may do there.' })
    status(app, parts)
    login(app, parts)
    callback(app, parts)
    signOutRoutes(app, parts)
  }

function status(
  app: FastifyInstance,
  { authenticate, resolveTenant, describeAccess, organizationOf }: AuthRoutesParts,
): void {
  app.get(
    '/status',
    {
      config: openRoute('tells everybody whether he is signed in'),
      schema: { summary: 'Who is signed in', tags: ['Sign-in'], security: [], response: { 200: statusSchema } },
    },
    async (request) => {
      const principal = await authenticate(request)
      return describeStatus(principal, request.headers['x-organization'], {
        resolveTenant,
        describeAccess,
        organizationOf,
      })
    },
  )
}

function login(app: FastifyInstance, parts: AuthRoutesParts): void {
  const attempts = new LoginAttempts(parts.cache)
  const cookie = ourCookie('login', { secure: parts.secure, maxAgeSeconds: attemptSeconds })
  app.post(
    '/login',
    {
      config: { ...guardedRoute('begins the sign-in', 300), cookie: true },
      schema: {
        summary: 'Begin to sign in',
        description: 'Send the browser to `authorizationUrl`. A form is answered with 303 to it.',
        tags: ['Sign-in'],
        security: [],
        consumes: ['application/json', 'application/x-www-form-urlencoded'],
        body: Closed({
          returnTo: Type.Optional(
            Type.String({ maxLength: 500, description: 'A path of this platform; default /', examples: ['/bots'] }),
          ),
        }),
        response: {
          200: Type.Object({ authorizationUrl: Type.String({ description: 'Send the browser there to sign in' }) }),
          303: Type.Null({ description: 'A form is sent on to the identity provider' }),
        },
      },
    },
    async (request, reply) => {
      if (!(await parts.isSetUp())) throw new Problem(problems.setupRequired)
      const body = request.body as { returnTo?: string }
      const { url, attempt } = await parts.relyingParty.begin(returnPath(body.returnTo))
      cookie.write(reply, await attempts.begin(attempt))
      if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded'))
        return reply.redirect(url, 303)
      return { authorizationUrl: url }
    },
  )
}

function callback(app: FastifyInstance, parts: AuthRoutesParts): void {
  const attempts = new LoginAttempts(parts.cache)
  const cookie = ourCookie('login', { secure: parts.secure })
  app.get(
    '/callback',
    {
      config: openRoute('the identity provider sends the browser back here'),
      schema: { summary: 'Come back from the identity provider', tags: ['Sign-in'], security: [], hide: true },
    },
    async (request, reply) => {
      const id = cookie.read(request)
      cookie.clear(reply)
      const attempt = id ? await attempts.take(id) : null
      if (!attempt) return failed(request, reply)
      let signedIn: Awaited<ReturnType<RelyingParty['complete']>>
      try {
        signedIn = await parts.relyingParty.complete(request.url.split('?')[1] ?? '', attempt)
      } catch (error) {
        if (error instanceof Problem) throw error
        request.log.info({ err: { message: (error as Error).message } }, 'a sign-in was refused')
        await note(parts, request, 'failure', { kind: 'anonymous' })
        return failed(request, reply)
      }
      const { claims, idToken, claimed, ...session } = signedIn
      const user = await parts.users.signedIn(claims, parts.now())
      const actor = { kind: 'user', id: user.id }
      if (!user.disabled) {
        await parts.bootstrap(user, claims.email, claims.emailVerified === true)
        if (claimed && claimed.organizations.length > 0) await propose(parts, request, user.id, claimed)
      }
      const made = user.disabled
        ? null
        : await parts.sessions.create({
            ...session,
            ...browserOf(request),
            userId: user.id,
            issuer: claims.issuer,
            subject: claims.subject,
            idToken: parts.sealer.seal(idToken, sealedIdToken),
          })
      await note(parts, request, made ? 'success' : 'denied', actor, session.realmRole)
      if (!made) return failed(request, reply)
      // A new id at every sign-in: whoever knew the old one has nothing.
      const old = parts.cookie.read(request)
      if (old) await parts.sessions.end(old)
      parts.cookie.write(reply, made)
      return reply.redirect(attempt.returnTo, 303)
    },
  )
}

const browserOf = ({ headers, ip }: FastifyRequest): { browser?: string; address: string } => ({
  ...(headers['user-agent'] && { browser: headers['user-agent'].slice(0, 300) }),
  address: truncated(ip),
})

/** Nobody stays outside because a proposal could not be written: it comes again with the next sign-in. */
async function propose(
  parts: AuthRoutesParts,
  request: FastifyRequest,
  userId: string,
  claimed: ClaimedRights,
): Promise<void> {
  try {
    const linked = await parts.propose(userId, claimed)
    await parts.audit({
      event: 'auth.claims-proposed',
      outcome: linked > 0 ? 'success' : 'denied',
      actor: { kind: 'user', id: userId },
      requestId: request.id,
      meta: { organizations: claimed.organizations.map(({ alias }) => alias), linked },
    })
  } catch (err) {
    request.log.error({ err }, 'claims of the identity provider were not applied')
  }
}

function failed(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const lang = languageOf(request)
  const { signInFailed, signInFailedText, home } = words[lang]
  return strictPage(
    reply.code(400),
    page({ lang, title: signInFailed, text: [signInFailedText], link: { href: '/', text: home } }),
  )
}

const note = (
  { audit }: AuthRoutesParts,
  request: FastifyRequest,
  outcome: 'success' | 'failure' | 'denied',
  actor: { kind: string; id?: string },
  realmRole?: string,
) =>
  audit({
    event: 'auth.signed-in',
    outcome,
    actor,
    requestId: request.id,
    address: request.ip,
    ...(realmRole ? { meta: { realmRole } } : {}),
  })
