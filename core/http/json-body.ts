/** Bodies of JSON: UTF-8, as it is (RFC 8259 §8.1). What names a prototype is refused with its place, in clean-input.ts. */
import { Problem, problems } from '@guildhall/sdk'
import type { FastifyInstance } from 'fastify'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Clients send the content type with an empty body too: that is no body, not a broken one. */
export function readJson(app: FastifyInstance): void {
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, body.length === 0 ? undefined : parsed(body))
    } catch (error) {
      done(error as Error)
    }
  })
}

function parsed(body: Buffer): unknown {
  let text: string
  try {
    text = utf8.decode(body)
  } catch (cause) {
    throw new Problem(problems.malformedRequest, { detail: 'The body is not UTF-8: send JSON in UTF-8.', cause })
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Problem(problems.malformedRequest, {
      detail: `The body is not JSON: ${fault((cause as Error).message)}.`,
      cause,
    })
  }
}

/** Of what the parser says, the part that quotes no more than a character. */
function fault(message: string): string {
  const [, position] = /at position (\d+)/.exec(message) ?? []
  if (position !== undefined) return `it breaks off at character ${Number(position) + 1}`
  const [, token] = /^Unexpected token '(.+?)'/su.exec(message) ?? []
  return token === undefined ? 'it ends too early' : `"${token}" stands where it cannot`
}
