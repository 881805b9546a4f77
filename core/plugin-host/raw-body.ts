/** Bodies as they came, whatever they say they are: a signature is over bytes. */
import type { RawRequest } from '@guildhall/sdk'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** Inside a scope of its own: the parsers of everybody else stay. */
export function acceptAnyBody(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
}

export const rawOf = (request: FastifyRequest): RawRequest => ({
  bytes: request.body instanceof Uint8Array ? request.body : new Uint8Array(),
  headers: request.headers,
})
