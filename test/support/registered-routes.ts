import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Access } from '@guildhall/sdk'
import type { FastifyInstance } from 'fastify'
import type { TSchema } from 'typebox'

/** A route as it was registered, whoever registered it. */
export interface RegisteredRoute {
  /** `GET /api/v1/members/:id`: how tests name it. */
  readonly key: string
  readonly method: string
  readonly url: string
  readonly plugin: string | null
  /** Null for what core serves outside the pipeline: health, documentation, sign-in. */
  readonly access: Access<string> | null
  readonly multipart: boolean
  readonly schema: { readonly params?: TSchema; readonly querystring?: TSchema; readonly body?: TSchema }
}

interface RouteFacts {
  readonly method: string | string[]
  readonly url: string
  readonly schema?: RegisteredRoute['schema']
  readonly config?: { plugin?: string; access?: Access<string>; multipart?: object }
}

/**
 * Hears every route of the next platform that starts, those of raw Fastify plugins too: Fastify announces each
 * instance before anything is registered on it.
 * @returns what `start` gives, and all its routes without HEAD and OPTIONS
 */
export async function withRoutes<T>(
  start: () => Promise<T>,
): Promise<{ started: T; routes: readonly RegisteredRoute[] }> {
  const heard: RouteFacts[] = []
  const listen = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance }
    fastify.addHook('onRoute', (route) => void heard.push(route as RouteFacts))
  }
  subscribe('fastify.initialization', listen)
  try {
    const started = await start()
    return { started, routes: heard.flatMap(described).sort((a, b) => (a.key < b.key ? -1 : 1)) }
  } finally {
    unsubscribe('fastify.initialization', listen)
  }
}

function described({ method, url, schema = {}, config = {} }: RouteFacts): RegisteredRoute[] {
  return [method]
    .flat()
    .filter((one) => one !== 'HEAD' && one !== 'OPTIONS')
    .map((one) => ({
      key: `${one} ${url}`,
      method: one,
      url,
      plugin: config.plugin ?? null,
      access: config.access ?? null,
      multipart: config.multipart !== undefined,
      schema,
    }))
}
