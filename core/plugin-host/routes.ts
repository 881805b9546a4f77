import { rm } from 'node:fs/promises'
import type { ProblemKind, Access as RouteAccess } from '@guildhall/sdk'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import type { TSchema } from 'typebox'
import { allowForms } from '../auth/pages/serve.ts'
import { prefers } from '../http/accepted-types.ts'
import { cleanInput } from '../http/clean-input.ts'
import { toProblem } from '../http/problem-answer.ts'
import { abortedBy, enter } from '../pipeline/enter.ts'
import { idempotently } from '../pipeline/idempotency.ts'
import { arrivalSteps, arriving, describe, factsOf, type PipelineParts, unchanged } from '../pipeline/index.ts'
import { requireCompared } from '../pipeline/precondition.ts'
import { pageFacts, prefersHtml, renderPage } from './browser-page.ts'
import type { ContextParts } from './context.ts'
import { eventStream } from './event-stream.ts'
import type { CollectedRoute, InstalledPlugin } from './installed.ts'
import { acceptAnyBody, rawOf } from './raw-body.ts'
import { receiveUpload } from './upload.ts'

export const apiPrefix = '/api/v1'

export interface RoutesParts {
  readonly parts: ContextParts
  readonly pipeline: PipelineParts
  /** Where an organisation's uploads are written while they arrive. */
  readonly uploads: (tenantId: string) => Promise<string>
  /** Aborts when the platform stops: streams end then. */
  readonly stopping: AbortSignal
  /** Between two heartbeats of a stream; default 15 seconds. */
  readonly heartbeatMs?: number
}
/** The same with the plugin's arrival steps, once more for a request that goes on for long. */
interface Registering extends RoutesParts {
  readonly again: (request: FastifyRequest) => Promise<void>
}

/** Fastify looks for the name of a function without one among all modules that were ever required. */
const named = <F extends object>(name: string, scope: F): F =>
  Object.assign(scope, { [Symbol.for('fastify.display-name')]: name })

/** Registers one plugin's routes in a scope of their own; the arrival steps are hooks of that scope. */
export async function registerRoutes(app: FastifyInstance, plugin: InstalledPlugin, o: RoutesParts): Promise<void> {
  const { title, description, tags } = plugin.spec
  app.describeTags({ ...(description === undefined ? {} : { [title]: description }), ...tags })
  const steps = arrivalSteps(o.pipeline)
  const again = async (request: FastifyRequest) => {
    const state = arriving(plugin, request.guildhall.route)
    for (const step of steps) await step(request, state)
  }
  const registering: Registering = { ...o, again }
  await app.register(
    named(plugin.id, async (scope: FastifyInstance) => {
      scope.addHook('onRequest', async (request) => {
        const access = request.routeOptions.config.access as RouteAccess<string>
        request.guildhall = arriving(plugin, access)
        for (const step of steps) await step(request, request.guildhall)
      })
      scope.addHook('preHandler', async (request) => requireCompared(request))
      for (const collected of plugin.routes) {
        if (collected.kind === 'raw') await registerRaw(scope, plugin, collected)
        else if (collected.kind === 'json' && collected.route.page)
          await registerPage(scope, plugin, collected, registering)
        else if (collected.kind === 'json' && collected.route.rawBody)
          await scope.register(
            named(plugin.id, async (inner: FastifyInstance) => {
              acceptAnyBody(inner)
              inner.route(routeOptions(plugin, collected, registering))
            }),
          )
        else scope.route(routeOptions(plugin, collected, registering))
      }
    }),
    { prefix: apiPrefix },
  )
}

async function registerRaw(
  scope: FastifyInstance,
  plugin: InstalledPlugin,
  collected: CollectedRoute & { kind: 'raw' },
) {
  await scope.register(
    named(plugin.id, async (inner: FastifyInstance) => {
      inner.addHook('onRoute', (route) => {
        route.config = { ...route.config, plugin: plugin.id, access: collected.access }
      })
      await inner.register(named(plugin.id, collected.plugin))
    }),
    { prefix: collected.prefix },
  )
}

