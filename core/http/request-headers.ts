/** The headers a caller may send, for the document: Fastify does not check them, the pipeline reads them. */
import type { FastifyContextConfig, FastifySchema } from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A POST that changes nothing. */
    reads?: true
    /** Whether `If-Match` is compared. Default: where PUT, PATCH and DELETE do. */
    ifMatch?: boolean
    /** The ETag is made of what the answer holds. */
    contentVersion?: true
  }
}

const text = (description: string, example: string) => ({
  type: 'string',
  maxLength: 255,
  description,
  examples: [example],
})

const organization = text('Which of your organisations, by slug or id; needed only by who belongs to several', 'demo')
const ifMatch = text('The version you read, from its `ETag`: 412 when somebody was faster', '"v1"')
const ifNoneMatch = text('The version you have: 304 when it is still that', '"v1"')
const idempotencyKey = text(
  'A word of your own for this request: sent again within a day, it answers as it did and does nothing twice',
  '7f3a9c52',
)

interface Property {
  readonly type?: string
  readonly anyOf?: readonly Property[]
}
const counts = (property: Property | undefined): boolean =>
  property !== undefined && (property.type === 'integer' || (property.anyOf ?? []).some(counts))

/** Whether the answer has an ETag: one thing whose changes are counted (a `version` that is a word does not count), or a whole. */
export const isVersioned = (schema: FastifySchema, { contentVersion }: FastifyContextConfig): boolean =>
  contentVersion === true ||
  Object.values((schema.response ?? {}) as Record<string, { properties?: Record<string, Property> }>).some(
    ({ properties }) => counts(properties?.version) || counts(properties?.revision),
  )

export const comparesVersion = (method: string, { ifMatch: says }: FastifyContextConfig): boolean =>
  says ?? ['PUT', 'PATCH', 'DELETE'].includes(method)

/** Whether a request of this kind may be sent twice. */
export const takesKey = (method: string, { access, reads }: FastifyContextConfig): boolean =>
  method === 'POST' && !reads && access !== undefined && !('public' in access)

export function requestHeaders(
  schema: FastifySchema,
  { method, open, config }: { method: string; open: boolean; config: FastifyContextConfig },
): Pick<FastifySchema, 'headers'> {
  const properties = {
    ...(open ? {} : { 'x-organization': organization }),
    ...(method === 'GET' && isVersioned(schema, config) ? { 'if-none-match': ifNoneMatch } : {}),
    ...(comparesVersion(method, config) ? { 'if-match': ifMatch } : {}),
    ...(takesKey(method, config) ? { 'idempotency-key': idempotencyKey } : {}),
  }
  return Object.keys(properties).length > 0 ? { headers: { type: 'object', properties } } : {}
}
