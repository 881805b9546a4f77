/** Texts of a request in one form, once, before validation: NFC, trimmed, no control characters (sdk/text.ts says why). */
import { cleanText, invalid, isProblem, type ProblemError } from '@guildhall/sdk'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'

const deepest = 32
/** What a text cannot be cleaned into: secrets are compared as they were typed. */
const verbatim = /password$/i

/** @throws Problem 400 with the pointer */
export function cleanInput(value: unknown, pointer = '', where?: ProblemError['in'], depth = 0): unknown {
  if (typeof value === 'string') return cleaned(value, pointer, where)
  if (typeof value === 'number' && !Number.isFinite(value))
    throw invalid(pointer, 'must be a smaller number', { code: 'number', ...(where && { in: where }) })
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  if (depth >= deepest)
    throw invalid(pointer, `Nest at most ${deepest} levels`, { code: 'depth', ...(where && { in: where }) })
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) value[i] = cleanInput(item, `${pointer}/${i}`, where, depth + 1)
    return value
  }
  const object = value as Record<string, unknown>
  for (const [name, item] of Object.entries(object)) {
    const at = `${pointer}/${name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (name === '__proto__' || (name === 'prototype' && pointer.endsWith('/constructor')))
      throw invalid(at, `"${name}" cannot be the name of a field`, { code: 'name', ...(where && { in: where }) })
    cleaned(name, at, where)
    if (typeof item === 'string' && verbatim.test(name)) cleaned(item, at, where)
    else object[name] = cleanInput(item, at, where, depth + 1)
  }
  return object
}

function cleaned(text: string, pointer: string, where?: ProblemError['in']): string {
  try {
    return cleanText(text, pointer)
  } catch (cause) {
    const [error] = isProblem(cause) ? cause.errors : []
    throw invalid(pointer, error?.message ?? 'Remove the control characters', {
      code: 'controlCharacter',
      ...(where && { in: where }),
    })
  }
}

export const cleanRequests = fp(
  async (app: FastifyInstance) => {
    app.addHook('preValidation', async (request) => {
      // The parser, too, takes the type in any case (RFC 9110 §8.3.1).
      if (request.body !== undefined && request.headers['content-type']?.toLowerCase().includes('json'))
        request.body = cleanInput(request.body)
      if (request.query) cleanInput(request.query, '', 'query')
      if (request.params) cleanInput(request.params, '', 'path')
    })
  },
  { name: 'guildhall-clean-requests' },
)
