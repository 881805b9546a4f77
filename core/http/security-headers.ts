/** Helmet with a policy that allows nothing but what a route asks for, no caches, and CORS for exact origins with bearer tokens. */
import cors from '@fastify/cors'
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet'
import Fastify, { type FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'

export interface SecurityHeadersOptions {
  /** The platform's public address: HSTS only where it is https. */
  readonly publicUrl: string
  /** Exact origins beside the public one. No cookies across origins, ever. */
  readonly corsOrigins?: readonly string[]
}

export const nothing = ["'none'"]

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Of a route with a `helmet` policy of its own. */
    headers?: object
  }
}

/**
 * Whose answer it is stands in no address, and a version is the same number in every organisation: a browser that kept
 * what it had been shown would take our 304 as leave to show it to the next person. Files the same for everybody say so.
 */
const uncached = { 'cache-control': 'no-store' }

/**
 * What Helmet sends. It builds the same dozen headers anew for every request, a tenth of a small one; here it builds them
 * once for the platform and once for each route with a policy of its own.
 */
async function builtOnce(o: FastifyHelmetOptions): Promise<Record<string, string>> {
  const stage = Fastify()
  try {
    await stage.register(helmet, o)
    let headers: Record<string, string> = {}
    // No route: what is not found has them too.
    stage.addHook('onSend', async (_request, reply) => {
      headers = Object.fromEntries(Object.entries(reply.raw.getHeaders()).map(([name, value]) => [name, String(value)]))
    })
    await stage.inject('/')
    return { ...headers, ...uncached }
  } finally {
    await stage.close()
  }
}

export const securityHeaders = fp(
  async (app: FastifyInstance, o: SecurityHeadersOptions) => {
    const https = o.publicUrl.startsWith('https:')
    const policy: FastifyHelmetOptions = {
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { defaultSrc: nothing, baseUri: nothing, formAction: nothing, frameAncestors: nothing },
      },
      strictTransportSecurity: https ? { maxAge: 31_536_000, includeSubDomains: false } : false,
      referrerPolicy: { policy: 'no-referrer' },
      crossOriginResourcePolicy: { policy: 'same-origin' },
    }
    const strict = await builtOnce(policy)
    const ofRoutes = new Map<object, Record<string, string>>()
    const building: Promise<void>[] = []
    app.addHook('onRoute', (route) => {
      if (!route.helmet) return
      const asked = { ...policy, ...route.helmet } as FastifyHelmetOptions
      route.config = { ...route.config, headers: asked }
      building.push(builtOnce(asked).then((headers) => void ofRoutes.set(asked, headers)))
    })
    app.addHook('onReady', async () => {
      await Promise.all(building)
    })
    app.addHook('onRequest', (request, reply, next) => {
      const { headers } = request.routeOptions.config ?? {}
      reply.headers((headers && ofRoutes.get(headers)) ?? strict)
      next()
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
      exposedHeaders: [
        'content-disposition',
        'etag',
        'link',
        'location',
        'retry-after',
        'request-id',
        'idempotency-replayed',
      ],
      maxAge: 600,
    })
  },
  { name: 'guildhall-security-headers' },
)
