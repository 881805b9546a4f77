import { contentVersion, type RequestFacts } from '@guildhall/sdk'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { truncated } from '../auth/index.ts'
import { languageOf } from '../auth/pages/words.ts'

const versions = (header: string | undefined): number[] | null => {
  if (header === undefined || header.trim() === '*') return null
  return header.split(',').map((tag) => {
    const match = /^\s*"v(\d+)"\s*$/.exec(tag)
    return match ? Number(match[1]) : Number.NaN
  })
}

export const factsOf = (request: FastifyRequest): RequestFacts => ({
  id: request.id,
  address: truncated(request.ip),
  language: languageOf(request),
  ifMatch: versions(request.headers['if-match']),
})

interface Shape {
  readonly id?: unknown
  readonly version?: unknown
  /** Stands for the version where `version` is a word of the thing itself: a bot's. */
  readonly revision?: unknown
  readonly page?: { readonly nextCursor?: string | null }
}

/** Below the address it was posted to; the name of an action on it, `/<id>/apply`, is no part of its own address. */
function addressOf(url: string, id: string): string {
  const path = url.replace(/[?].*$/, '').replace(/\/$/, '')
  const own = path.lastIndexOf(`/${id}/`)
  return own === -1 ? `${path}/${id}` : path.slice(0, own + 1 + id.length)
}

/** Headers that follow from the body: ETag from its version, Location from its id, Link from its page. */
export function describe(request: FastifyRequest, reply: FastifyReply, body: unknown, location?: string): void {
  if (typeof body !== 'object' || body === null) return
  const { id, version, revision, page } = body as Shape
  const counted = typeof version === 'number' ? version : revision
  const changes = request.routeOptions.config.contentVersion ? contentVersion(body) : counted
  if (typeof changes === 'number') reply.header('etag', `"v${changes}"`)
  if ((reply.statusCode === 201 || reply.statusCode === 202) && typeof id === 'string')
    reply.header('location', location === undefined ? addressOf(request.url, id) : `${location}/${id}`)
  if (page?.nextCursor) {
    const url = new URL(request.url, 'http://platform')
    url.searchParams.set('cursor', page.nextCursor)
    reply.header('link', `<${url.pathname}${url.search}>; rel="next"`)
  }
}

/** Reading what the caller already has in this version; a proxy may have made his tag a weak one (RFC 9110 §13.1.2). */
export const unchanged = ({ method, headers }: FastifyRequest, reply: FastifyReply): boolean =>
  (method === 'GET' || method === 'HEAD') &&
  reply.hasHeader('etag') &&
  (headers['if-none-match'] ?? '')
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === '*' || tag === reply.getHeader('etag'))
