/** Every error leaves as `application/problem+json` (RFC 9457); what the caller need not know goes to the log. */
import { isProblem, Problem, type ProblemKind, problems, type SchemaFault, schemaErrors } from '@guildhall/sdk'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { problemFromDatabase } from './database-errors.ts'
import { shownPath } from './log.ts'
import { notFoundPage, wantsNotFoundPage } from './not-found-page.ts'
import { longestText, mostErrors } from './problem-schema.ts'
import { takeInRest } from './rest-of-body.ts'

export const problemType = 'application/problem+json; charset=utf-8'

/** Errors of Fastify and its plugins, by status. */
const byStatus: Record<number, ProblemKind> = {
  400: problems.malformedRequest,
  401: problems.unauthenticated,
  403: problems.forbidden,
  404: problems.notFound,
  405: problems.methodNotAllowed,
  409: problems.conflict,
  413: problems.payloadTooLarge,
  414: problems.uriTooLong,
  415: problems.unsupportedMediaType,
  422: problems.unprocessable,
  429: problems.rateLimited,
  431: problems.headersTooLarge,
  503: problems.overloaded,
}

/** Any error as a problem. What is unknown is `internal`, and says nothing of its cause. */
export function toProblem(error: unknown): Problem {
  if (isProblem(error)) return error
  const { validation, validationContext, statusCode, message } = error as Partial<FastifyError>
  if (validation) {
    const errors = schemaErrors(validation as readonly SchemaFault[], validationContext)
    return new Problem(problems.validationFailed, { detail: `${errors.length} to correct`, errors, cause: error })
  }
  const fromDatabase = problemFromDatabase(error)
  if (fromDatabase) return fromDatabase
  const kind = statusCode === undefined ? undefined : byStatus[statusCode]
  if (!kind) return new Problem(problems.internal, { cause: error })
  // Messages of Fastify's own 4xx name no internals; those of 5xx might.
  const detail = kind.status < 500 && message ? { detail: message } : {}
  return new Problem(kind, { ...detail, cause: error })
}

/** It may quote what was sent, or list what there is; nobody reads more of it. */
const readable = (text: string): string => (text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text)

export function problemBody(problem: Problem, at: { instance?: string; requestId?: string }): string {
  const { kind } = problem
  return JSON.stringify({
    ...problem.extensions,
    type: `/docs/errors#${kind.type}`,
    title: kind.title,
    status: kind.status,
    ...(problem.detail && problem.detail !== kind.title && { detail: readable(problem.detail) }),
    remedy: kind.remedy,
    ...at,
    ...(problem.errors.length > 0 && {
      errors: problem.errors
        .slice(0, mostErrors)
        .map((error) => ({ ...error, pointer: readable(error.pointer), message: readable(error.message) })),
    }),
  })
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status >= 500)
    request.log.error({ err: problem.cause ?? problem, problem: problem.kind.type }, 'request failed')
  else request.log.info({ problem: problem.kind.type }, 'request refused')
  // What the handler had set for its answer does not describe this one.
  for (const name of ['content-length', 'content-disposition', 'etag', 'location', 'cache-control'])
    reply.removeHeader(name)
  if (problem.kind.type === problems.unauthenticated.type && !('www-authenticate' in problem.headers)) {
    reply.header('www-authenticate', 'Bearer')
  }
  if (problem.status === 503 && !('retry-after' in problem.headers)) reply.header('retry-after', '5')
  const body = problemBody(problem, { instance: shownPath(request.originalUrl), requestId: request.id })
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .type(problemType)
    .header('cache-control', 'no-store')
    .send(body)
}

/** A body beyond the route's limit is told the limit. */
function tooLarge(error: unknown, { routeOptions }: FastifyRequest): Problem | undefined {
  if ((error as Partial<FastifyError>).code !== 'FST_ERR_CTP_BODY_TOO_LARGE') return undefined
  const { bodyLimit } = routeOptions
  return new Problem(problems.payloadTooLarge, {
    detail: `The body of this request may have at most ${bodyLimit.toLocaleString('en')} bytes.`,
    cause: error,
  })
}

export const problemAnswer = fp(
  async (app: FastifyInstance) => {
    app.setErrorHandler(async (error, request, reply) => {
      const refused = tooLarge(error, request)
      if (refused) await takeInRest(request.raw)
      return sendProblem(request, reply, refused ?? toProblem(error))
    })
    const allowed = methodTable(app)
    app.setNotFoundHandler((request, reply) => {
      const methods = allowed(request.raw.url ?? '')
      reply.header('vary', 'Accept')
      if (methods.length === 0 && wantsNotFoundPage(request)) return notFoundPage(request, reply)
      const problem =
        methods.length === 0
          ? new Problem(problems.notFound)
          : new Problem(problems.methodNotAllowed, { headers: { allow: methods.join(', ') } })
      return sendProblem(request, reply, problem)
    })
  },
  { name: 'guildhall-problem-answer' },
)

/** Which methods an address knows: asked only when no route matched. */
function methodTable(app: FastifyInstance): (url: string) => string[] {
  const table = new Map<string, { pattern: RegExp; methods: Set<string> }>()
  app.addHook('onRoute', ({ url, method }) => {
    if (url === '*' || url === '/*') return
    const known = table.get(url) ?? { pattern: patternOf(url), methods: new Set() }
    for (const one of [method].flat()) if (one !== 'OPTIONS') known.methods.add(one)
    table.set(url, known)
  })
  return (url) => {
    const path = url.replace(/[?#].*$/s, '').replace(/(?<=.)\/$/, '')
    const hits = [...table.values()].filter(({ pattern }) => pattern.test(path))
    return [...new Set(hits.flatMap(({ methods }) => [...methods]))].toSorted()
  }
}

function patternOf(url: string): RegExp {
  const parts = url.replace(/(?<=.)\/$/, '').split(/(:\w+(?:\([^)]*\))?|\*)/)
  const source = parts.map((part) =>
    part === '*' ? '.*' : part.startsWith(':') ? '[^/]+' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'),
  )
  return new RegExp(`^${source.join('')}$`)
}
