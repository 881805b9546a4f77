/** OpenAPI 3.1 from the registered routes, with every route's problems, and a tenant's part of it. */
import swagger from '@fastify/swagger'
import { Filter, type ProblemKind, problems } from '@guildhall/sdk'
import type { FastifyContextConfig, FastifyInstance, FastifySchema, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import { asSent } from './as-sent.ts'
import { withExample } from './example.ts'
import { type DescribedTag, finishDocument, tagsOf, toFinish } from './finish-document.ts'
import { introduction } from './introduction.ts'
import type { Schema } from './named-schemas.ts'
import { problemSchema } from './problem-schema.ts'
import { reached } from './reached-components.ts'
import { comparesVersion, isVersioned, requestHeaders, takesKey } from './request-headers.ts'
import { headerComponents, responseHeaders } from './response-headers.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** What the tags of routes are about. */
    describeTags(described: Readonly<Record<string, string>>): void
  }
  interface FastifyContextConfig {
    /** A GET that gives server-sent events to whoever prefers them. */
    streams?: boolean
    /** It may set the cookie of the session. */
    cookie?: true
    /** Problems of this route beside those every route may have. */
    problems?: readonly ProblemKind[]
    /** The route takes a file: the schema of the parts beside it. Fastify does not check these; the document shows them. */
    multipart?: { readonly properties: Readonly<Record<string, unknown>>; readonly required?: readonly string[] }
  }
}
export interface OpenApiOptions {
  readonly version: string
}
type Operation = Readonly<Record<string, unknown>>
export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly tags: readonly DescribedTag[]
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>
    readonly responses: Readonly<Record<string, object>>
    readonly [part: string]: unknown
  }
  readonly [part: string]: unknown
}

export const openapi = fp(
  async (app: FastifyInstance, o: OpenApiOptions) => {
    const tags = new Map<string, string>()
    app.decorate('describeTags', (described: Readonly<Record<string, string>>) => {
      for (const [name, words] of Object.entries(described)) if (!tags.has(name)) tags.set(name, words)
    })
    app.addSchema(problemSchema)
    app.addSchema(Filter.schema)
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: {
          title: 'Guildhall',
          version: o.version,
          description: introduction,
          license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
        },
        servers: [{ url: '/' }],
        components: {
          headers: headerComponents,
          securitySchemes: {
            bearer: {
              type: 'http',
              scheme: 'bearer',
              description:
                'An API token, or an access token of the identity provider; a service account gets one there by `client_credentials` (`/oidc/token` of the embedded one)',
            },
            session: {
              type: 'apiKey',
              in: 'cookie',
              name: '__Host-sid',
              description: 'A signed-in browser; writing also needs the header x-csrf',
            },
          },
        },
      },
      hideUntagged: false,
      refResolver: {
        buildLocalReference: (json, _base, _fragment, i) => (typeof json.$id === 'string' ? json.$id : `Schema${i}`),
      },
      transformObject: (document) =>
        'openapiObject' in document ? finishDocument(document.openapiObject, tags) : document.swaggerObject,
      transform: ({ schema, url, route }) => ({ schema: described(schema ?? {}, route), url }),
    })
    const config = { open: 'the documentation is public' }
    app.get('/openapi.json', { config, schema: { hide: true } }, async (_request, reply) =>
      reply.header('cache-control', 'no-cache').send(app.swagger()),
    )
  },
  { name: 'guildhall-openapi' },
)

type Described = FastifySchema & {
  readonly hide?: boolean
  readonly produces?: readonly string[]
  readonly description?: string
}

/** What the document says beyond the schemas: who may call, and how it can fail. */
function described(schema: Described, route: RouteOptions): FastifySchema {
  const { config = {} } = route
  const methods = [route.method].flat()
  if (schema.hide || (!config.access && !config.open) || methods.includes('HEAD'))
    return { ...schema, hide: true } as FastifySchema
  const { access } = config
  const asksItself = (schema.security?.length ?? 0) > 0
  const open = !asksItself && (!access || 'public' in access)
  const scope = access && 'requires' in access ? [access.requires] : []
  const { produces, ...rest } = {
    ...schema,
    ...(schema.querystring ? { querystring: asSent(schema.querystring) } : {}),
    ...bodyOf(schema, config.multipart),
  }
  const may =
    scope.length > 0
      ? `Needs the permission \`${scope[0]}\`, which is also the scope of a token.`
      : open
        ? 'Open to everybody.'
        : asksItself
          ? 'For whoever is signed in with a browser.'
          : 'Open to whoever is signed in.'
  const method = methods[0]!
  const response = {
    ...answers(schema, method, { produces, config }),
    ...failures({ ...schema, ...rest }, route, open),
  }
  const names = (status: string) =>
    responseHeaders(Number(status), { schema, method, config, file: produces !== undefined })
  return {
    ...rest,
    ...(schema.headers ? {} : requestHeaders(schema, { method, open, config })),
    description: [rest.description, may].filter(Boolean).join('\n\n'),
    operationId: operationId(method, route.url),
    security: asksItself ? schema.security : open ? [] : [{ bearer: scope }, { session: [] }],
    ...(config.plugin && { 'x-plugin': config.plugin }),
    ...toFinish({
      headers: Object.fromEntries(Object.keys(response).map((status) => [status, names(status)])),
      bodyOptional: config.bodyOptional === true,
      ...(config.multipart && { encoding: encodingOf(config.multipart.properties) }),
    }),
    response,
  } as FastifySchema
}

