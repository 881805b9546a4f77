/**
 * The cache: sessions, key sets and counters that nodes share and may lose. In memory on a single node, Redis when
 * there is one; both pass the same contract test.
 */
import type { Cache } from './cache.ts'
import { MemoryCache } from './memory-cache.ts'

export type { Cache, SetOptions } from './cache.ts'
export { MemoryCache } from './memory-cache.ts'

/** ioredis is loaded only where a Redis is named. @throws when that Redis does not answer. */
export async function openCache(o: {
  redisUrl?: string | undefined
  onError?: (error: Error) => void
}): Promise<Cache> {
  if (!o.redisUrl) return new MemoryCache()
  const { RedisCache } = await import('./redis-cache.ts')
  const { redisUrl: url, ...rest } = o
  try {
    return await new RedisCache({ url, ...rest }).connect()
  } catch (cause) {
    throw new Error(
      `REDIS_URL names a Redis at ${new URL(url).host} that does not answer (${(cause as Error).message}). Start it, or leave REDIS_URL empty on a single node.`,
      { cause },
    )
  }
}
