/** A call to the outside as it is allowed to leave: checked before anything is looked up. */
import { isIP } from 'node:net'
import { field, textField } from '../calls/method.ts'
import { Refusal } from '../refusal.ts'

export interface OutsideRequest {
  readonly url: URL
  readonly method: string
  /** Secrets are in them: never stored, never logged. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}
export interface OutsideAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
export interface Outside {
  /** @throws Refusal FORBIDDEN for an address that is no public one, LIMIT, UNAVAILABLE */
  send(request: OutsideRequest, signal: AbortSignal): Promise<OutsideAnswer>
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])
/** What the connection itself says; a bot that sets them could speak about another host or a second request. */
const reserved =
  /^(host|connection|content-length|transfer-encoding|te|trailer|upgrade|expect|keep-alive|accept-encoding|idempotency-key|guildhall-.*|proxy-.*)$/
/** Says to whoever gets the call how many runs stand in its chain of causes. */
export const depthHeader = 'guildhall-depth'
const most = { url: 4000, headers: 50, header: 8192, body: 1_048_576 } as const

/** @throws Refusal INVALID, FORBIDDEN, LIMIT */
export function checkRequest(
  input: unknown,
  o: { allows: (host: string) => boolean; header: (value: string) => string; idempotencyKey: string; depth: number },
): OutsideRequest {
  const url = checkUrl(field(input, 'url'), o.allows)
  const method = (textField(input, 'method') ?? 'GET').toUpperCase()
  if (!methods.has(method)) throw new Refusal('INVALID', `The method is one of ${[...methods].join(', ')}`)
  const body = field(input, 'body') ?? null
  if (body !== null && typeof body !== 'string') throw new Refusal('INVALID', 'The body is a text')
  if (body !== null && Buffer.byteLength(body) > most.body)
    throw new Refusal('LIMIT', `A body has at most ${most.body} bytes`)
  if (body !== null && (method === 'GET' || method === 'HEAD')) throw new Refusal('INVALID', `${method} has no body`)
  const headers = checkHeaders(field(input, 'headers') ?? {}, o.header)
  const own = { 'idempotency-key': o.idempotencyKey, [depthHeader]: String(o.depth) }
  return { url, method, body, headers: { ...headers, ...own } }
}

/** https, port 443, a name and no number, and one that was agreed to. */
export function checkUrl(text: unknown, allows: (host: string) => boolean): URL {
  if (typeof text !== 'string' || text.length > most.url || !URL.canParse(text))
    throw new Refusal('INVALID', 'The address cannot be read')
  const url = new URL(text)
  if (url.protocol !== 'https:') throw new Refusal('FORBIDDEN', 'Addresses begin with https://')
  if (url.username !== '' || url.password !== '') throw new Refusal('FORBIDDEN', 'An address carries no user name')
  if (url.port !== '') throw new Refusal('FORBIDDEN', 'Only port 443 can be reached')
  const host = url.hostname
  if (isIP(host.replace(/^\[|\]$/g, '')) !== 0)
    throw new Refusal('FORBIDDEN', 'An address names its host, not a number')
  if (!allows(host)) throw new Refusal('FORBIDDEN', `The host ${host.slice(0, 100)} was not agreed to`)
  return url
}

function checkHeaders(given: unknown, substitute: (value: string) => string): Record<string, string> {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new Refusal('INVALID', 'Headers are an object of texts')
  const entries = Object.entries(given)
  if (entries.length > most.headers) throw new Refusal('LIMIT', `At most ${most.headers} headers`)
  const headers: Record<string, string> = Object.create(null)
  for (const [name, raw] of entries) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/.test(name))
      throw new Refusal('INVALID', 'A header has a name that is none')
    const key = name.toLowerCase()
    if (reserved.test(key)) throw new Refusal('FORBIDDEN', `The header ${key} is set by the platform`)
    if (typeof raw !== 'string') throw new Refusal('INVALID', `The header ${key} is no text`)
    const value = substitute(raw)
    // No line ends, and nothing a header cannot carry: what was put in for a handle included.
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
      throw new Refusal('INVALID', `The header ${key} holds characters no header may hold`)
    if (value.length > most.header) throw new Refusal('LIMIT', `A header has at most ${most.header} characters`)
    headers[key] = value
  }
  return headers
}
