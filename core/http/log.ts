/** Structured logs in which no secret and no personal value can stand. */
import type { FastifyBaseLogger } from 'fastify'
import { type DestinationStream, pino } from 'pino'

/** Names whose values never reach the log, at any of the first four levels of an entry. */
const secret = [
  'authorization',
  'cookie',
  'set-cookie',
  'x-csrf',
  'token',
  'accessToken',
  'refreshToken',
  'idToken',
  'apiToken',
  'password',
  'secret',
  'clientSecret',
  'email',
  'phone',
  'address',
  'birthday',
  'acceptLink',
  'setPasswordLink',
  'bind',
  'parameters',
  'sql',
]
const paths = secret.flatMap((name) =>
  ['', '*.', '*.*.', '*.*.*.'].map((level) =>
    name.includes('-') ? `${level.slice(0, -1)}["${name}"]` : `${level}${name}`,
  ),
)

/**
 * Segments that are secrets themselves: the token of an invitation, whatever stands behind a word that announces one.
 * The path of a log entry and of a problem, without query.
 */
export function shownPath(url: string): string {
  return url
    .replace(/[?#].*$/s, '')
    .replace(/(\/invites\/)[^/]+(?=\/accept\/?$)/, '$1***')
    .replace(/(\/(?:token|secret|feeds|unsubscribe|cards|webhooks\/incoming)\/)[^/]+/g, '$1***')
    .slice(0, 500)
}

interface LoggedError {
  readonly type: string
  readonly message: string
  readonly stack?: string
  readonly code?: string
  readonly constraint?: string
  readonly cause?: LoggedError
}
// PostgreSQL quotes the value it could not read at the end of its message.
const withoutValue = (text: string): string => text.replace(/(invalid [^\n]*?): "[^\n]*"/g, '$1: ***').slice(0, 4000)

/** Only what names a defect: drivers hang statements, values and whole rows onto their errors. */
export function loggedError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an Error' }
  const { code, constraint, cause, original } = error as Error & Record<'code' | 'constraint' | 'original', unknown>
  const inner = cause ?? original
  return {
    type: error.name,
    message: withoutValue(error.message),
    ...(error.stack && { stack: withoutValue(error.stack) }),
    ...(typeof code === 'string' && { code }),
    ...(typeof constraint === 'string' && { constraint }),
    ...(inner instanceof Error && depth < 3 && { cause: loggedError(inner, depth + 1) }),
  }
}

export interface LogOptions {
  /** Default `info`. */
  readonly level?: string
  /** Default: stdout. */
  readonly destination?: DestinationStream
}

/** The process's log; the server and the workers write into the same. */
export function createLog(o: LogOptions = {}): FastifyBaseLogger {
  return pino(
    {
      level: o.level ?? 'info',
      base: null,
      redact: { paths, censor: '***' },
      serializers: {
        err: (error: unknown) => loggedError(error),
        error: (error: unknown) => loggedError(error),
        req: (request: { method: string; originalUrl?: string; url: string }) => ({
          method: request.method,
          path: shownPath(request.originalUrl ?? request.url),
        }),
        res: (reply: { statusCode: number }) => ({ status: reply.statusCode }),
      },
    },
    o.destination ?? pino.destination(1),
  )
}
