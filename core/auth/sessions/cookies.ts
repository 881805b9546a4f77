import type {} from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * A cookie of ours. Over https it carries the prefix `__Host-`, which pins it to this host, this path and Secure;
 * over http (loopback only) browsers would refuse that.
 */
export interface OurCookie {
  read(request: FastifyRequest): string | undefined
  write(reply: FastifyReply, value: string): void
  clear(reply: FastifyReply): void
}

export function ourCookie(name: string, o: { secure: boolean; maxAgeSeconds?: number }): OurCookie {
  const full = o.secure ? `__Host-${name}` : name
  const attributes = { path: '/', httpOnly: true, secure: o.secure, sameSite: 'lax' as const }
  const lasting = o.maxAgeSeconds === undefined ? attributes : { ...attributes, maxAge: o.maxAgeSeconds }
  return {
    read: ({ headers: { cookie }, server }) =>
      cookie?.includes(`${full}=`) ? server.parseCookie(cookie)[full] || undefined : undefined,
    write: (reply, value) => void reply.header('set-cookie', reply.server.serializeCookie(full, value, lasting)),
    clear: (reply) =>
      void reply.header('set-cookie', reply.server.serializeCookie(full, '', { ...attributes, maxAge: 0 })),
  }
}
