import type { Context } from '@guildhall/sdk'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { truncated } from '../auth/index.ts'
import { type ContextParts, createContext } from '../plugin-host/index.ts'
import type { HeldUnit } from './idempotency.ts'

/**
 * Step 6: the handler's context. It opens the unit of work itself; a held one is ended after the answer is stored.
 * `signal`: where something else than the caller's leaving ends the work too.
 */
export function enter(
  parts: ContextParts,
  request: FastifyRequest,
  reply: FastifyReply,
  { held, signal }: { held?: HeldUnit | undefined; signal?: AbortSignal } = {},
): Context {
  const { plugin, tenantId, actor, enablement, access, principal } = request.guildhall
  return createContext(parts, {
    plugin,
    tenantId,
    actor,
    enablement,
    access,
    signal: signal ?? (() => abortedBy(reply)),
    log: request.log,
    reading: ['GET', 'HEAD'].includes(request.method) || request.routeOptions.config.reads === true,
    scope: {
      requestId: request.id,
      address: truncated(request.ip),
      ...(principal?.kind === 'user' && principal.sessionId ? { sessionId: principal.sessionId } : {}),
    },
    ...(held ? { runWriting: held.run } : {}),
  })
}

const signals = new WeakMap<FastifyReply, AbortSignal>()

/** Aborts when the caller goes away before the answer is out. */
export function abortedBy(reply: FastifyReply): AbortSignal {
  const known = signals.get(reply)
  if (known) return known
  const controller = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new Error('The caller went away'))
  })
  signals.set(reply, controller.signal)
  return controller.signal
}
