import { type Lookup, type PermissionDeclaration, Problem, problems } from '@guildhall/sdk'
import type { Principal } from '../auth/principal.ts'
import type { RequestState, Step } from './state.ts'

/** The organisation of nobody: no row belongs to it. */
export const noOrganization = '00000000-0000-0000-0000-000000000000'

/** Step 2: the credential's organisation, or the one a public route's key belongs to. Never from path, query or body otherwise. */
export const whichTenant =
  (o: { resolve: (principal: Principal, named: string | undefined) => Promise<string>; lookup: Lookup }): Step =>
  async (request, state) => {
    const { route } = state
    if ('public' in route) {
      const facts = {
        params: request.params as Record<string, string>,
        query: request.query as Record<string, unknown>,
        headers: request.headers,
      }
      const tenantId = await route.tenant(facts, o.lookup)
      if (!tenantId) throw new Problem(problems.notFound)
      state.tenantId = tenantId
      return
    }
    const named = request.headers['x-organization']
    if (named === undefined && standsAbove(state)) {
      state.tenantId = noOrganization
      return
    }
    if (Array.isArray(named))
      throw new Problem(problems.organizationRequired, { detail: 'X-Organization was sent more than once.' })
    state.tenantId = await o.resolve(state.principal as Principal, named)
  }

/** Who acts above organisations need not name one: else nobody could make the first. */
function standsAbove({ route, plugin, principal }: RequestState): boolean {
  if (principal?.kind !== 'user' || !principal.globalRole || !('requires' in route)) return false
  const declared = plugin.spec.permissions as Readonly<Record<string, PermissionDeclaration>>
  return declared[route.requires]?.platform === true
}
