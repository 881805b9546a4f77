import type { JWTVerifyGetKey } from 'jose'
import type { Configuration } from 'openid-client'

/** The one identity provider of an installation: embedded, or Keycloak or another outside. */
export interface Issuer {
  /** As `core.app_user` and `core.service_account` name it. The embedded one has a fixed name: its address may change. */
  readonly name: string
  /** The exact `iss` of its tokens. */
  readonly url: string
  /** Finds the key of a token. Throws jose's errors: no such key, or the keys cannot be had. */
  readonly keys: JWTVerifyGetKey
  /** Ready for sign-in. @throws Problem 503 when the provider cannot be reached; asked again at the next call */
  client(): Promise<Configuration>
  /** For health: 'ok', or why not. Makes no call of its own. */
  readonly state: () => string
}

export const embeddedIssuerName = 'embedded'
