import { Problem, problems } from '@guildhall/sdk'
import type { FastifyRequest } from 'fastify'
import type { Principal } from './principal.ts'
import { refusedCredential } from './refusal.ts'
import { tokenPrefix } from './tokens/token-format.ts'

/** The three doors a credential can knock at. */
export interface Doors {
  readonly tokens: { principalOf(token: string): Promise<Principal> }
  /** The bearer token is read from the request. */
  readonly bearer: { principalOf(request: FastifyRequest): Promise<Principal> }
  readonly sessions: {
    /** The session's secret id, when the request carries one. */
    idIn(request: FastifyRequest): string | undefined
    /** Null when the session has ended. */
    principalOf(request: FastifyRequest, id: string): Promise<Principal | null>
  }
}
export type Authenticate = (request: FastifyRequest) => Promise<Principal | null>

/**
 * Who asks. Null: nobody says who he is. A session that has ended counts as nobody, so that the browser can sign in again.
 *
 * @throws Problem 401 with WWW-Authenticate for a credential that does not hold; 400 for two credentials at once (which
 *   of them a check ran on would be open to confusion); 403 `cross-origin` for an unsafe request of another site; 503
 *   when the issuer's keys cannot be had
 */
export function createAuthenticator(doors: Doors): Authenticate {
  return async (request) => {
    const { authorization } = request.headers
    const session = doors.sessions.idIn(request)
    if (authorization === undefined) return session ? doors.sessions.principalOf(request, session) : null
    if (session)
      throw new Problem(problems.malformedRequest, {
        detail: 'The request carries a session cookie and an Authorization header. Send one of them.',
      })
    const token = /^Bearer +([^\s]+)$/i.exec(authorization)?.[1]
    if (!token) throw refusedCredential('The Authorization header must read "Bearer <token>".')
    return token.startsWith(tokenPrefix) ? doors.tokens.principalOf(token) : doors.bearer.principalOf(request)
  }
}
