/** Through which server an organisation's mails go: its own account, else the platform's, else none. */
import type { MailSettings } from '@guildhall/sdk'
import type { OwnAccount } from '../config.ts'
import type { EmailContext } from '../context.ts'

export interface Account {
  readonly host: string
  readonly port: number
  readonly security: MailSettings['security']
  readonly username: string
  readonly password: string
  readonly oauth: { clientId: string; clientSecret: string; refreshToken: string; tokenUrl: string } | null
  readonly from: { readonly email: string; readonly name: string }
  readonly dkim: MailSettings['dkim'] | null
  /** The operator chose the server, so it may stand in his own network; an organisation's may not. */
  readonly trusted: boolean
  /** Only for whoever signs in: a server that takes mail by network address takes it from the operator. */
  readonly signsIn: boolean
}

/** @param organizationName stands as the sender unless something else is set; null where mails stay in the outbox */
export function accountOf(ctx: EmailContext, organizationName: string): Account | null {
  const platform = ctx.use.mail.settings
  const name = ctx.config.fromName ?? organizationName
  const own = ctx.config.account
  return own ? ownAccount(own, name, platform) : platformAccountOf(ctx, organizationName)
}

/** The operator's server, whatever the organisation set; null where he has none. */
export function platformAccountOf(ctx: EmailContext, organizationName: string): Account | null {
  const platform = ctx.use.mail.settings
  const name = ctx.config.fromName ?? organizationName
  if (platform.server === '' || platform.fromEmail === '') return null
  const { oauth, dkim } = platform
  return {
    host: platform.server,
    port: platform.port,
    security: platform.security,
    username: platform.username,
    password: platform.password,
    oauth: oauth.refreshToken === '' ? null : { ...oauth },
    from: { email: platform.fromEmail, name: name || platform.fromName },
    dkim: dkim.privateKey === '' ? null : dkim,
    trusted: true,
    signsIn: false,
  }
}

function ownAccount(own: OwnAccount, name: string, platform: MailSettings): Account {
  return {
    host: own.server,
    port: own.port ?? 587,
    security: own.security ?? 'auto',
    username: own.username ?? '',
    password: own.password ?? '',
    oauth: own.oauth
      ? {
          clientId: own.oauth.clientId,
          clientSecret: own.oauth.clientSecret ?? '',
          refreshToken: own.oauth.refreshToken ?? '',
          tokenUrl: tokenUrl(own.oauth),
        }
      : null,
    from: { email: own.fromEmail, name },
    dkim: null,
    trusted: own.server === platform.server && (own.port ?? 587) === platform.port,
    signsIn: true,
  }
}

/** The providers' own addresses: an organisation cannot make the platform call another. */
function tokenUrl({ provider, directory }: NonNullable<OwnAccount['oauth']>): string {
  return provider === 'google'
    ? 'https://oauth2.googleapis.com/token'
    : `https://login.microsoftonline.com/${encodeURIComponent(directory ?? 'common')}/oauth2/v2.0/token`
}
