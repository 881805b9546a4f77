import { Problem, problems } from '@guildhall/sdk'
import type { Principal } from '../auth/principal.ts'
import { type AccessCache, anonymousAccess } from '../permissions/access-cache.ts'
import type { Step } from './state.ts'

/** Step 4, first half: the declared permission has to be held somewhere. The row is asked for inside the unit of work. */
export const may =
  (
    cache: AccessCache,
    denied: (state: Parameters<Step>[1], permission: string, request: Parameters<Step>[0]) => void,
  ): Step =>
  async (request, state) => {
    const { route } = state
    if ('public' in route) {
      state.access = anonymousAccess
      return
    }
    state.access = await cache.of(state.tenantId, state.principal as Principal)
    if (!('requires' in route)) return
    if (route.own ? state.access.holdsOwn(route.requires) : state.access.holds(route.requires)) return
    denied(state, route.requires, request)
    if (state.access.outsideScopes(route.requires))
      throw new Problem(problems.insufficientScope, {
        detail: `The credential's scopes do not include ${route.requires}.`,
      })
    throw new Problem(problems.forbidden, { detail: `This needs the permission ${route.requires}.` })
  }
