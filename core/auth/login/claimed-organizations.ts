import type { TokenClaims } from '../bearer/token-rules.ts'

/** What the provider says at a sign-in of organisations and roles. It only proposes: SECURITY §1. */
export interface ClaimedRights {
  readonly organizations: readonly ClaimedOrganization[]
  readonly realmRoles: readonly string[]
}
export interface ClaimedOrganization {
  readonly alias: string
  /** The provider's id; absent where its mapper does not add it. */
  readonly id?: string
  /** Roles inside that organisation. */
  readonly roles: readonly string[]
}

const most = 200

/**
 * Keycloak's claim `organization` in both of its shapes: names (`["acme"]`), or an object by name
 * (`{ "acme": { "id": "...", "roles": ["chair"] } }`). Anything else says nothing; Keycloak before 26 has no such claim.
 */
export function claimedRights(claims: TokenClaims): ClaimedRights {
  return {
    organizations: organizationsOf(claims.organization),
    realmRoles: texts((claims.realm_access as { roles?: unknown } | undefined)?.roles),
  }
}

/** Of two tokens of one sign-in: the first that says anything. */
export const firstSaid = (...rights: readonly ClaimedRights[]): ClaimedRights => ({
  organizations: rights.find(({ organizations }) => organizations.length > 0)?.organizations ?? [],
  realmRoles: rights.find(({ realmRoles }) => realmRoles.length > 0)?.realmRoles ?? [],
})

function organizationsOf(claim: unknown): ClaimedOrganization[] {
  if (Array.isArray(claim)) return texts(claim).map((alias) => ({ alias, roles: [] }))
  if (typeof claim !== 'object' || claim === null) return []
  return Object.entries(claim)
    .filter(([alias]) => isText(alias))
    .slice(0, most)
    .map(([alias, said]) => {
      const { id, roles } = (said ?? {}) as { id?: unknown; roles?: unknown }
      return { alias, ...(isText(id) ? { id } : {}), roles: texts(roles) }
    })
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= 200
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? [...new Set(value.filter(isText))].slice(0, most) : []
