import type { IncomingMessage } from 'node:http'
import { setTimeout as after } from 'node:timers/promises'

/** More than this is not worth its transport, and slower than this is no client that waits for an answer. */
const most = 64 * 1024 * 1024
const longestMs = 10_000

/**
 * Takes in and throws away what is still being sent. A refusal in the middle of a body closes the connection under the hands
 * of whoever is writing; many clients then report a broken pipe, and never read why.
 */
export async function takeInRest(raw: IncomingMessage): Promise<void> {
  if (raw.complete || raw.destroyed) return
  const enough = new AbortController()
  let taken = 0
  const stop = () => enough.abort()
  raw.on('data', (chunk: Buffer) => {
    taken += chunk.length
    if (taken > most) stop()
  })
  for (const event of ['end', 'error', 'close']) raw.once(event, stop)
  raw.resume()
  await after(longestMs, undefined, { signal: enough.signal, ref: false }).catch(() => undefined)
}
