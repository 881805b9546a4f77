import { Closed } from '@guildhall/sdk'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { openRoute } from '../pages/serve.ts'
import type { AuthRoutesParts } from './auth-routes.ts'
import { readLogoutToken } from './logout-token.ts'

export const sealedIdToken = 'session:id-token'

/** Signing out: asked for by a browser, and told by the identity provider. */
export function signOutRoutes(app: FastifyInstance, parts: AuthRoutesParts): void {
  logout(app, parts)
  backchannelLogout(app, parts)
}

function logout(app: FastifyInstance, parts: AuthRoutesParts): void {
  app.post(
    '/logout',
    {
      config: { ...openRoute('ends the session, and is harmless without one'), cookie: true },
      schema: {
        summary: 'Sign out',
        tags: ['Sign-in'],
        security: [],
        body: Closed({
          everywhere: Type.Optional(Type.Boolean({ description: 'End the sessions of all browsers' })),
        }),
        response: {
          200: Type.Object({
            endSessionUrl: Type.Optional(
              Type.String({ description: 'Send the browser there to sign out at the identity provider too' }),
            ),
          }),
        },
      },
    },
    async (request, reply) => {
      const { everywhere = false } = request.body as { everywhere?: boolean }
      const endSessionUrl = await signOut(parts, request, reply, { everywhere })
      return endSessionUrl ? { endSessionUrl } : {}
    },
  )
}

/** Ends the session of the request, harmless without one. Gives where the provider ends its own, if it has such a page. */
export async function signOut(
  { authenticate, sessions, cookie, audit, sealer, relyingParty, endSignIns }: AuthRoutesParts,
  request: FastifyRequest,
  reply: FastifyReply,
  o: { everywhere: boolean },
): Promise<string | undefined> {
  const id = cookie.read(request)
  const principal = await authenticate(request)
  cookie.clear(reply)
  if (!id || principal?.kind !== 'user') return undefined
  const session = await sessions.read(id)
  await sessions.end(id)
  if (o.everywhere) {
    await sessions.endAllOf(principal.id)
    if (session) await endSignIns(session.subject)
  }
  await audit({
    event: 'auth.signed-out',
    outcome: 'success',
    actor: { kind: 'user', id: principal.id },
    requestId: request.id,
    address: request.ip,
  })
  return relyingParty.endSessionUrl(session?.idToken ? sealer.unseal(session.idToken, sealedIdToken) : undefined)
}

function backchannelLogout(app: FastifyInstance, parts: AuthRoutesParts): void {
  app.post(
    '/backchannel-logout',
    {
      config: openRoute('the identity provider calls it; the logout token is the credential'),
      schema: { summary: 'Logout told by the identity provider', tags: ['Sign-in'], security: [], hide: true },
    },
    async (request, reply) => {
      const token = (request.body as { logout_token?: unknown } | null)?.logout_token
      try {
        if (typeof token !== 'string' || token.length > 8_192) throw new Error('no logout token')
        const { sid, subject } = await readLogoutToken(token, parts)
        const ended = sid
          ? await parts.sessions.endSid(parts.issuer.name, sid)
          : await parts.sessions.endSubject(parts.issuer.name, subject!)
        await parts.audit({
          event: 'auth.signed-out',
          outcome: 'success',
          actor: { kind: 'system', id: 'back-channel logout' },
          requestId: request.id,
          address: request.ip,
          meta: { sessions: ended },
        })
        return reply.code(200).send()
      } catch (error) {
        request.log.info({ err: { message: (error as Error).message } }, 'a back-channel logout was refused')
        return reply.code(400).send({ error: 'invalid_request' })
      }
    },
  )
}
