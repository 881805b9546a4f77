/** The Fastify instance, with the pieces in the order in which a request meets them. */
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Problem, type ProblemKind, problems } from '@guildhall/sdk'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import type { Redis } from 'ioredis'
import { cleanRequests } from './clean-input.ts'
import { emptyBodies } from './empty-body.ts'
import { errorPage } from './error-page.ts'
import { HealthChecks, healthRoutes } from './health.ts'
import { readJson } from './json-body.ts'
import { metrics } from './metrics.ts'
import { openapi } from './openapi.ts'
import { overload } from './overload.ts'
import { problemAnswer, problemBody, problemType } from './problem-answer.ts'
import { type Limit, rateLimits } from './rate-limits.ts'
import { referencePage } from './reference-page.ts'
import { requestId } from './request-id.ts'
import { schemaCheck } from './schema-check.ts'
import { securityHeaders } from './security-headers.ts'
import { buildSerializer, buildValidator } from './validation.ts'

export interface ServerOptions {
  readonly log: FastifyBaseLogger
  /** Of the platform, for the document. */
  readonly version: string
  /** Where browsers reach the platform. */
  readonly publicUrl: string
  readonly corsOrigins?: readonly string[]
  /** How many proxies stand before us, or their addresses; never simply "any". Default: none. */
  readonly trustProxy?: number | string | string[]
  readonly redis?: Redis
  readonly limits?: { readonly address?: Limit; readonly principal?: Limit }
  readonly metricsToken?: string
  readonly health?: HealthChecks
  /** Kinds that plugins declare; asked when the page is shown. */
  readonly problemKinds?: () => readonly ProblemKind[]
  /** Milliseconds of event-loop lag from which load is shed. Default 2000. */
  readonly maxLag?: number
}

const identify = ({ guildhall }: FastifyRequest): string | undefined =>
  guildhall?.principal ? `${guildhall.tenantId}:${guildhall.principal.kind}:${guildhall.principal.id}` : undefined

/** `/api/x` is `/api/v1/x`: the second source document writes it so. */
const rewriteUrl = ({ url = '/' }: Pick<IncomingMessage, 'url'>): string =>
  url.replace(/^\/api\/(?!v\d+(?:[/?]|$))/, '/api/v1/')

/** Routes are added by the caller; nothing listens yet. */
export async function createServer(o: ServerOptions): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify({
    loggerInstance: o.log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestId(o.trustProxy !== undefined),
    requestIdHeader: false,
    trustProxy: trusted(o.trustProxy),
    bodyLimit: 1_048_576,
    connectionTimeout: 120_000,
    requestTimeout: 60_000,
    keepAliveTimeout: 10_000,
    http: { headersTimeout: 15_000 },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 512 },
    rewriteUrl,
    // The overload piece answers while closing, with a problem.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    schemaController: { compilersFactory: { buildValidator: buildValidator(), buildSerializer: buildSerializer() } },
    frameworkErrors: (error, request, reply) =>
      answerFrameworkError(error, request.id, reply as unknown as FastifyReply),
    clientErrorHandler: answerBrokenConnection,
  }).withTypeProvider<TypeBoxTypeProvider>() as unknown as FastifyInstance

  app.removeContentTypeParser('text/plain')
  readJson(app)
  app.addHook('onRequest', async (request, reply) => {
    reply.header('request-id', request.id)
  })
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      { req: request, status: reply.statusCode, ms: Math.round(reply.elapsedTime), route: request.routeOptions.url },
      'request',
    )
  })
  await app.register(schemaCheck)
  await app.register(problemAnswer)
  await app.register(securityHeaders, { publicUrl: o.publicUrl, ...(o.corsOrigins && { corsOrigins: o.corsOrigins }) })
  await app.register(overload, { ...(o.maxLag !== undefined && { maxLag: o.maxLag }) })
  await app.register(rateLimits, { ...o.limits, ...(o.redis && { redis: o.redis }), identify })
  await app.register(emptyBodies)
  await app.register(cleanRequests)
  await app.register(openapi, { version: o.version })
  await app.register(metrics, { ...(o.metricsToken !== undefined && { token: o.metricsToken }) })
  await app.register(healthRoutes, { checks: o.health ?? new HealthChecks() })
  await app.register(referencePage)
  await app.register(errorPage, { kinds: o.problemKinds ?? (() => []) })
  return app
}

/** `X-Forwarded-For` is believed for as many hops as there are proxies of ours, or for named addresses. */
function trusted(
  proxies: ServerOptions['trustProxy'],
): false | string | string[] | ((address: string, hop: number) => boolean) {
  return typeof proxies === 'number' ? (_address, hop) => hop < proxies : (proxies ?? false)
}

/** Addresses that cannot be routed at all. */
function answerFrameworkError(error: FastifyError, requestId: string, reply: FastifyReply): void {
  const kind = error.statusCode === 414 ? problems.uriTooLong : problems.malformedRequest
  reply.code(kind.status).header('content-type', problemType).header('request-id', requestId)
  reply.send(problemBody(new Problem(kind), { requestId }))
}

/** What is not even HTTP gets an answer written by hand. */
function answerBrokenConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return
  const kind = error.code === 'HPE_HEADER_OVERFLOW' ? problems.headersTooLarge : problems.malformedRequest
  const body = problemBody(new Problem(kind), {})
  const head = `HTTP/1.1 ${kind.status} ${kind.type}\r\ncontent-type: ${problemType}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close`
  socket.end(`${head}\r\n\r\n${body}`)
}
