/** The headers a caller may send, for the document: Fastify does not check them, the pipeline reads them. */
import type { FastifySchema } from 'fastify'

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
  'A word of your own for this creation: sent again within a day, it answers as it did and does nothing twice',
  '7f3a9c52',
)

/** Whether the answer is one thing with a version. */
export const isVersioned = (schema: FastifySchema): boolean =>
  Object.values((schema.response ?? {}) as Record<string, { properties?: object }>).some(
    ({ properties }) => properties && 'version' in properties,
  )

export function requestHeaders(
  schema: FastifySchema,
  o: { method: string; open: boolean; reads: boolean },
): Pick<FastifySchema, 'headers'> {
  const properties = {
    ...(o.open ? {} : { 'x-organization': organization }),
    ...(o.method === 'GET' && isVersioned(schema) ? { 'if-none-match': ifNoneMatch } : {}),
    ...(['PUT', 'PATCH', 'DELETE'].includes(o.method) ? { 'if-match': ifMatch } : {}),
    ...(o.method === 'POST' && !o.open && !o.reads ? { 'idempotency-key': idempotencyKey } : {}),
  }
  return Object.keys(properties).length > 0 ? { headers: { type: 'object', properties } } : {}
}
