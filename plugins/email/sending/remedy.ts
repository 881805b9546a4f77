/** What to do about a step that failed: names the settings that decide it, as whoever set them knows them. */
import type { TestAnswer } from '../outbox/message-schema.ts'

export type FailedStep = NonNullable<TestAnswer['step']>

interface Names {
  readonly server: string
  readonly port: string
  readonly security: string
  readonly username: string
  readonly password: string
  readonly refreshToken: string
  readonly fromEmail: string
}
const operators: Names = {
  server: 'SMTP_SERVER',
  port: 'SMTP_PORT',
  security: 'SMTP_SECURITY',
  username: 'SMTP_USERNAME',
  password: 'SMTP_PASSWORD',
  refreshToken: 'SMTP_OAUTH_REFRESH_TOKEN',
  fromEmail: 'FROM_EMAIL',
}
/** In the configuration of the plugin, `PUT /api/v1/plugins/email`. */
const organizations: Names = {
  server: 'account.server',
  port: 'account.port',
  security: 'account.security',
  username: 'account.username',
  password: 'account.password',
  refreshToken: 'account.oauth.refreshToken',
  fromEmail: 'account.fromEmail',
}

const remedies: Readonly<Record<FailedStep, (n: Names, o: Set) => string>> = {
  settings: () => 'Set SMTP_SERVER and FROM_EMAIL, or the account of the organisation.',
  resolve: (n) => `Look at ${n.server}: the name of a server that can be found from here.`,
  connect: (n) =>
    `Look at ${n.server} and ${n.port}: whether a server listens there, and no firewall stands between. Where it waits for TLS from the start, set ${n.security} to tls.`,
  tls: (n) =>
    `Look at ${n.security} (tls on port 465, starttls on 587) and at the certificate, which must be for the name in ${n.server}. For a certificate authority of your own the operator starts the platform with NODE_EXTRA_CA_CERTS.`,
  auth: (n, { oauth }) =>
    oauth
      ? `Look at ${n.username} and ${n.refreshToken}: consent may have ended, then get a new token.`
      : `Look at ${n.username} and ${n.password}. With 2-step verification many providers want an app password instead of your own.`,
  sender: (n, { username }) =>
    username
      ? `Look at ${n.fromEmail}: the server does not let ${n.username} write as this address.`
      : `Look at ${n.fromEmail}, and whether the server wants ${n.username} and ${n.password}.`,
  recipient: (n, { username }) =>
    username
      ? 'Look at the address the mail goes to: the settings are good so far.'
      : `Look at the address the mail goes to. A server that relays only for those who sign in wants ${n.username} and ${n.password}.`,
  data: (n) =>
    `The server did not want this mail; its words say why. Often ${n.fromEmail} is of a domain it does not serve.`,
  template: () => 'Look at the template "test" of the organisation.',
}

interface Set {
  /** Whether the settings sign in at all, and how. */
  readonly username: boolean
  readonly oauth: boolean
}

/** @param o.own the account is the organisation's, not the operator's */
export const remedyFor = (step: FailedStep, o: Set & { readonly own: boolean }): string =>
  remedies[step](o.own ? organizations : operators, o)
