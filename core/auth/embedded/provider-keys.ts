import { randomBytes } from 'node:crypto'
import { createLocalJWKSet, exportJWK, generateKeyPair, type JSONWebKeySet, type JWK, type JWTVerifyGetKey } from 'jose'
import type { PlatformSecrets } from '../../secrets/index.ts'

export const signingAlgorithm = 'ES256'

/** What the embedded provider signs with and is known by. */
export interface ProviderKeys {
  readonly signing: JSONWebKeySet
  /** Finds the public half for a token, without any network. */
  readonly verifying: JWTVerifyGetKey
  readonly cookies: readonly string[]
  /** Of our own client. */
  readonly clientSecret: string
}

/** Made at the first start, sealed in the database, the same on every node. */
export async function providerKeys(secrets: PlatformSecrets): Promise<ProviderKeys> {
  const signing = JSON.parse(await secrets.getOrCreate('oidc-signing-keys', newKeySet)) as { keys: JWK[] }
  const random = () => randomBytes(32).toString('base64url')
  return {
    signing,
    verifying: createLocalJWKSet({ keys: signing.keys.map(({ d: _private, ...key }) => key) }),
    cookies: [await secrets.getOrCreate('oidc-cookie-key', random)],
    clientSecret: await secrets.getOrCreate('oidc-client-secret', random),
  }
}

async function newKeySet(): Promise<string> {
  const { privateKey } = await generateKeyPair(signingAlgorithm, { extractable: true })
  const key = await exportJWK(privateKey)
  return JSON.stringify({ keys: [{ ...key, kid: randomBytes(8).toString('hex'), alg: signingAlgorithm, use: 'sig' }] })
}
