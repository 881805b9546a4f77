/** A POST whose fields may all be left out needs no body: none is an empty one. */
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { asSent } from './as-sent.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** No body stands for `{}`; set here, from the schema. */
    bodyOptional?: true
  }
}

interface BodySchema {
  readonly type?: string
  readonly required?: readonly string[]
}
const asksForNothing = (body: unknown): boolean => {
  const { type, required = [] } = asSent(body ?? {}) as BodySchema
  return type === 'object' && required.length === 0
}

export const emptyBodies = fp(
  async (app: FastifyInstance) => {
    app.addHook('onRoute', (route) => {
      if ([route.method].flat().includes('POST') && asksForNothing(route.schema?.body))
        route.config = { ...route.config, bodyOptional: true }
    })
    app.addHook('preValidation', async (request) => {
      if (request.body === undefined && request.routeOptions.config?.bodyOptional) request.body = {}
    })
  },
  { name: 'guildhall-empty-bodies' },
)
