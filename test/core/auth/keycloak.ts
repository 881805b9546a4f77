import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose'
import type { Configuration, Provider } from 'oidc-provider'
import type { Test } from 'tap'
import { type Browser, publicUrl } from './identity-under-test.ts'

type Sign = (claims: JWTPayload, header?: Partial<JWTHeaderParameters>) => Promise<string>

export interface Keycloak {
  readonly url: string
  readonly requests: string[]
  readonly listening: string
  readonly sign: Sign
  stop(): Promise<void>
}

const { warn } = console
console.warn = () => {}
const { Provider: OidcProvider } = await import('oidc-provider')
console.warn = warn

interface KeycloakOptions {
  email?: string
  verified?: boolean
  realmRoles?: string[]
  /** The claim of that name; asked at each sign-in. Default: `['acme']`. */
  organization?: () => unknown
  /** Who comes; default `person-1`. */
  subject?: () => string
  /** Its public name, where that is not where it listens. */
  issuer?: string
}

/** A provider of its own on loopback that speaks as Keycloak does: the same claims in the same places. */
export async function startKeycloak(t: Test, o: KeycloakOptions = {}): Promise<Keycloak> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const jwk: JWK = { ...(await exportJWK(privateKey)), kid: 'realm-key', alg: 'RS256', use: 'sig' }
  const requests: string[] = []
  let callback: ReturnType<Provider['callback']> | null = null
  const server = createServer((request, response) => {
    requests.push(request.url ?? '')
    // As with a fixed host name in Keycloak: addresses in its metadata are the public ones.
    request.headers.host = new URL(issuer).host
    void callback?.(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const listening = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const issuer = o.issuer ?? listening
  const {
    email = 'ada@example.org',
    verified = true,
    realmRoles = [],
    organization = () => ['acme'],
    subject = () => 'person-1',
  } = o
  const configuration: Configuration = {
    clients: [
      {
        client_id: 'guildhall',
        client_secret: 'known to both',
        redirect_uris: [`${publicUrl}/api/v1/auth/callback`],
        post_logout_redirect_uris: [`${publicUrl}/`],
        grant_types: ['authorization_code'],
        backchannel_logout_uri: `${publicUrl}/api/v1/auth/backchannel-logout`,
        backchannel_logout_session_required: true,
      },
    ],
    jwks: { keys: [jwk] },
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    cookies: { keys: ['test'] },
    // Whoever comes is signed in: the form is not what is tested here.
    findAccount: async (_ctx, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email, email_verified: verified, name: 'Ada' }),
    }),
    extraTokenClaims: () => ({
      realm_access: { roles: realmRoles },
      ...(organization() === undefined ? {} : { organization: organization() }),
      azp: 'guildhall',
      typ: 'Bearer',
    }),
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => 'urn:api',
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({ scope: '', audience: 'guildhall-api', accessTokenFormat: 'jwt' }),
      },
    },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({ clientId: 'guildhall', accountId: ctx.oidc.session!.accountId! })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
  }
  const provider = new OidcProvider(issuer, configuration)
  provider.use(async (ctx, next) => {
    if (!ctx.path.startsWith('/interaction/')) return next()
    await provider.interactionFinished(ctx.req, ctx.res, { login: { accountId: subject() } })
    ctx.respond = false
  })
  callback = provider.callback()
  const stop = async () => {
    if (!server.listening) return
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  t.teardown(stop)
  const sign: Sign = (claims, header = {}) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'realm-key', ...header }).sign(privateKey)
  return { url: issuer, listening, requests, sign, stop }
}

/** Goes through the outside provider like a browser, with its own jar of cookies there; gives the callback address. */
export async function through(authorizationUrl: string): Promise<string> {
  const jar = new Map<string, string>()
  let url = authorizationUrl
  for (let i = 0; i < 8 && !url.startsWith(publicUrl); i++) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: cookie ? { cookie } : {} })
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s)
      jar.set(name, value)
    }
    await response.arrayBuffer()
    url = new URL(response.headers.get('location') ?? '', url).href
  }
  return url
}

export async function signIn(browser: Browser) {
  const { authorizationUrl } = (await browser.post('/api/v1/auth/login', { returnTo: '/groups' })).json()
  return browser.get(await through(authorizationUrl))
}

export const external = (issuer: string, more = {}) => ({
  settings: { issuer, clientSecret: 'known to both', ...more },
})
export const seconds = () => Math.floor(Date.now() / 1_000)
export const claimsOf = (keycloak: Keycloak, more: JWTPayload = {}): JWTPayload => ({
  iss: keycloak.url,
  aud: ['account', 'guildhall-api'],
  sub: 'person-1',
  iat: seconds(),
  exp: seconds() + 300,
  typ: 'Bearer',
  azp: 'guildhall',
  ...more,
})
