/** The body of an answer as text, unpacked, and never more of it than a bot may have. */
import type { IncomingMessage } from 'node:http'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createInflate } from 'node:zlib'
import { Refusal } from '../refusal.ts'

export const mostBytes = 1_048_576

/** @throws Refusal LIMIT for more than a megabyte, before or after unpacking, UNAVAILABLE for a packing we do not know */
export async function readCapped(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  const collect = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      parts.push(chunk)
      done()
    },
  })
  try {
    await pipeline([response, cap(), ...unpacking(response), cap(), collect.resume()])
  } finally {
    response.destroy()
  }
  return Buffer.concat(parts).toString('utf8')
}

function unpacking(response: IncomingMessage): Transform[] {
  switch ((response.headers['content-encoding'] ?? 'identity').trim().toLowerCase()) {
    case 'identity':
    case '':
      return []
    case 'gzip':
    case 'x-gzip':
      return [createGunzip()]
    case 'deflate':
      return [createInflate()]
    default:
      Readable.prototype.destroy.call(response)
      throw new Refusal('UNAVAILABLE', 'The answer is packed in a way we did not ask for')
  }
}

function cap(): Transform {
  let bytes = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes > mostBytes) done(new Refusal('LIMIT', `An answer has at most ${mostBytes} bytes`))
      else done(null, chunk)
    },
  })
}
