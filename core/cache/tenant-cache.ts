import type { Cache } from './cache.ts'

/** The part of a cache that is one organisation's own. Values are JSON. */
export interface TenantCache {
  get<T>(key: string): Promise<T | null>
  set(key: string, value: unknown, o: { ttlMs: number }): Promise<void>
  delete(key: string): Promise<void>
}

/**
 * Keys start with the organisation and the value repeats it, so that neither a wrong key nor a wrong value can show
 * one organisation's data to another (SECURITY §2): a value of somebody else reads as absent.
 */
export function tenantCache(cache: Cache, tenantId: string): TenantCache {
  const own = (key: string) => `t:${tenantId}:${key}`
  return {
    get: async <T>(key: string) => {
      const text = await cache.get(own(key))
      if (text === null) return null
      const { tenant, value } = JSON.parse(text) as { tenant: string; value: T }
      return tenant === tenantId ? value : null
    },
    set: async (key, value, o) => {
      await cache.set(own(key), JSON.stringify({ tenant: tenantId, value }), o)
    },
    delete: async (key) => {
      await cache.delete(own(key))
    },
  }
}
