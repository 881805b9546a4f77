/** Structured logs in which no secret and no personal value can stand. */
import type { FastifyBaseLogger } from 'fastify'
import { type DestinationStream, pino } from 'pino'

/** Names whose values never reach the log, at any depth; and whatever ends like a secret. */
const secret = new Set([
  'authorization',
  'cookie',
  'setcookie',
  'xcsrf',
  'email',
  'phone',
  'address',
  'birthday',
  'acceptlink',
  'setpasswordlink',
  'apikey',
  // What database drivers hang onto their errors.
  'bind',
  'parameters',
  'sql',
  'values',
])
const isSecret = (name: string): boolean => {
  const plain = name.replace(/[-_]/g, '').toLowerCase()
  return secret.has(plain) || /(?:token|password|secret)$/.test(plain)
}
const bindingNames = [
  'authorization',
  'cookie',
  'email',
  'phone',
  'address',
  'token',
  'apiToken',
  'accessToken',
  'refreshToken',
  'idToken',
  'password',
  'secret',
  'clientSecret',
]
/** Written by serializers of their own. */
const serialized = new Set(['req', 'res', 'err', 'error'])
const deepest = 5

/**
 * One walk over the entry. Pino's own `redact` needs a path for each name and level: twenty times the cost of the line,
 * and nothing below the last level.
 */
function redacted(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  if (value instanceof Error) return loggedError(value)
  if (depth === deepest || value instanceof Uint8Array) return '[...]'
  if (Array.isArray(value)) return value.slice(0, 100).map((item) => redacted(item, depth + 1))
  const shown: Record<string, unknown> = {}
  for (const [name, item] of Object.entries(value)) {
    if (isSecret(name) && item !== undefined) shown[name] = '***'
    else shown[name] = depth === 0 && serialized.has(name) ? item : redacted(item, depth + 1)
  }
  return shown
}

/**
 * Segments that are secrets themselves: the token of an invitation, whatever stands behind a word that announces one.
 * The path of a log entry and of a problem, without query.
 */
export function shownPath(url: string): string {
  return url
    .replace(/[?#].*$/s, '')
    .replace(/(\/invites\/)[^/]+(?=\/accept\/?$)/, '$1***')
    .replace(/(\/(?:token|secret|feeds|unsubscribe|cards|bot-hooks)\/)[^/]+/g, '$1***')
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
const withoutValue = (text: string): string => text.slice(0, 4000).replace(/(invalid [^\n]*?): "[^\n]*/g, '$1: ***')

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
      // A child's bindings pass the formatters by; single names cost nothing where they do not occur.
      redact: { paths: bindingNames, censor: '***' },
      formatters: {
        log: (entry) => redacted(entry) as Record<string, unknown>,
      },
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
    // Buffered: a write for every request would cost a tenth of a small one. What is buffered is written before the exit.
    o.destination ?? pino.destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: 100 }),
  )
}
