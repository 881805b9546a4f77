import { Problem, problems } from '@guildhall/sdk'
import type { FastifyRequest } from 'fastify'

const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * A browser sends the cookie with what any page makes it send, so an unsafe request must come from a page of ours: the
 * header `x-csrf` (no form can set it) and `Sec-Fetch-Site: same-origin`, or our origin where a browser lacks that.
 *
 * @throws Problem 403 `cross-origin`
 */
export function requireSameOrigin(request: FastifyRequest, publicOrigin: string): void {
  if (safe.has(request.method)) return
  const { origin, 'sec-fetch-site': site, 'x-csrf': csrf } = request.headers
  const same = site === undefined ? origin === publicOrigin : site === 'same-origin'
  if (!same || !csrf) throw new Problem(problems.crossOrigin)
}