/** A route that browsers open too: it reads forms, and answers with a page whoever prefers one. */
async function registerPage(
  scope: FastifyInstance,
  plugin: InstalledPlugin,
  collected: CollectedRoute & { kind: 'json' },
  o: Registering,
) {
  const browsed = async (inner: FastifyInstance) => {
    allowForms(inner)
    inner.addHook('preValidation', async (request) => {
      if (request.body !== undefined) request.body = cleanInput(request.body)
    })
    inner.route({
      ...routeOptions(plugin, collected, o),
      errorHandler: (error, request, reply) => {
        const { page } = collected.route
        if (!page || !prefersHtml(request)) throw error
        const problem = toProblem(error)
        reply.code(problem.status).headers(problem.headers)
        reply.send(renderPage(request, reply, page({ problem }, pageFacts(request))))
      },
    })
  }
  await scope.register(named(plugin.id, browsed))
}

type Served = Exclude<CollectedRoute, { kind: 'raw' }>

function routeOptions(plugin: InstalledPlugin, collected: Served, o: Registering): RouteOptions {
  const { route } = collected
  const method = collected.kind === 'upload' ? 'POST' : (collected.route.method ?? 'GET')
  return {
    method,
    url: route.url,
    ...(collected.kind === 'json' && collected.route.bodyLimit ? { bodyLimit: collected.route.bodyLimit } : {}),
    schema: {
      summary: route.summary,
      ...(route.description ? { description: route.description } : {}),
      tags: [...(route.tags ?? [plugin.spec.title])],
      ...(route.schema.params ? { params: route.schema.params } : {}),
      ...(route.schema.query ? { querystring: route.schema.query } : {}),
      ...bodyOf(collected),
      ...responseOf(collected),
    },
    config: {
      plugin: plugin.id,
      access: route.access,
      ...(route.problems ? { problems: route.problems as readonly ProblemKind[] } : {}),
      ...(route.rateLimit ? { limit: route.rateLimit } : {}),
      ...(collected.kind === 'json' && collected.route.stream ? { streams: true } : {}),
      ...(collected.kind === 'json' && collected.route.reads ? { reads: true } : {}),
      ...(collected.kind === 'json' && collected.route.ifMatch !== undefined
        ? { ifMatch: collected.route.ifMatch }
        : {}),
      ...(collected.kind === 'json' && collected.route.contentVersion ? { contentVersion: true } : {}),
      ...(collected.kind === 'upload' ? { multipart: collected.route.schema.fields ?? { properties: {} } } : {}),
    },
    handler: handlerOf(collected, o),
  } as RouteOptions
}

const bodyOf = (collected: Served): { body?: TSchema } =>
  collected.kind === 'json' && collected.route.schema.body ? { body: collected.route.schema.body } : {}

function responseOf(collected: Served): { response?: Record<number, unknown>; produces?: readonly string[] } {
  switch (collected.kind) {
    case 'json':
      return { response: { [statusOf(collected.route)]: collected.route.schema.response } }
    case 'upload':
      return { response: { [collected.route.status ?? 200]: collected.route.schema.response } }
    case 'download':
      return { produces: collected.route.produces }
    case 'page':
      return { produces: ['text/html; charset=utf-8'] }
  }
}

const statusOf = (route: { status?: number }): number => route.status ?? 200

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

