/** Helmet with a policy that allows nothing but what a route asks for, and CORS for exact origins with bearer tokens. */
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'

export interface SecurityHeadersOptions {
  /** The platform's public address: HSTS only where it is https. */
  readonly publicUrl: string
  /** Exact origins beside the public one. No cookies across origins, ever. */
  readonly corsOrigins?: readonly string[]
}

export const nothing = ["'none'"]

export const securityHeaders = fp(
  async (app: FastifyInstance, o: SecurityHeadersOptions) => {
    const https = o.publicUrl.startsWith('https:')
    await app.register(helmet, {
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { defaultSrc: nothing, baseUri: nothing, formAction: nothing, frameAncestors: nothing },
      },
      strictTransportSecurity: https ? { maxAge: 31_536_000, includeSubDomains: false } : false,
      referrerPolicy: { policy: 'no-referrer' },
      crossOriginResourcePolicy: { policy: 'same-origin' },
    })
    const allowed = new Set([
      new URL(o.publicUrl).origin,
      ...(o.corsOrigins ?? []).map((origin) => new URL(origin).origin),
    ])
    await app.register(cors, {
      origin: (origin, answer) => answer(null, origin !== undefined && allowed.has(origin)),
      credentials: false,
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      allowedHeaders: [
        'authorization',
        'content-type',
        'if-match',
        'if-none-match',
        'idempotency-key',
        'x-organization',
      ],
      exposedHeaders: ['etag', 'link', 'location', 'retry-after', 'request-id', 'idempotency-replayed'],
      maxAge: 600,
    })
  },
  { name: 'guildhall-security-headers' },
)
