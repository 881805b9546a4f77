import type { FastifyRequest } from 'fastify'
import type { UserPrincipal } from '../principal.ts'
import type { UserDirectory } from '../users/user-directory.ts'
import type { OurCookie } from './cookies.ts'
import { requireSameOrigin } from './same-origin.ts'
import { type SessionStore, sessionName } from './session-store.ts'

/** Turns a session cookie into its principal. */
export function sessionDoor(o: {
  cookie: OurCookie
  sessions: SessionStore
  users: UserDirectory
  publicOrigin: string
}) {
  return {
    idIn: (request: FastifyRequest) => o.cookie.read(request),
    principalOf: async (request: FastifyRequest, id: string): Promise<UserPrincipal | null> => {
      const session = await o.sessions.read(id)
      const user = session && (await o.users.byId(session.userId))
      if (!user) return null
      requireSameOrigin(request, o.publicOrigin)
      const globalRole = session.realmRole ?? user.globalRole
      return { ...user, sessionId: sessionName(id), ...(globalRole ? { globalRole } : {}) }
    },
  }
}
