import { createPrivateKey } from 'node:crypto'
import { isIP } from 'node:net'
import { lineEnds } from './mail-settings.ts'
import type { Config } from './schema.ts'

/** What a type cannot say. Each rule names a setting; a string is what is wrong with it. */
type Rule = [path: string, (config: Config) => string | false]

const parse = (address: string) => URL.parse(address)
const isLoopback = ({ hostname }: URL) => /^(localhost|127(\.\d+){3}|\[::1\]|.+\.localhost)$/.test(hostname)
const isSafe = (url: URL) => url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))

const NETWORKS = ['loopback', 'linklocal', 'uniquelocal']
const isNetwork = (text: string) => {
  const [address = '', bits = '0', ...rest] = text.split('/')
  return NETWORKS.includes(text) || (isIP(address) > 0 && /^\d{1,3}$/.test(bits) && rest.length === 0)
}

const isPrivateKey = (text: string): boolean => {
  try {
    return createPrivateKey(lineEnds(text)).type === 'private'
  } catch {
    return false
  }
}

function database(address: string): string | false {
  if (/^(sqlite|mysql|mariadb):/.test(address)) {
    return (
      'SQLite and MySQL are not supported, because isolation and jobs rest on PostgreSQL. ' +
      'Leave it empty for the embedded PostgreSQL, or give postgres://user:password@host:5432/name'
    )
  }
  const url = address ? parse(address) : undefined
  if (url === undefined) return false
  return !url || !['postgres:', 'postgresql:'].includes(url.protocol) || url.pathname.length < 2
    ? 'allowed: postgres://user:password@host:5432/name'
    : false
}

export const rules: Rule[] = [
  ['demo', ({ demo, environment }) => demo && environment === 'production' && 'refused in production'],
  [
    'server.publicUrl',
    ({ server }) => {
      const url = server.publicUrl ? parse(server.publicUrl) : undefined
      if (url === undefined || (url && isSafe(url) && url.pathname === '/' && !url.search && !url.username))
        return false
      return 'allowed: an https address without a path, or http on localhost'
    },
  ],
  [
    'server.trustProxy',
    ({ server: { trustProxy } }) =>
      Array.isArray(trustProxy) &&
      !trustProxy.every(isNetwork) &&
      'allowed: the number of proxies in front (0 to 10), or a list of their addresses; never true',
  ],
  [
    'vault.path',
    ({ vault }) =>
      vault.path !== '' &&
      (vault.address === '' || vault.token === '') &&
      'VAULT_ADDR and VAULT_TOKEN are needed with it',
  ],
  [
    'vault.address',
    ({ vault: { path, address } }) => {
      // Other programs know VAULT_ADDR too: without a path it is none of our business.
      const url = path && address ? parse(address) : undefined
      return url === undefined || (url && isSafe(url)) ? false : 'allowed: an https address, or http on localhost'
    },
  ],
  ['server.managementPort', ({ server }) => server.managementPort === server.port && 'must differ from server.port'],
  ['database.url', (config) => database(config.database.url)],
  ['database.appUrl', (config) => database(config.database.appUrl)],
  ['database.platformUrl', (config) => database(config.database.platformUrl)],
  ['database.directUrl', (config) => database(config.database.directUrl)],
  [
    'redis.url',
    ({ redis }) =>
      redis.url !== '' &&
      !/^rediss?:$/.test(parse(redis.url)?.protocol ?? '') &&
      'allowed: redis://host:6379 or rediss://host:6379',
  ],
  [
    'identity.issuer',
    ({ identity: { issuer } }) => {
      const url = issuer ? parse(issuer) : undefined
      return url === undefined || (url && isSafe(url)) ? false : 'allowed: an https address, or http on localhost'
    },
  ],
  [
    'identity.internalBase',
    ({ identity: { internalBase } }) =>
      internalBase !== '' &&
      !/^https?:$/.test(parse(internalBase)?.protocol ?? '') &&
      'allowed: an http or https address',
  ],
  [
    'identity.bootstrapAdminPassword',
    ({ identity }) =>
      (identity.bootstrapAdminEmail === '') !== (identity.bootstrapAdminPassword === '') &&
      'BOOTSTRAP_ADMIN_EMAIL and BOOTSTRAP_ADMIN_PASSWORD belong together: set both or none',
  ],
  [
    'mail.fromEmail',
    ({ mail }) =>
      !/^$|^[^\s@]+@[^\s@]+$/.test(mail.fromEmail)
        ? 'allowed: an e-mail address'
        : mail.server !== '' && mail.fromEmail === '' && 'FROM_EMAIL is needed when SMTP_SERVER is set',
  ],
  [
    'mail.oauthTokenUrl',
    ({ mail }) => {
      const parts = [mail.oauthClientId, mail.oauthClientSecret, mail.oauthRefreshToken, mail.oauthTokenUrl]
      if (parts.every((part) => part === '')) return false
      if (parts.includes('') || mail.username === '')
        return 'SMTP_USERNAME, SMTP_OAUTH_CLIENT_ID, _CLIENT_SECRET, _REFRESH_TOKEN and _TOKEN_URL belong together: set all'
      const url = parse(mail.oauthTokenUrl)
      return url && isSafe(url) ? false : 'allowed: an https address, or http on localhost'
    },
  ],
  [
    'mail.dkimPrivateKey',
    ({ mail: { dkimDomain, dkimSelector, dkimPrivateKey } }) => {
      const parts = [dkimDomain, dkimSelector, dkimPrivateKey]
      if (parts.every((part) => part === '')) return false
      if (parts.includes('')) return 'DKIM_DOMAIN, DKIM_SELECTOR and DKIM_PRIVATE_KEY belong together: set all or none'
      return isPrivateKey(dkimPrivateKey) ? false : 'allowed: a private key in PEM'
    },
  ],
]
