import type { AdapterPayload } from 'oidc-provider'
import type { Sequelize } from 'sequelize'
import { embeddedIssuerName } from '../issuer/issuer.ts'
import { callbackPath } from '../login/relying-party.ts'
import { rows } from '../platform-rows.ts'
import { hashClientSecret } from '../service-accounts/service-accounts.ts'
import { signingAlgorithm } from './provider-keys.ts'

export const backchannelPath = '/api/v1/auth/backchannel-logout'

/**
 * The clients of the embedded provider: the platform itself, and one for each service account. `client_secret` holds
 * the digest; the provider compares digests (`compareClientSecret`).
 */
export const providerClients =
  (o: { platform: Sequelize; publicUrl: string; clientId: string; clientSecret: string }) =>
  async (id: string): Promise<AdapterPayload | undefined> => {
    if (id === o.clientId)
      return {
        client_id: id,
        client_secret: hashClientSecret(o.clientSecret),
        client_name: 'Guildhall',
        redirect_uris: [o.publicUrl + callbackPath],
        post_logout_redirect_uris: [`${o.publicUrl}/`],
        grant_types: ['authorization_code'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_basic',
        id_token_signed_response_alg: signingAlgorithm,
        backchannel_logout_uri: o.publicUrl + backchannelPath,
        backchannel_logout_session_required: true,
      }
    const [account] = await rows<{ secret_hash: string }>(
      o.platform,
      `SELECT secret_hash FROM core.service_account
        WHERE issuer = $1 AND client_id = $2 AND NOT disabled AND secret_hash IS NOT NULL`,
      [embeddedIssuerName, id],
    )
    if (!account) return undefined
    return {
      client_id: id,
      client_secret: account.secret_hash,
      redirect_uris: [],
      grant_types: ['client_credentials'],
      response_types: [],
      token_endpoint_auth_method: 'client_secret_basic',
      id_token_signed_response_alg: signingAlgorithm,
    }
  }
