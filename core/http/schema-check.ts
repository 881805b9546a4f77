/** Boot check: a route with an unbounded text, list or whole number (columns have an end), or without declared access, does not start. */
import type { FastifyInstance, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Core's own routes outside the pipeline: why anybody may call this. */
    open?: string
  }
}

/** Places below `schema` where a request could be larger than we say. */
export function unbounded(schema: unknown, at: string): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const node = schema as Record<string, unknown>
  const types = [node.type].flat()
  const missing: string[] = []
  if (types.includes('string') && !('enum' in node) && !('const' in node) && node.maxLength === undefined) {
    missing.push(`${at}: a string needs maxLength`)
  }
  if (types.includes('array') && node.maxItems === undefined) missing.push(`${at}: an array needs maxItems`)
  if (types.includes('integer') && !('enum' in node) && !('const' in node) && node.maximum === undefined) {
    missing.push(`${at}: a whole number needs maximum`)
  }
  for (const word of ['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains']) {
    missing.push(...unbounded(node[word], `${at}/${word}`))
  }
  for (const word of ['anyOf', 'oneOf', 'allOf', 'prefixItems']) {
    if (Array.isArray(node[word]))
      for (const [i, one] of node[word].entries()) missing.push(...unbounded(one, `${at}/${word}/${i}`))
  }
  for (const word of ['properties', 'patternProperties', '$defs', 'definitions']) {
    for (const [name, one] of Object.entries(node[word] ?? {})) missing.push(...unbounded(one, `${at}/${name}`))
  }
  return missing
}

function faults(route: RouteOptions): string[] {
  // The CORS plugin's own preflight route.
  if (route.method === 'OPTIONS' && route.url === '*') return []
  const name = `${[route.method].flat().join(',')} ${route.url}`
  const { body, querystring, params, headers } = route.schema ?? {}
  const found = Object.entries({ body, querystring, params, headers }).flatMap(([part, schema]) =>
    unbounded(schema, part),
  )
  if (!route.config?.access && !route.config?.open) {
    found.unshift('declares no access: give config.access, or config.open with the reason')
  }
  return found.map((fault) => `${name}: ${fault}`)
}

/** All faults in one error, when everything is registered: a plugin's own hooks may still add to its routes until then. */
export const schemaCheck = fp(
  async (app: FastifyInstance) => {
    const routes: RouteOptions[] = []
    app.addHook('onRoute', (route) => {
      routes.push(route)
    })
    app.addHook('onReady', async () => {
      const shared = Object.entries(app.getSchemas()).flatMap(([id, schema]) => unbounded(schema, id))
      const found = [...new Set([...routes.splice(0).flatMap(faults), ...shared])]
      if (found.length > 0) throw new Error(`Routes that cannot start:\n  ${found.join('\n  ')}`)
    })
  },
  { name: 'guildhall-schema-check' },
)
