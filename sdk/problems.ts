/** What can go wrong, as one table: each kind is a `type` of `application/problem+json` (RFC 9457) with the remedy beside it. */

export interface ProblemKind {
  /** Kebab-case id; the address of its documentation is `/docs/errors#<type>`. */
  readonly type: string
  /** HTTP status, 400..599. */
  readonly status: number
  /** The same sentence for every occurrence. */
  readonly title: string
  /** What the caller does next. */
  readonly remedy: string
}

/**
 * Declares a kind of problem. Plugins declare their own and list them in `definePlugin({ problems })`.
 * @throws Error when the id is not kebab-case or the status is no error.
 */
export function problemKind<const K extends ProblemKind>(kind: K): K {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(kind.type)) {
    throw new Error(`Problem kind "${kind.type}": write the id in kebab-case, such as "plan-in-use"`)
  }
  if (!Number.isInteger(kind.status) || kind.status < 400 || kind.status > 599) {
    throw new Error(`Problem kind "${kind.type}": status ${kind.status} is no error; use 400..599`)
  }
  return Object.freeze(kind)
}

const kind = (type: string, status: number, title: string, remedy: string): ProblemKind =>
  problemKind({ type, status, title, remedy })

/** The platform's catalogue; docs/reference/errors.md is generated from it. */
export const problems = {
  validationFailed: kind(
    'validation-failed',
    400,
    'The request does not fit its schema',
    'Correct the places that `errors` names; each has a JSON pointer.',
  ),
  malformedRequest: kind('malformed-request', 400, 'The request cannot be read', 'Send well-formed HTTP and JSON.'),
  invalidCursor: kind(
    'invalid-cursor',
    400,
    'The cursor does not belong to this list',
    'Start again without `cursor`; keep filter and sort the same while paging.',
  ),
  organizationRequired: kind(
    'organization-required',
    400,
    'The request does not say which organisation',
    'Name one of your organisations, by slug or id, in the header `X-Organization`.',
  ),
  unauthenticated: kind(
    'unauthenticated',
    401,
    'Nobody is signed in',
    'Sign in, or send a valid token as `Authorization: Bearer ...`.',
  ),
  forbidden: kind(
    'forbidden',
    403,
    'You may see this, but not do that',
    'Ask an admin for the permission named in `detail`.',
  ),
  insufficientScope: kind(
    'insufficient-scope',
    403,
    'The token does not carry the scope',
    'Use a token with the scope named in `detail`.',
  ),
  notInEdition: kind(
    'not-in-edition',
    403,
    "The organisation's edition does not include this",
    'Change the edition of the organisation.',
  ),
  crossOrigin: kind(
    'cross-origin',
    403,
    'A signed-in browser may write from its own pages only',
    'Send the header `x-csrf` from a page of this origin, or use a bearer token.',
  ),
  notFound: kind(
    'not-found',
    404,
    'There is no such thing here',
    'Check the address, and that you may see what it names.',
  ),
  pluginNotEnabled: kind(
    'plugin-not-enabled',
    404,
    'This part of the platform is switched off here',
    'An admin can switch the plugin on with `PUT /api/v1/plugins/{id}`.',
  ),
  methodNotAllowed: kind(
    'method-not-allowed',
    405,
    'The address exists, but not with this method',
    'Use one of the methods in the header `Allow`.',
  ),
  conflict: kind(
    'conflict',
    409,
    'The change does not fit the present state',
    'Read the object again and decide anew.',
  ),
  alreadyExists: kind(
    'already-exists',
    409,
    'There is already one like it',
    'Change the value that must be unique, or use the existing object.',
  ),
  planOutdated: kind(
    'plan-outdated',
    409,
    'The data changed after the plan was made',
    'Make the plan again and apply the new one.',
  ),
  dependency: kind(
    'dependency',
    409,
    'Something that is switched on depends on it',
    'Switch off what `detail` names first, or switch on what it needs.',
  ),
  inUse: kind('in-use', 409, 'It is in use', 'Remove the uses that `detail` names first.'),
  idempotencyInProgress: kind(
    'idempotency-in-progress',
    409,
    'A request with this Idempotency-Key is still running',
    'Wait, then send the same request again.',
  ),
  gone: kind('gone', 410, 'It was there and is no longer', 'Ask for a new one; this one will not come back.'),
  preconditionFailed: kind(
    'precondition-failed',
    412,
    'The object changed since you read it',
    'Read it again and send the new `ETag` in `If-Match`.',
  ),
  payloadTooLarge: kind(
    'payload-too-large',
    413,
    'The body is too large',
    'Send less, or use an import for bulk data.',
  ),
  uriTooLong: kind('uri-too-long', 414, 'The address is too long', 'Shorten the query; long filters go into a body.'),
  unsupportedMediaType: kind(
    'unsupported-media-type',
    415,
    'The body is in a format this route does not read',
    'Send `Content-Type: application/json`, or the type the reference names.',
  ),
  unprocessable: kind(
    'unprocessable',
    422,
    'The request is well-formed, but cannot be carried out',
    'Correct what `detail` and `errors` name.',
  ),
  idempotencyMismatch: kind(
    'idempotency-mismatch',
    422,
    'The Idempotency-Key was used for another request',
    'Use a new key for a new request.',
  ),
  rateLimited: kind('rate-limited', 429, 'Too many requests', 'Wait as many seconds as `Retry-After` says.'),
  headersTooLarge: kind(
    'headers-too-large',
    431,
    'The headers are too large',
    'Send fewer or shorter headers and cookies.',
  ),
  internal: kind(
    'internal',
    500,
    'Something went wrong on our side',
    'Try again; if it stays, tell the operator the `requestId`.',
  ),
  databaseUnavailable: kind(
    'database-unavailable',
    503,
    'The database cannot be reached',
    'Try again after `Retry-After` seconds; nothing was changed unless you were told so.',
  ),
  identityUnavailable: kind(
    'identity-unavailable',
    503,
    'The identity provider cannot be reached',
    'Try again later; API tokens go on working.',
  ),
  overloaded: kind('overloaded', 503, 'The platform is busy', 'Try again after `Retry-After` seconds.'),
  shuttingDown: kind(
    'shutting-down',
    503,
    'This node is stopping',
    'Send the request again; another node will take it.',
  ),
  setupRequired: kind(
    'setup-required',
    503,
    'The platform is not set up yet',
    'Open the set-up link that the first start printed.',
  ),
} as const satisfies Record<string, ProblemKind>