function handlerOf(collected: Served, o: Registering): Handler {
  switch (collected.kind) {
    case 'json':
      return streaming(collected.route, o, jsonHandler(collected.route, o))
    case 'upload':
      return uploadHandler(collected.route, o)
    case 'download':
      return async (request, reply) => {
        const ctx = enter(o.parts, request, reply)
        const download = await collected.route.handler(ctx, { ...inputs(request), facts: factsOf(request) })
        const name = download.fileName.replace(/[^\w.-]+/g, '_')
        reply.header(
          'content-disposition',
          `attachment; filename="${name}"; filename*=UTF-8''${encodeURIComponent(download.fileName)}`,
        )
        reply.type(download.type)
        return reply.send(download.body)
      }
    case 'page':
      return async (request, reply) => {
        const ctx = enter(o.parts, request, reply)
        const html = await collected.route.handler(ctx, { ...inputs(request), facts: factsOf(request) })
        return reply.type('text/html; charset=utf-8').header('referrer-policy', 'no-referrer').send(html)
      }
  }
}

type JsonRoute = (CollectedRoute & { kind: 'json' })['route']

function jsonHandler(route: JsonRoute, o: RoutesParts): Handler {
  return async (request, reply) =>
    idempotently(
      o.parts.units,
      request,
      reply,
      async (held) => {
        const ctx = enter(o.parts, request, reply, { held })
        reply.code(statusOf(route))
        const body = await route.handler(ctx, {
          ...inputs(request),
          body: request.body as never,
          facts: factsOf(request),
          ...(route.rawBody ? { raw: rawOf(request) } : {}),
        })
        if (statusOf(route) === 204) return ''
        describe(request, reply, body, route.location)
        if (route.page && prefersHtml(request)) {
          return renderPage(request, reply, route.page({ answer: body }, pageFacts(request)))
        }
        if (unchanged(request, reply)) {
          reply.code(304)
          return ''
        }
        reply.type('application/json; charset=utf-8')
        return reply.serialize(body) as string
      },
      { content: () => JSON.stringify(request.body ?? null), once: route.once, outside: route.outside },
    ).then((body) => reply.send(body === '' ? undefined : body))
}

type UploadRoute = (CollectedRoute & { kind: 'upload' })['route']

function uploadHandler(route: UploadRoute, o: RoutesParts): Handler {
  return async (request, reply) => {
    const { upload, fingerprint } = await receiveUpload(request, {
      folder: await o.uploads(request.guildhall.tenantId),
      maxBytes: route.maxBytes,
      fields: Object.keys(route.schema.fields?.properties ?? {}),
    })
    let taken = false
    const body = await idempotently(
      o.parts.units,
      request,
      reply,
      async (held) => {
        const ctx = enter(o.parts, request, reply, { held })
        reply.code(statusOf(route))
        const made = await route.handler(ctx, { ...inputs(request), file: upload, facts: factsOf(request) })
        taken = true
        describe(request, reply, made)
        reply.type('application/json; charset=utf-8')
        return reply.serialize(made) as string
      },
      { content: () => fingerprint },
    ).finally(() => taken || rm(upload.path, { force: true }))
    return reply.send(body)
  }
}

/** Server-sent events for whoever prefers them, where the route has some; everybody else gets JSON. */
function streaming({ stream }: JsonRoute, o: Registering, json: Handler): Handler {
  if (!stream) return json
  return async (request, reply) => {
    if (request.method !== 'GET' || !prefers('text/event-stream', request.headers.accept)) return json(request, reply)
    const lastEventId = request.headers['last-event-id']
    const open = await eventStream({
      open: (signal) =>
        stream(enter(o.parts, request, reply, { signal }), {
          ...inputs(request),
          facts: factsOf(request),
          signal,
          lastEventId: typeof lastEventId === 'string' ? lastEventId : null,
        }),
      signal: AbortSignal.any([abortedBy(reply), o.stopping]),
      heartbeatMs: o.heartbeatMs ?? 15_000,
      again: () => o.again(request),
      log: request.log,
    })
    // Proxies neither keep, nor compress, nor collect what has to arrive now.
    reply.headers({ 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' })
    return reply.type('text/event-stream; charset=utf-8').send(open)
  }
}

const inputs = (request: FastifyRequest) => ({ params: request.params as never, query: request.query as never })
