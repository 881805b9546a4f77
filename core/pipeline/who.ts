import type { Actor } from '@guildhall/sdk'
import { Problem, problems } from '@guildhall/sdk'
import type { FastifyRequest } from 'fastify'
import type { Principal } from '../auth/principal.ts'
import type { Step } from './state.ts'

export const actorOf = (principal: Principal | null): Actor => {
  if (!principal) return { kind: 'anonymous' }
  if (principal.kind === 'user')
    return { kind: 'user', id: principal.id, userId: principal.id, platform: principal.globalRole !== undefined }
  const { madeBy } = principal
  return { kind: principal.kind, id: principal.id, ...(madeBy ? { madeBy } : {}) }
}

/** Step 1: the credential becomes a principal. A route that is not public needs one; a bad credential is refused even where none is needed. */
export const who =
  (authenticate: (request: FastifyRequest) => Promise<Principal | null>): Step =>
  async (request, state) => {
    state.principal = await authenticate(request)
    state.actor = actorOf(state.principal)
    if (!state.principal && !('public' in state.route))
      throw new Problem(problems.unauthenticated, { headers: { 'www-authenticate': 'Bearer' } })
  }