export interface ProblemError {
  /** JSON pointer (RFC 6901) into the part of the request that `in` names. */
  readonly pointer: string
  /** A sentence a person can act on. */
  readonly message: string
  /** The rule that was broken, for programs: `maxLength`, `required`, ... */
  readonly code?: string
  /** Where the pointer points; default: the body. */
  readonly in?: 'query' | 'path' | 'header'
}

export interface ProblemOptions {
  /** What happened this time, for the caller; never an internal message. */
  readonly detail?: string
  readonly errors?: readonly ProblemError[]
  /** Kept for the log; the caller never sees it. */
  readonly cause?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Further members of the answer. */
  readonly extensions?: Readonly<Record<string, unknown>>
}

/** Thrown by any handler or service; the HTTP layer answers with it, jobs and actions report it. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly kind: ProblemKind
  readonly detail: string | undefined
  readonly errors: readonly ProblemError[]
  readonly headers: Readonly<Record<string, string>>
  readonly extensions: Readonly<Record<string, unknown>>

  constructor(kind: ProblemKind, o: ProblemOptions = {}) {
    super(o.detail ?? kind.title, o.cause === undefined ? undefined : { cause: o.cause })
    this.kind = kind
    this.detail = o.detail
    this.errors = o.errors ?? []
    this.headers = o.headers ?? {}
    this.extensions = o.extensions ?? {}
  }

  get status(): number {
    return this.kind.status
  }
}

/** The same across copies of this package: an installed plugin may bring its own. */
export function isProblem(error: unknown): error is Problem {
  return error instanceof Problem || (error instanceof Error && error.name === 'Problem' && 'kind' in error)
}

/** One place is wrong: 400 with a pointer. */
export function invalid(pointer: string, message: string, o: { code?: string; in?: ProblemError['in'] } = {}): Problem {
  const error: ProblemError = { pointer, message, ...(o.code && { code: o.code }), ...(o.in && { in: o.in }) }
  return new Problem(problems.validationFailed, { detail: message, errors: [error] })
}

/**
 * What a field of the body names and is not here is a wrong field, not a wrong address.
 * @throws Problem 400 with the pointer in place of a 404
 */
export const namedAt = <R>(pointer: string, work: Promise<R>, message = 'Nothing here has this id'): Promise<R> =>
  work.catch((cause: unknown) => {
    if (isProblem(cause) && cause.kind.type === problems.notFound.type)
      throw invalid(pointer, message, { code: 'exists' })
    throw cause
  })

/**
 * @param facts of the request @param version of the object at hand
 * @throws Problem 412 when `If-Match` names other versions than this one.
 */
export function requireVersion(facts: { readonly ifMatch: readonly number[] | null }, version: number): void {
  if (facts.ifMatch && !facts.ifMatch.includes(version)) throw new Problem(problems.preconditionFailed)
}
