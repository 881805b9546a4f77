/**
 * Whether a call was signed with the installation's secret: Standard Webhooks (id, time and body), or the plain
 * `X-Hub-Signature-256` of services that know only that (the body alone).
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { Webhook } from 'standardwebhooks'

export interface Signed {
  /** One run an id. */
  readonly id: string
}
type Headers = Readonly<Record<string, string | string[] | undefined>>

/** A call older or newer than this is refused. */
export const windowMs = 300_000

export function verifySignature(bytes: Buffer, headers: Headers, secret: string, now: Date): Signed | null {
  const one = (name: string): string | undefined => {
    const value = headers[name]
    return typeof value === 'string' ? value : undefined
  }
  const [id, timestamp, signature] = [one('webhook-id'), one('webhook-timestamp'), one('webhook-signature')]
  if (id !== undefined && timestamp !== undefined && signature !== undefined)
    return standard(bytes, { id, timestamp, signature }, secret, now) ? { id: `id:${id}` } : null
  const plain = one('x-hub-signature-256')
  if (plain === undefined || !equal(plain, `sha256=${createHmac('sha256', secret).update(bytes).digest('hex')}`))
    return null
  // Nothing of such a call but its body is signed: the same body again is the same call.
  return { id: `body:${createHash('sha256').update(bytes).digest('hex')}` }
}

function standard(
  bytes: Buffer,
  o: { id: string; timestamp: string; signature: string },
  secret: string,
  now: Date,
): boolean {
  if (o.id.length > 200 || !/^\d{1,12}$/.test(o.timestamp)) return false
  const at = new Date(Number(o.timestamp) * 1000)
  if (Math.abs(now.getTime() - at.getTime()) > windowMs) return false
  const expected = new Webhook(secret).sign(o.id, at, bytes.toString())
  return o.signature.split(' ').some((one) => equal(one, expected))
}

function equal(a: string, b: string): boolean {
  const [x, y] = [a, b].map((text) => createHash('sha256').update(text).digest()) as [Buffer, Buffer]
  return timingSafeEqual(x, y)
}
