import { createHash } from 'node:crypto'
import {
  createRemoteJWKSet,
  type JWKSCacheInput,
  type JWTVerifyGetKey,
  customFetch as joseFetch,
  jwksCache,
} from 'jose'
import type { Configuration } from 'openid-client'
import type { Cache } from '../../cache/index.ts'
import { issuerUnreachable } from '../refusal.ts'
import { internalAddress } from './internal-address.ts'
import type { Issuer } from './issuer.ts'

export interface ExternalIssuerOptions {
  readonly url: string
  /** Where the platform itself reaches the issuer; default: the issuer's own address. */
  readonly internalBase?: string | undefined
  readonly clientId: string
  readonly clientSecret?: string | undefined
  readonly cache: Cache
}

/** Least time between two tries to reach a provider that did not answer. */
const pauseMs = 2_000
const day = 86_400_000

/**
 * Keycloak or another provider. Its metadata is fetched at the first need and fetched again after a failure: the
 * platform starts without it. Its key set is kept in the shared cache, so that a fresh node needs no call.
 */
export function externalIssuer(o: ExternalIssuerOptions): Issuer {
  const reach = internalAddress(o.url, o.internalBase)
  const call = (url: string, init?: object) => fetch(reach(url), { ...init, redirect: 'manual' })
  let known: Configuration | null = null
  let asking: Promise<Configuration> | null = null
  let failed: { at: number; cause: unknown } | null = null

  const discover = async (): Promise<Configuration> => {
    const oidc = await import('openid-client')
    const insecure = new URL(reach(o.url)).protocol === 'http:' || o.url.startsWith('http:')
    const auth = o.clientSecret ? oidc.ClientSecretBasic(o.clientSecret) : oidc.None()
    return oidc.discovery(new URL(o.url), o.clientId, undefined, auth, {
      [oidc.customFetch]: call,
      timeout: 5,
      ...(insecure ? { execute: [oidc.allowInsecureRequests] } : {}),
    })
  }

  const client = async (): Promise<Configuration> => {
    if (known) return known
    if (failed && Date.now() - failed.at < pauseMs) throw issuerUnreachable(failed.cause)
    asking ??= discover().finally(() => {
      asking = null
    })
    try {
      known = await asking
      failed = null
      return known
    } catch (cause) {
      failed = { at: Date.now(), cause }
      throw issuerUnreachable(cause)
    }
  }

  return {
    name: o.url,
    url: o.url,
    client,
    keys: remoteKeys(o, client, call),
    state: () => (failed ? 'unreachable' : 'ok'),
  }
}

function remoteKeys(
  o: ExternalIssuerOptions,
  client: () => Promise<Configuration>,
  call: (url: string, init?: object) => Promise<Response>,
): JWTVerifyGetKey {
  const cacheKey = `oidc:jwks:${createHash('sha256').update(o.url).digest('hex')}`
  const shared: JWKSCacheInput = {}
  let set: ReturnType<typeof createRemoteJWKSet> | null = null
  let opening: Promise<void> | null = null
  let written: number | undefined

  const open = async () => {
    const jwksUri = (await client()).serverMetadata().jwks_uri
    if (!jwksUri) throw issuerUnreachable(new Error('The issuer names no jwks_uri'))
    const kept = await o.cache.get(cacheKey).catch(() => null)
    if (kept) Object.assign(shared, JSON.parse(kept))
    written = shared.uat
    set = createRemoteJWKSet(new URL(jwksUri), { [joseFetch]: call, [jwksCache]: shared, timeoutDuration: 5_000 })
  }

  return async (header, token) => {
    if (!set) {
      opening ??= open().finally(() => {
        opening = null
      })
      await opening
    }
    try {
      return await set!(header, token)
    } finally {
      if (shared.uat !== written) {
        written = shared.uat
        await o.cache.set(cacheKey, JSON.stringify(shared), { ttlMs: day }).catch(() => false)
      }
    }
  }
}
