/** One entry of a KV engine, version 2; its keys are the names of secrets. */
export interface VaultEntry {
  /** Such as `https://vault.example.org:8200`. */
  readonly address: string
  readonly token: string
  /** Mount of the engine, such as `secret`. */
  readonly mount: string
  /** Such as `guildhall/production`. */
  readonly path: string
  /** '' = none. */
  readonly namespace: string
}

/** Vault is not reachable, sealed or overloaded: it says nothing about the entry. */
export class VaultAway extends Error {
  override readonly name = 'VaultAway'
}

interface Answer {
  readonly data?: { readonly data?: Readonly<Record<string, unknown>> | null }
}

const patienceMs = 5_000

/**
 * HashiCorp Vault or OpenBao: GET /v1/<mount>/data/<path>.
 * @throws VaultAway on an outage; Error when Vault refuses, or has no such entry
 */
export async function readVault(o: VaultEntry): Promise<Readonly<Record<string, unknown>>> {
  const at = `Vault at ${o.address}`
  const path = [...o.mount.split('/'), 'data', ...o.path.split('/')].filter(Boolean).map(encodeURIComponent).join('/')
  let response: Response
  let body: Answer | null
  try {
    response = await fetch(new URL(`/v1/${path}`, o.address), {
      headers: { 'x-vault-token': o.token, ...(o.namespace ? { 'x-vault-namespace': o.namespace } : {}) },
      redirect: 'error',
      signal: AbortSignal.timeout(patienceMs),
    })
    body = (await response.json().catch(() => null)) as Answer | null
  } catch (cause) {
    const { message, cause: why } = cause as Error
    throw new VaultAway(`${at} does not answer: ${why instanceof Error ? why.message : message}`, { cause })
  }
  const { status } = response
  if (status >= 500 || status === 429) throw new VaultAway(`${at} cannot answer now: HTTP ${status}`)
  if (status === 403)
    throw new Error(`${at} refuses ${path}: HTTP 403. The token has expired, or its policy does not give "read" there.`)
  const values = body?.data?.data
  if (status === 404 || !values)
    throw new Error(`${at} has nothing at ${path}: HTTP ${status}. It has to be an entry of a KV engine, version 2.`)
  return values
}
