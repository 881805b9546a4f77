import type { SecretProvider } from './secret-provider.ts'

export interface VaultOptions {
  /** Such as `https://vault.example.org:8200`. */
  readonly address: string
  readonly token: string
  /** Mount of the KV engine, version 2; default `secret`. */
  readonly mount?: string
  /** The entry whose keys are the names of secrets, such as `guildhall/production`. */
  readonly path: string
  readonly namespace?: string
  /** How long an answer serves without asking again; default 60,000. */
  readonly freshMs?: number
  /** Default 3,000. */
  readonly timeoutMs?: number
  readonly now?: () => number
  /** Hears of an outage that the last good value bridges. */
  readonly onOutage?: (error: Error) => void
}

/**
 * HashiCorp Vault, KV version 2 (GET /v1/<mount>/data/<path>). While Vault does not answer, the last good value serves on:
 * an outage there must not become one here.
 */
export function vaultSecrets(o: VaultOptions): SecretProvider {
  const now = o.now ?? Date.now
  let last: { values: Readonly<Record<string, unknown>>; at: number } | null = null
  let asking: Promise<void> | null = null

  const refresh = async () => {
    try {
      last = { values: await read(o), at: now() }
    } catch (cause) {
      const error = new Error(`Vault at ${o.address} did not give ${o.path}: ${(cause as Error).message}`, { cause })
      if (!last) throw error
      last = { ...last, at: now() }
      o.onOutage?.(error)
    }
  }

  return {
    get: async (name) => {
      if (!last || now() - last.at >= (o.freshMs ?? 60_000)) {
        asking ??= refresh().finally(() => {
          asking = null
        })
        await asking
      }
      const value = last?.values[name]
      return typeof value === 'string' ? value : undefined
    },
  }
}

async function read(o: VaultOptions): Promise<Record<string, unknown>> {
  const path = o.path.split('/').map(encodeURIComponent).join('/')
  const response = await fetch(new URL(`/v1/${o.mount ?? 'secret'}/data/${path}`, o.address), {
    headers: { 'x-vault-token': o.token, ...(o.namespace ? { 'x-vault-namespace': o.namespace } : {}) },
    redirect: 'error',
    signal: AbortSignal.timeout(o.timeoutMs ?? 3_000),
  })
  if (response.status === 404) return {}
  if (!response.ok) throw new Error(`HTTP ${response.status}`)
  const body = (await response.json()) as { data?: { data?: Record<string, unknown> | null } }
  return body.data?.data ?? {}
}
