import type { MailSettings } from '@guildhall/sdk'
import type { Config } from './schema.ts'

/** Keys in variables often carry `\\n` where a file has line ends. */
export const lineEnds = (text: string): string => text.replaceAll('\\n', '\n')

/** The section `mail` as plugins get it. */
export const mailSettingsOf = ({ mail }: Pick<Config, 'mail'>): MailSettings => ({
  server: mail.server,
  port: mail.port,
  username: mail.username,
  password: mail.password,
  fromEmail: mail.fromEmail,
  fromName: mail.fromName,
  security: mail.security,
  oauth: {
    clientId: mail.oauthClientId,
    clientSecret: mail.oauthClientSecret,
    refreshToken: mail.oauthRefreshToken,
    tokenUrl: mail.oauthTokenUrl,
  },
  dkim: { domain: mail.dkimDomain, selector: mail.dkimSelector, privateKey: lineEnds(mail.dkimPrivateKey) },
})
