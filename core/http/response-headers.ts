/** The headers of answers, for the document: each where it is really sent. Those every answer of a web server has are left out. */
import type { FastifyContextConfig, FastifySchema } from 'fastify'
import { isVersioned, takesKey } from './request-headers.ts'

const text = (description: string, example: string) => ({ description, schema: { type: 'string' }, example }) as const

/** Components of the document. */
export const headerComponents = {
  'Request-Id': text('The id of this request in the log', '01890a5d-ac96-774b-bcce-b302099a8057'),
  ETag: text('The version of what is shown: send it as `If-Match` or `If-None-Match`', '"v3"'),
  Location: text('Where what was made, or goes on, is found', '/api/v1/members/01890a5d-ac96-774b-bcce-b302099a8057'),
  Link: text('The address of the next page; absent on the last one', '</api/v1/members?cursor=eyJ2IjoxfQ>; rel="next"'),
  'Idempotency-Replayed': text('`true` when a request with this Idempotency-Key was answered before', 'true'),
  'Content-Disposition': text('The name of the file', 'attachment; filename="members.csv"'),
  'Retry-After': {
    description: 'Seconds to wait before the request is sent again',
    schema: { type: 'integer', minimum: 0 },
    example: 5,
  },
  'WWW-Authenticate': text('How to say who you are', 'Bearer'),
  'Set-Cookie': text('The session, or that it has ended', '__Host-sid=...; Path=/; HttpOnly; Secure; SameSite=Lax'),
} as const
type Header = keyof typeof headerComponents

interface Answers {
  readonly schema: FastifySchema
  readonly method: string
  readonly config: FastifyContextConfig
  /** The answer is a file. */
  readonly file: boolean
}

/** Names of the headers an answer of this status may have. */
export function responseHeaders(status: number, { schema, method, config, file }: Answers): Header[] {
  const shown = ((schema.response ?? {}) as Record<string, { properties?: object }>)[status]?.properties ?? {}
  const pages = 'page' in shown || 'cursor' in ((schema.querystring as { properties?: object })?.properties ?? {})
  const said: Record<Header, boolean> = {
    'Request-Id': true,
    ETag: status === 304 || (status < 300 && isVersioned(schema, config)),
    Location: status === 303 || ((status === 201 || status === 202) && 'id' in shown),
    Link: status === 200 && pages,
    'Idempotency-Replayed': status < 300 && takesKey(method, config),
    'Content-Disposition': status === 200 && file,
    'Retry-After': status === 409 || status === 429 || status === 503,
    'WWW-Authenticate': status === 401,
    'Set-Cookie': status < 300 && config.cookie === true,
  }
  return (Object.keys(said) as Header[]).filter((name) => said[name])
}
