import type { TokenClaims } from '../bearer/token-rules.ts'

/**
 * Keycloak's realm role `super_admin`, the one role that an identity provider gives here (SECURITY §1). It holds as long
 * as the token or the session it came with and is never written down: taken away there, it is gone here.
 */
export function realmRole(claims: TokenClaims): 'super_admin' | undefined {
  const roles = (claims.realm_access as { roles?: unknown } | undefined)?.roles
  return Array.isArray(roles) && roles.includes('super_admin') ? 'super_admin' : undefined
}