/** The body with an example; of a route that takes a file, the parts of the form. */
function bodyOf(
  { body }: FastifySchema,
  multipart: FastifyContextConfig['multipart'],
): FastifySchema & { consumes?: string[] } {
  if (!multipart) return body === undefined ? {} : { body: withExample(asSent(body)) }
  const file = { type: 'string', format: 'binary', description: 'The file' }
  const { properties, required = [] } = multipart
  return {
    consumes: ['multipart/form-data'],
    body: { type: 'object', properties: { file, ...properties }, required: ['file', ...required] },
  }
}

/** What is an object inside is JSON in a form. */
const encodingOf = (parts: Readonly<Record<string, unknown>>): Record<string, { contentType: string }> =>
  Object.fromEntries(
    Object.entries(parts).flatMap(([name, part]) =>
      (part as { type?: string }).type === 'object' ? [[name, { contentType: 'application/json' }]] : [],
    ),
  )

function operationId(method: string, url: string): string {
  const words = url
    .replace(/^\/api\/v1\//, '')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean)
  return [method.toLowerCase(), ...words.map((word) => word[0]!.toUpperCase() + word.slice(1))].join('')
}

function answers(
  schema: FastifySchema,
  method: string,
  { produces, config }: { produces?: readonly string[] | undefined; config: FastifyContextConfig },
): Record<string, unknown> {
  const asks = method === 'GET' || config.reads === true
  const binary = { schema: { type: 'string', format: 'binary' } }
  if (produces)
    return { 200: { description: 'The content', content: Object.fromEntries(produces.map((type) => [type, binary])) } }
  const given = (schema.response ?? {}) as Record<string, unknown>
  if ('204' in given) return { ...given, 204: { type: 'null', description: 'Done; no content' } }
  const shown = (status: string, one: unknown) =>
    config.streams
      ? orEvents(withExample(one))
      : { 'x-response-description': answerWords(Number(status), asks), ...(withExample(one) as object) }
  return {
    ...Object.fromEntries(Object.entries(given).map(([status, one]) => [status, shown(status, one)])),
    ...(method === 'GET' &&
      isVersioned(schema, config) && { 304: { type: 'null', description: 'Still the version you have' } }),
  }
}

function answerWords(status: number, asks: boolean): string {
  if (status === 201) return 'It was made'
  if (status === 202) return 'Begun; it goes on in the background'
  return asks ? 'What was asked for' : 'Done; how it is now'
}

/** The second form of an answer, chosen by `Accept: text/event-stream`. */
const orEvents = (schema: unknown) => ({
  description: 'The answer, or what happens from now on as server-sent events',
  content: {
    'application/json': { schema },
    'text/event-stream': {
      schema: { type: 'string', description: 'Events with id, event and data (JSON); Last-Event-ID goes on behind it' },
    },
  },
})

function failures(schema: FastifySchema, route: RouteOptions, open: boolean): Record<string, unknown> {
  const { body, querystring, params } = schema
  const method = String([route.method].flat()[0])
  const writes = ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method) && !route.config?.reads
  const kinds: ProblemKind[] = [
    problems.rateLimited,
    problems.internal,
    problems.databaseUnavailable,
    problems.overloaded,
    ...(open
      ? []
      : [problems.unauthenticated, problems.forbidden, problems.insufficientScope, problems.organizationRequired]),
    ...(route.config?.plugin ? [problems.pluginNotEnabled] : []),
    ...(params ? [problems.notFound] : []),
    ...(params || querystring ? [problems.uriTooLong] : []),
    ...(body || querystring || params ? [problems.validationFailed] : []),
    ...(querystring && 'cursor' in ((querystring as { properties?: object }).properties ?? {})
      ? [problems.invalidCursor]
      : []),
    ...(body ? [problems.malformedRequest, problems.payloadTooLarge, problems.unsupportedMediaType] : []),
    ...(writes
      ? [
          problems.conflict,
          problems.alreadyExists,
          ...(takesKey(method, route.config ?? {})
            ? [problems.idempotencyInProgress, problems.idempotencyMismatch]
            : []),
          ...(comparesVersion(method, route.config ?? {})
            ? [problems.preconditionFailed]
            : [problems.validationFailed]),
        ]
      : []),
    ...(route.config?.problems ?? []),
  ]
  const byStatus = Map.groupBy(new Set(kinds), ({ status }) => status)
  return Object.fromEntries(
    [...byStatus].map(([status, same]) => [
      status,
      {
        description: same.map(({ type, title }) => `\`${type}\`: ${title}`).join('\n\n'),
        content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
      },
    ]),
  )
}

/** The document as an organisation sees it: operations of plugins that are on, and the schemas they use. */
export function documentFor(app: FastifyInstance, isEnabled: (pluginId: string) => boolean): OpenApiDocument {
  const whole = app.swagger() as unknown as OpenApiDocument
  const seen = (operation: Operation): boolean =>
    typeof operation['x-plugin'] !== 'string' || isEnabled(operation['x-plugin'])
  const paths = Object.entries(whole.paths).flatMap(([path, operations]) => {
    const kept = Object.entries(operations).filter(([, operation]) => seen(operation))
    return kept.length > 0 ? [[path, Object.fromEntries(kept)] as const] : []
  })
  const { schemas, responses: all, ...components } = whole.components
  const responses = reached(paths, 'responses', all)
  return {
    ...whole,
    paths: Object.fromEntries(paths),
    tags: tagsOf(Object.fromEntries(paths), whole.tags),
    components: { ...components, responses, schemas: reached([paths, responses], 'schemas', schemas) },
  }
}
