import type { Configuration } from 'openid-client'
import { embeddedIssuerName, type Issuer } from '../issuer/issuer.ts'
import { mountPath } from './provider.ts'
import { type ProviderKeys, signingAlgorithm } from './provider-keys.ts'

/**
 * The embedded provider as an issuer: its keys and its metadata are known here, so nothing is fetched; the one call of
 * the code flow reaches it without the network.
 */
export function embeddedIssuer(o: {
  publicUrl: string
  clientId: string
  keys: ProviderKeys
  callSelf: (url: string, init: RequestInit) => Promise<Response>
}): Issuer {
  const url = `${o.publicUrl}${mountPath}`
  let made: Promise<Configuration> | null = null
  const configure = async (): Promise<Configuration> => {
    const oidc = await import('openid-client')
    const metadata = {
      issuer: url,
      authorization_endpoint: `${url}/auth`,
      token_endpoint: `${url}/token`,
      jwks_uri: `${url}/jwks`,
      end_session_endpoint: `${url}/session/end`,
      authorization_response_iss_parameter_supported: true,
    }
    const { clientId, keys } = o
    const client = { id_token_signed_response_alg: signingAlgorithm }
    const configuration = new oidc.Configuration(metadata, clientId, client, oidc.ClientSecretBasic(keys.clientSecret))
    configuration[oidc.customFetch] = (target, init) => o.callSelf(target, init as RequestInit)
    if (url.startsWith('http:')) oidc.allowInsecureRequests(configuration)
    return configuration
  }
  return {
    name: embeddedIssuerName,
    url,
    keys: o.keys.verifying,
    client: () => (made ??= configure()),
    state: () => 'ok',
  }
}
