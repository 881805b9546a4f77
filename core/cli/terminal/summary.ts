import type { Config } from '../../config/index.ts'
import type { DemoLogin } from '../demo/logins.ts'
import { box } from './box.ts'

/** What somebody who has just started it wants to know: where, how in, what is not real yet. */
export function summary(o: {
  readonly config: Config
  readonly version: string
  readonly publicUrl: string
  readonly address: string
  readonly setupUrl: string | null
  readonly logins: readonly DemoLogin[] | null
  readonly embeddedDatabase: boolean
}): string {
  const { config } = o
  const lines = [
    `Address        ${o.publicUrl}${config.server.publicUrl ? `  (listens on ${o.address})` : ''}`,
    `API reference  ${o.publicUrl}/docs`,
    `Health         ${o.publicUrl}/health/ready`,
    '',
    ...gettingIn(o),
    '',
    ...simulated(config, o.embeddedDatabase),
    '',
    'Token for the API:  npm run -s guildhall -- token create --org <slug> --role makerspace_admin',
    'Ctrl-C stops everything; the data stays.',
  ]
  return box(`Guildhall ${o.version}`, lines)
}

function gettingIn({
  setupUrl,
  logins,
  config,
  publicUrl,
}: {
  setupUrl: string | null
  logins: readonly DemoLogin[] | null
  config: Config
  publicUrl: string
}): string[] {
  if (setupUrl) return ['Set-up         make the first administrator, once:', `               ${setupUrl}`]
  if (logins && logins.length > 0) {
    const wide = Math.max(...logins.map(({ email }) => email.length))
    return [
      'Demo logins    organisation "demo"',
      ...logins.map(({ email, password, role }) => `               ${email.padEnd(wide)}  ${password}  ${role}`),
    ]
  }
  return [`Sign-in        ${config.identity.issuer || `${publicUrl}/oidc`}`]
}

/** What stands in for the real thing, and the variable that ends that. */
function simulated(config: Config, embeddedDatabase: boolean): string[] {
  const parts = [
    ...(config.identity.issuer ? [] : [['identity provider', 'local accounts', 'OIDC_ISSUER']]),
    ...(config.mail.server ? [] : [['mail', 'stays in the outbox', 'SMTP_SERVER']]),
    ...(embeddedDatabase ? [['database', 'embedded PostgreSQL', 'DATABASE_URL']] : []),
    ...(config.redis.url ? [] : [['cache and sessions', 'in this process', 'REDIS_URL']]),
  ]
  if (parts.length === 0) return ['Nothing is simulated.']
  const [what, how] = [0, 1].map((i) => Math.max(...parts.map((part) => part[i]!.length))) as [number, number]
  return [
    'Simulated      set the variable to make it real (.env.example explains each):',
    ...parts.map(([a, b, c]) => `               ${a!.padEnd(what)}  ${b!.padEnd(how)}  ${c}`),
  ]
}
