/** What a bearer token must look like before anything is fetched or computed for it (SECURITY §1). */
export const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const
export const longestToken = 8 * 1024
export const clockToleranceSeconds = 5
export const requiredClaims = ['iss', 'aud', 'sub', 'exp', 'iat']

export interface TokenHeader {
  readonly alg?: unknown
  readonly kid?: unknown
  readonly typ?: unknown
  readonly crit?: unknown
}
export type TokenClaims = Readonly<Record<string, unknown>>

const headerTypes = new Set(['jwt', 'at+jwt', 'application/at+jwt'])

/** Why a token is refused without a look at its signature; null when it may go on. */
export function refusedUnseen(header: TokenHeader, claims: TokenClaims, issuer: string): string | null {
  if (!(algorithms as readonly unknown[]).includes(header.alg)) return 'algorithm'
  if (header.kid !== undefined && (typeof header.kid !== 'string' || header.kid.length > 128)) return 'key id'
  if (header.crit !== undefined) return 'critical header'
  // Keycloak writes JWT unless told otherwise; RFC 9068 writes at+jwt. An ID or logout token is no key to the API.
  if (header.typ !== undefined && !(typeof header.typ === 'string' && headerTypes.has(header.typ.toLowerCase())))
    return 'type'
  if (claims.typ !== undefined && claims.typ !== 'Bearer') return 'type'
  if (claims.events !== undefined || claims.nonce !== undefined) return 'type'
  if (claims.iss !== issuer) return 'issuer'
  // fast-jwt looks at `iat` only where an age is asked for.
  if ([claims.exp, claims.iat, claims.nbf].some((time) => time !== undefined && typeof time !== 'number'))
    return 'times'
  if (![claims.aud].flat().every((audience) => typeof audience === 'string')) return 'audience'
  if (typeof claims.sub !== 'string' || claims.sub === '' || claims.sub.length > 255) return 'subject'
  return null
}

/**
 * Whether nobody stands behind the token but a client (`client_credentials`). RFC 9068 makes `sub` the client; Keycloak
 * makes a user of its own for it and gives it no session. Gives the client's id, or null for a person.
 */
export function clientOf(claims: TokenClaims): string | null {
  const client = claims.azp ?? claims.client_id
  if (typeof client !== 'string' || client === '' || claims.sid !== undefined || claims.session_state !== undefined)
    return null
  const keycloak = claims.preferred_username === `service-account-${client.toLowerCase()}`
  return claims.sub === client || keycloak ? client : null
}
