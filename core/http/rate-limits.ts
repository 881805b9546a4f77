/**
 * Three limits: by address before anything else (IPv6 by /64), by principal and organisation once known, and what a route
 * asks for itself. When the store fails, requests go through, but for `strict` routes (login, set-up, invitations, mail).
 */
import limiter, { normalizeIP } from '@fastify/rate-limit'
import { Problem, problems } from '@guildhall/sdk'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Redis } from 'ioredis'

export interface Limit {
  readonly max: number
  readonly perSeconds: number
  /** Refuse when the count cannot be kept. Default false. */
  readonly strict?: boolean
}
declare module 'fastify' {
  interface FastifyContextConfig {
    limit?: Limit
  }
}
export interface RateLimitsOptions {
  /** Default: 12,000 a minute. */
  readonly address?: Limit
  /** Default: 6,000 a minute. */
  readonly principal?: Limit
  /** Counts shared by all nodes; without it each process counts for itself. */
  readonly redis?: Redis
  /** Who is asking, once it is known. */
  readonly identify: (request: FastifyRequest) => string | undefined
}

type Check = ReturnType<FastifyInstance['createRateLimit']>
const addressOf = (request: FastifyRequest): string => normalizeIP(request.ip, 64)

export const rateLimits = fp(
  async (app: FastifyInstance, o: RateLimitsOptions) => {
    await app.register(limiter, { global: false, nameSpace: 'guildhall-rate-', ...(o.redis && { redis: o.redis }) })
    const group = (limit: Limit, keyGenerator: (request: FastifyRequest) => string): Check =>
      app.createRateLimit({
        max: limit.max,
        timeWindow: limit.perSeconds * 1000,
        skipOnError: !limit.strict,
        keyGenerator,
      })

    const byAddress = group(o.address ?? { max: 12_000, perSeconds: 60 }, (request) => `a:${addressOf(request)}`)
    const byPrincipal = group(o.principal ?? { max: 6_000, perSeconds: 60 }, (request) => `p:${o.identify(request)}`)
    const byRoute = new Map<string, Check>()
    app.addHook('onRoute', ({ config, method, url }) => {
      const limit = config?.limit
      if (!limit) return
      const route = `${[method].flat().join()} ${url}`
      byRoute.set(
        route,
        group(limit, (request) => `r:${route}:${o.identify(request) ?? addressOf(request)}`),
      )
    })

    app.addHook('onRequest', async (request) => {
      if (!request.routeOptions.config?.probe) await within(byAddress, request)
    })
    app.addHook('preHandler', async (request) => {
      if (o.identify(request) !== undefined) await within(byPrincipal, request)
      const limit = request.routeOptions.config?.limit
      if (!limit) return
      const check = byRoute.get(`${[request.routeOptions.method].flat().join()} ${request.routeOptions.url}`)
      if (check) await within(check, request)
    })
  },
  { name: 'guildhall-rate-limits' },
)

async function within(check: Check, request: FastifyRequest): Promise<void> {
  const result = await check(request).catch((cause: unknown) => {
    throw new Problem(problems.overloaded, { detail: 'Requests cannot be counted just now.', cause })
  })
  if (result.isAllowed || !result.isExceeded) return
  throw new Problem(problems.rateLimited, {
    detail: `At most ${result.max} requests in ${Math.round(result.timeWindow / 1000)} seconds.`,
    headers: { 'retry-after': String(Math.max(1, result.ttlInSeconds)) },
  })
}
