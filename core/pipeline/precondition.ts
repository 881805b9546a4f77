import { invalid } from '@guildhall/sdk'
import type { FastifyRequest } from 'fastify'
import { comparesVersion } from '../http/request-headers.ts'

/**
 * Nobody shall think himself safe by a header that is not read.
 * @throws Problem 400 for `If-Match` where a change compares no version
 */
export function requireCompared({ method, headers, routeOptions }: FastifyRequest): void {
  const named = headers['if-match']?.trim()
  if (named === undefined || named === '*' || method === 'GET' || method === 'HEAD') return
  if (!comparesVersion(method, routeOptions.config))
    throw invalid('/if-match', 'is not compared here; leave it out', { code: 'unread', in: 'header' })
}
