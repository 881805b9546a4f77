import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Provider } from 'oidc-provider'
import type { Cache } from '../../cache/index.ts'
import { type AuditPlatform, truncated } from '../audit-platform.ts'
import { page } from '../pages/page.ts'
import { allowForms, formOf, openRoute, strictPage } from '../pages/serve.ts'
import { languageOf, words } from '../pages/words.ts'
import type { AccountLinks } from './account-links.ts'
import type { Account, Accounts } from './accounts.ts'
import { mountPath } from './provider.ts'

export interface ProviderRoutesParts {
  readonly provider: () => Promise<Provider>
  readonly accounts: Accounts
  readonly links: AccountLinks
  readonly cache: Cache
  readonly audit: AuditPlatform
  readonly publicUrl: string
}

const triesWindowMs = 10 * 60_000
/** Failures from one network within the window, whatever the accounts. */
const triesAllowed = 50

/** `/oidc`: the provider's own endpoints, and the page where people sign in. */
export const providerRoutes =
  (parts: ProviderRoutesParts): FastifyPluginAsync =>
  async (app) => {
    await app.register(async (scope) => mount(scope, parts))
    await app.register(async (scope) => signInPage(scope, parts))
  }

function mount(app: FastifyInstance, { provider, publicUrl }: ProviderRoutesParts): void {
  const { protocol, host } = new URL(publicUrl)
  // The provider reads bodies itself: here they must stay unread.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  app.all(
    `${mountPath}/*`,
    {
      config: openRoute('the embedded OpenID provider authenticates its callers itself'),
      schema: { hide: true },
    },
    async (request, reply) => {
      const callback = (await provider()).callback()
      const raw = request.raw as typeof request.raw & { originalUrl?: string }
      raw.originalUrl = raw.url ?? ''
      raw.url = raw.originalUrl.slice(mountPath.length)
      raw.headers['x-forwarded-proto'] = protocol.slice(0, -1)
      raw.headers['x-forwarded-host'] = host
      // What the hooks have set would go with Fastify's own answer, which there will be none of.
      for (const [name, value] of Object.entries(reply.getHeaders())) if (value) reply.raw.setHeader(name, value)
      reply.hijack()
      await callback(raw, reply.raw)
    },
  )
}

function signInPage(app: FastifyInstance, parts: ProviderRoutesParts): void {
  allowForms(app)
  const url = `${mountPath}/interaction/:uid`
  const options = { config: openRoute('people sign in here'), schema: { hide: true } }

  app.get(url, options, async (request, reply) => {
    const interaction = await interactionOf(parts, request, reply)
    return interaction ? show(request, reply, interaction.uid) : lost(request, reply)
  })

  app.post(url, options, async (request, reply) => {
    const interaction = await interactionOf(parts, request, reply)
    if (!interaction) return lost(request, reply)
    const { email, password } = formOf(request)
    const tries = `login-failures:${truncated(request.ip)}`
    const text = words[languageOf(request)]
    if (Number((await parts.cache.get(tries)) ?? 0) >= triesAllowed)
      return show(request, reply.code(429), interaction.uid, text.tooMany, email)
    const acceptable = email && email.length <= 254 && password && password.length <= 200
    const account = acceptable ? await parts.accounts.verify(email, password) : null
    if (!account) {
      await parts.cache.increment(tries, triesWindowMs)
      await parts.audit({
        event: 'auth.password',
        outcome: 'failure',
        actor: { kind: 'anonymous' },
        requestId: request.id,
        address: request.ip,
      })
      return show(request, reply.code(401), interaction.uid, text.wrongCredentials, email)
    }
    if (account.mustChangePassword) return reply.redirect(await firstPasswordPage(parts, account), 303)
    const result = { login: { accountId: account.id, remember: false, amr: ['pwd'] } }
    return reply.redirect(await (await parts.provider()).interactionResult(request.raw, reply.raw, result), 303)
  })
}

/** Null when the browser does not carry the interaction, or it has ended. */
async function interactionOf({ provider }: ProviderRoutesParts, request: FastifyRequest, reply: FastifyReply) {
  const details = await (await provider()).interactionDetails(request.raw, reply.raw).catch(() => null)
  return details?.uid === (request.params as { uid: string }).uid ? details : null
}

const firstPasswordPage = async ({ links }: ProviderRoutesParts, { id }: Account): Promise<string> =>
  `/account/password#token=${await links.create('password', id)}`

function show(request: FastifyRequest, reply: FastifyReply, uid: string, error?: string, email = ''): FastifyReply {
  const lang = languageOf(request)
  const text = words[lang]
  return strictPage(
    reply,
    page({
      lang,
      title: text.signIn,
      error,
      link: { href: '/account/forgotten', text: text.forgotten },
      form: {
        action: `${mountPath}/interaction/${uid}`,
        submit: text.signIn,
        fields: [
          { name: 'email', label: text.email, type: 'email', autocomplete: 'username', value: email.slice(0, 254) },
          { name: 'password', label: text.password, type: 'password', autocomplete: 'current-password' },
        ],
      },
    }),
  )
}

function lost(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const lang = languageOf(request)
  const { signInFailed, signInFailedText, home } = words[lang]
  return strictPage(
    reply.code(400),
    page({ lang, title: signInFailed, text: [signInFailedText], link: { href: '/', text: home } }),
  )
}
