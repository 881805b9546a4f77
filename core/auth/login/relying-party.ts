import { decodeJwt } from 'jose'
import { personIn } from '../bearer/claims-principal.ts'
import type { TokenClaims } from '../bearer/token-rules.ts'
import type { Issuer } from '../issuer/issuer.ts'
import { embeddedIssuerName } from '../issuer/issuer.ts'
import { realmRole } from '../users/realm-role.ts'
import type { Claims } from '../users/user-directory.ts'
import { type ClaimedRights, claimedRights, firstSaid } from './claimed-organizations.ts'
import type { LoginAttempt } from './login-attempts.ts'

export const callbackPath = '/api/v1/auth/callback'

export interface SignedIn {
  readonly claims: Claims
  readonly sid?: string
  readonly realmRole?: 'super_admin'
  readonly idToken: string
  /** Only of an outside provider. */
  readonly claimed?: ClaimedRights
}

/** The platform as client of its identity provider: code flow with PKCE, state and nonce, always. */
export class RelyingParty {
  readonly #issuer: Issuer
  readonly #publicUrl: string

  constructor(o: { issuer: Issuer; publicUrl: string }) {
    this.#issuer = o.issuer
    this.#publicUrl = o.publicUrl
  }

  /** @throws Problem 503 when the provider cannot be reached */
  async begin(returnTo: string): Promise<{ url: string; attempt: LoginAttempt }> {
    const client = await this.#issuer.client()
    const oidc = await import('openid-client')
    const attempt: LoginAttempt = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      codeVerifier: oidc.randomPKCECodeVerifier(),
      returnTo,
    }
    const url = oidc.buildAuthorizationUrl(client, {
      redirect_uri: this.#publicUrl + callbackPath,
      scope: 'openid email profile',
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(attempt.codeVerifier),
      code_challenge_method: 'S256',
    })
    return { url: url.href, attempt }
  }

  /**
   * Trades the code for tokens and keeps who signed in; the tokens themselves are not needed further.
   * @param query the query string the provider came back with
   * @throws openid-client's errors for an answer that does not belong to the attempt or was refused
   */
  async complete(query: string, attempt: LoginAttempt): Promise<SignedIn> {
    const client = await this.#issuer.client()
    const oidc = await import('openid-client')
    const tokens = await oidc.authorizationCodeGrant(client, new URL(`${this.#publicUrl}${callbackPath}?${query}`), {
      expectedState: attempt.state,
      expectedNonce: attempt.nonce,
      pkceCodeVerifier: attempt.codeVerifier,
      idTokenExpected: true,
    })
    let claims: TokenClaims = tokens.claims()!
    const external = this.#issuer.name !== embeddedIssuerName
    if (external && claims.email === undefined && client.serverMetadata().userinfo_endpoint)
      claims = { ...(await oidc.fetchUserInfo(client, tokens.access_token, claims.sub as string)), ...claims }
    const own = external ? this.#ownClaims(tokens.access_token) : {}
    const role = external ? (realmRole(claims) ?? realmRole(own)) : undefined
    return {
      claims: personIn(this.#issuer.name, claims),
      ...(typeof claims.sid === 'string' ? { sid: claims.sid } : {}),
      ...(role ? { realmRole: role } : {}),
      idToken: tokens.id_token!,
      ...(external ? { claimed: firstSaid(claimedRights(claims), claimedRights(own)) } : {}),
    }
  }

  /** Where the browser ends the provider's session; undefined when the provider has no such address or cannot be asked. */
  async endSessionUrl(idToken: string | undefined): Promise<string | undefined> {
    const client = await this.#issuer.client().catch(() => null)
    if (!client?.serverMetadata().end_session_endpoint) return undefined
    const oidc = await import('openid-client')
    return oidc.buildEndSessionUrl(client, {
      post_logout_redirect_uri: `${this.#publicUrl}/`,
      ...(idToken ? { id_token_hint: idToken } : {}),
    }).href
  }

  /** Keycloak writes realm roles into the access token only. It came from the token endpoint, so it is the issuer's own word. */
  #ownClaims(accessToken: string): TokenClaims {
    try {
      const claims = decodeJwt(accessToken)
      return claims.iss === this.#issuer.url ? claims : {}
    } catch {
      return {}
    }
  }
}
