import { type Lookup, Problem, problems } from '@guildhall/sdk'
import type { Principal } from '../auth/principal.ts'
import type { Step } from './state.ts'

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
    if (Array.isArray(named)) throw new Problem(problems.organizationRequired, { detail: 'X-Organization was sent more than once.' })
    state.tenantId = await o.resolve(state.principal as Principal, named)
  }
