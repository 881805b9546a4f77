/** The id under which a request stands in the log, the trail and its answer. */
import { randomFillSync } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { v7 } from 'uuid'

/** An id from outside counts only behind a proxy that is trusted, and only when it could not be mistaken for anything else. */
export function requestId(behindProxy: boolean): (request: { headers: IncomingMessage['headers'] }) => string {
  return ({ headers }) => {
    const given = headers['x-request-id']
    return behindProxy && typeof given === 'string' && /^[\w-]{1,64}$/.test(given) ? given : v7({ rng: random })
  }
}

const bytes = 16
const pool = new Uint8Array(256 * bytes)
let used = pool.length

/** Fetched from the system for many ids at once: one by one it was a twentieth of a small request. */
function random(): Uint8Array {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const start = used
  used += bytes
  return pool.subarray(start, used)
}
