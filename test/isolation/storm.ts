import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestClient, TestPlatform } from '#core/testing/index.ts'

/** Two organisations at once, over real sockets, with callers who hang up: what the pool must never mix. */

export interface Answer {
  readonly status: number
  readonly body: string
}

/** The platform on a port of its own. */
export async function listening(platform: TestPlatform): Promise<string> {
  await platform.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = platform.app.server.address() as AddressInfo
  return `http://127.0.0.1:${port}`
}

/** @returns null for a caller who hung up after `bytes` of his request or of the answer */
export function ask(
  base: string,
  client: TestClient,
  o: {
    method: string
    url: string
    body?: object
    headers?: Record<string, string>
    hangUp?: 'at once' | 'while waiting'
  },
): Promise<Answer | null> {
  const { promise, resolve } = Promise.withResolvers<Answer | null>()
  const payload = o.body === undefined ? undefined : JSON.stringify(o.body)
  const call = request(`${base}${o.url}`, {
    method: o.method,
    headers: {
      authorization: `Bearer ${client.token}`,
      ...(payload === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
      ...o.headers,
    },
  })
  call.on('error', () => resolve(null))
  call.on('close', () => resolve(null))
  call.on('response', (response: IncomingMessage) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('error', () => resolve(null))
    response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }))
  })
  call.end(payload, () => {
    if (o.hangUp === 'at once') call.destroy()
  })
  // Written and on its way: now he goes.
  if (o.hangUp === 'while waiting') void once(call, 'finish').then(() => setImmediate(() => call.destroy()))
  return promise
}

/** Numbers that look random and are the same for the same seed (mulberry32). */
export function randomly(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export interface Side {
  readonly word: string
  readonly client: TestClient
  readonly tenantId: string
}

/**
 * `requests` of each side, `atOnce` at a time, in random order: lists, creations, failures in the middle of a unit,
 * refused bodies, hang-ups.
 * @returns every answer that holds the other side's word, or a fault of ours; and how many were made
 */
export async function storm(
  base: string,
  sides: readonly [Side, Side],
  o: { seed: number; requests: number; atOnce: number },
): Promise<{ wrong: string[]; made: Map<string, number> }> {
  const random = randomly(o.seed)
  const wrong: string[] = []
  const made = new Map(sides.map(({ word }) => [word, 0]))
  const one = async (side: Side, other: Side, n: number) => {
    const text = `${side.word}${n}`
    const hangUp = random() < 0.15 ? (random() < 0.5 ? ('at once' as const) : ('while waiting' as const)) : undefined
    const kinds = [
      { method: 'GET', url: '/api/v1/members?limit=200' },
      { method: 'GET', url: '/api/v1/notes' },
      { method: 'GET', url: `/api/v1/members?search=${other.word}` },
      { method: 'POST', url: '/api/v1/members', body: { firstName: text, lastName: text, notes: text } },
      { method: 'POST', url: '/api/v1/notes', body: { title: text, fail: random() < 0.5 } },
      { method: 'POST', url: '/api/v1/members', body: { firstName: 5 } },
      { method: 'POST', url: '/api/v1/notes', body: { title: text }, headers: { 'idempotency-key': `key${n % 7}` } },
      { method: 'GET', url: '/api/v1/members/analytics/statistics' },
    ]
    const chosen = kinds[Math.floor(random() * kinds.length)]!
    const answer = await ask(base, side.client, { ...chosen, ...(hangUp ? { hangUp } : {}) })
    if (!answer) return
    if (chosen.url === '/api/v1/members' && answer.status === 201) made.set(side.word, (made.get(side.word) ?? 0) + 1)
    if (answer.body.includes(other.word))
      wrong.push(`${chosen.method} ${chosen.url} of ${side.word}: ${answer.body.slice(0, 300)}`)
    const meantToFail = 'body' in chosen && 'fail' in chosen.body && chosen.body.fail
    if (answer.status >= 500 && !meantToFail)
      wrong.push(`${chosen.method} ${chosen.url} of ${side.word}: ${answer.status} ${answer.body.slice(0, 300)}`)
  }
  let next = 0
  const worker = async () => {
    while (next < o.requests * 2) {
      const n = next++
      const [side, other] = random() < 0.5 ? [sides[0], sides[1]] : [sides[1], sides[0]]
      await one(side, other, n)
    }
  }
  await Promise.all(Array.from({ length: o.atOnce }, worker))
  return { wrong, made }
}
