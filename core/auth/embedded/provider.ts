import { timingSafeEqual } from 'node:crypto'
import type { Configuration, KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { Sequelize } from 'sequelize'
import { type Page, page, pagePolicy } from '../pages/page.ts'
import { languageOf, words } from '../pages/words.ts'
import { hashClientSecret } from '../service-accounts/service-accounts.ts'
import type { Accounts } from './accounts.ts'
import { backchannelPath, providerClients } from './provider-clients.ts'
import { type ProviderKeys, signingAlgorithm } from './provider-keys.ts'
import { providerRecords } from './provider-records.ts'

export const mountPath = '/oidc'
/** What access tokens are for. A resource has to be a URI; the audience in the token is the configured one. */
const resource = 'urn:guildhall:api'
const hour = 3_600

export interface ProviderOptions {
  readonly platform: Sequelize
  readonly accounts: Accounts
  readonly keys: ProviderKeys
  readonly publicUrl: string
  readonly clientId: string
  readonly audience: string
  /** Delivers a request to ourselves without the network. */
  readonly callSelf: (url: string, init: RequestInit) => Promise<Response>
}

/** Loads and builds the embedded provider: only where it is used, because it is the largest library we have. */
export async function embeddedProvider(o: ProviderOptions): Promise<Provider> {
  const { Provider, errors } = await importQuietly()
  const clients = providerClients({ ...o, clientSecret: o.keys.clientSecret })
  const provider = new Provider(`${o.publicUrl}${mountPath}`, configuration(o, clients, errors))
  // Addresses are built from what the mount writes into the forwarded headers: our public address, never the caller's.
  provider.proxy = true
  compareDigests(provider)
  provider.use(ownSubmission)
  return provider
}

const configuration = (
  o: ProviderOptions,
  clients: ReturnType<typeof providerClients>,
  errors: typeof import('oidc-provider').errors,
): Configuration => ({
  adapter: providerRecords(o.platform, clients),
  jwks: o.keys.signing,
  enabledJWA: { idTokenSigningAlgValues: [signingAlgorithm] },
  clientDefaults: { id_token_signed_response_alg: signingAlgorithm },
  clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
  responseTypes: ['code'],
  scopes: ['openid', 'email', 'profile'],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  pkce: { required: () => true },
  cookies: {
    keys: [...o.keys.cookies],
    names: { session: 'gh_idp', interaction: 'gh_idp_interaction', resume: 'gh_idp_resume' },
    long: { httpOnly: true, sameSite: 'lax', signed: true },
    short: { httpOnly: true, sameSite: 'lax', signed: true },
  },
  ttl: {
    AccessToken: 300,
    AuthorizationCode: 60,
    ClientCredentials: 600,
    IdToken: hour,
    Interaction: hour,
    Session: 12 * hour,
    Grant: 12 * hour,
  },
  interactions: { url: (_ctx, interaction) => `${mountPath}/interaction/${interaction.uid}` },
  findAccount: async (_ctx, id) => {
    const account = await o.accounts.byId(id)
    if (!account) return undefined
    const { email, emailVerified, name } = account
    return { accountId: id, claims: () => ({ sub: id, email, email_verified: emailVerified, name: name ?? undefined }) }
  },
  loadExistingGrant: (ctx) => ownGrant(ctx, o),
  clientBasedCORS: () => false,
  features: {
    devInteractions: { enabled: false },
    backchannelLogout: { enabled: true },
    clientCredentials: { enabled: true },
    revocation: { enabled: false },
    userinfo: { enabled: false },
    rpInitiatedLogout: { enabled: true, logoutSource, postLogoutSuccessSource },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      useGrantedResource: () => true,
      getResourceServerInfo: (_ctx, wanted) => {
        if (wanted !== resource) throw new errors.InvalidTarget()
        return { scope: '', audience: o.audience, accessTokenFormat: 'jwt', jwt: { sign: { alg: signingAlgorithm } } }
      },
    },
  },
  // Nothing but our own logout address is ever called.
  fetch: (url, init) => {
    const address = url instanceof Request ? url.url : String(url)
    if (address !== o.publicUrl + backchannelPath) throw new Error('The embedded provider calls nobody else')
    return o.callSelf(address, init ?? {})
  },
  renderError: (ctx, out) => {
    const { error } = words[languageOf(ctx.req)]
    render(ctx, { title: error, text: [out.error_description ?? out.error] })
  },
})

/** Our own client needs nobody's consent; there is no other that people sign in to. */
async function ownGrant(ctx: KoaContextWithOIDC, o: ProviderOptions) {
  const { client, session, provider } = ctx.oidc
  if (!client || client.clientId !== o.clientId || !session?.accountId) return undefined
  const known = session.grantIdFor(client.clientId)
  const found = known ? await provider.Grant.find(known) : undefined
  if (found) return found
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
  grant.addOIDCScope('openid email profile')
  await grant.save()
  return grant
}

function logoutSource(ctx: KoaContextWithOIDC, form: string): void {
  const { signOut, signOutText } = words[languageOf(ctx.req)]
  const [, action = '', xsrf = ''] = /action="([^"]*)"[\s\S]*?name="xsrf" value="([^"]*)"/.exec(form) ?? []
  render(ctx, {
    title: signOut,
    text: [signOutText],
    form: {
      action: new URL(action).pathname,
      submit: signOut,
      fields: [
        { name: 'xsrf', type: 'hidden', label: '', value: xsrf },
        { name: 'logout', type: 'hidden', label: '', value: 'yes' },
      ],
    },
    // Who comes with a hint has just signed out here; asking again would leave half a session behind.
    ...(ctx.oidc.entities.IdTokenHint || !ctx.oidc.session?.accountId ? { script: 'submitAtOnce' as const } : {}),
  })
}

/**
 * Where its session has ended already the provider brings a page of its own, whose script our policy refuses: whoever
 * signs out would stay before a white page.
 */
async function ownSubmission(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next()
  const { body } = ctx
  if (ctx.oidc?.route === 'end_session' && typeof body === 'string' && body.includes('<title>Submitting Callback'))
    logoutSource(ctx, body)
}

function postLogoutSuccessSource(ctx: KoaContextWithOIDC): void {
  const { signedOut, home } = words[languageOf(ctx.req)]
  render(ctx, { title: signedOut, link: { href: '/', text: home } })
}

function render(ctx: KoaContextWithOIDC, o: Omit<Page, 'lang'>): void {
  ctx.type = 'html'
  ctx.set({
    'content-security-policy': pagePolicy,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  })
  ctx.body = page({ lang: languageOf(ctx.req), ...o })
}

/** We keep digests of client secrets only, so what a client sends is digested before it is compared. */
function compareDigests(provider: Provider): void {
  const client = provider.Client.prototype as { clientSecret?: string; compareClientSecret(actual: string): boolean }
  client.compareClientSecret = function (actual) {
    const [mine, sent] = [Buffer.from(this.clientSecret ?? ''), Buffer.from(hashClientSecret(actual))]
    return mine.length === sent.length && timingSafeEqual(mine, sent)
  }
}

/** It warns of every Node that is no LTS; which versions we run on is tested. */
async function importQuietly(): Promise<typeof import('oidc-provider')> {
  const { warn } = console
  console.warn = (...message: unknown[]) => {
    if (!String(message[0]).includes('Unsupported runtime')) warn(...message)
  }
  try {
    return await import('oidc-provider')
  } finally {
    console.warn = warn
  }
}
