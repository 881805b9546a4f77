import { type Static, type TSchema, Type } from 'typebox'

/**
 * What a setting says of itself beside its type and default; the environment table, the annotated YAML, .env.example
 * and the reference page are made from it.
 */
type Setting<Default> = {
  default?: Default
  /** One sentence. */
  description: string
  /** The variable that sets it. Every setting can also be set by `GUILDHALL_<section>_<key>`. */
  env?: string
  /** Never printed, and `<env>_FILE` may name a file that holds it. */
  secret?: true
  /** What to write in an error, where the type alone does not say it. */
  allowed?: string
}

const text = (setting: Setting<string> & { pattern?: string; minLength?: number }) =>
  Type.String({ default: '', maxLength: 4096, ...setting })
const secret = (setting: Omit<Setting<string>, 'secret'> & { pattern?: string }) => text({ ...setting, secret: true })
const integer = (setting: Setting<number> & { minimum: number; maximum: number }) => Type.Integer(setting)
const flag = (setting: Setting<boolean>) => Type.Boolean({ default: false, ...setting })
const choice = <const Name extends string>(names: Name[], setting: Setting<Name>) => Type.Enum(names, setting)
const list = (setting: Omit<Setting<string[]>, 'default'> & { pattern: string }) => {
  const { pattern, ...rest } = setting
  return Type.Array(Type.String({ pattern, maxLength: 512 }), { default: [], maxItems: 100, ...rest })
}
const section = <Keys extends Record<string, TSchema>>(description: string, keys: Keys) =>
  Type.Object(keys, { additionalProperties: false, default: {}, description })

const ANY_PORT = { minimum: 1, maximum: 65_535 }

export const configSchema = section('Configuration of Guildhall', {
  environment: choice(['development', 'production', 'test'], {
    default: 'development',
    env: 'NODE_ENV',
    description: 'What this installation is for; production refuses demo data.',
  }),
  role: choice(['all', 'api', 'worker'], {
    default: 'all',
    env: 'GUILDHALL_ROLE',
    description: 'What this process does: serve requests (api), run jobs and cron (worker), or both (all).',
  }),
  dataDir: text({
    default: '.guildhall',
    minLength: 1,
    env: 'GUILDHALL_DATA_DIR',
    description: 'Folder of the embedded database, generated keys and files; relative to the project root.',
  }),
  demo: flag({ env: 'GUILDHALL_DEMO', description: 'Demo data and printed logins; refused in production.' }),
  plugins: list({
    pattern: '^(@[a-z0-9~-][a-z0-9._~-]*/)?[a-z0-9~-][a-z0-9._~-]*$',
    env: 'GUILDHALL_PLUGINS',
    allowed: 'a list of names of installed npm packages',
    description: 'Third-party plugins: npm packages beside the bundled ones.',
  }),
  metricsToken: secret({
    env: 'METRICS_TOKEN',
    description: 'Bearer token that opens /metrics; empty = only the management port serves it.',
  }),
  server: section('The HTTP server', {
    host: text({ default: '127.0.0.1', minLength: 1, env: 'HOST', description: 'Address to listen on.' }),
    port: integer({
      default: 8000,
      ...ANY_PORT,
      env: 'PORT',
      description: 'Port to listen on; when nobody sets it and it is taken, the next free one is used.',
    }),
    publicUrl: text({
      env: 'FRONTEND_URL',
      allowed: 'an https address without a path, or http on localhost',
      description: 'Address people use, for links in mails and for sign-in; empty = the address it listens on.',
    }),
    trustProxy: Type.Union(
      [Type.Integer({ minimum: 0, maximum: 10 }), Type.Array(Type.String({ maxLength: 64 }), { maxItems: 100 })],
      {
        default: 0,
        env: 'TRUST_PROXY',
        allowed: 'the number of proxies in front (0 to 10), or a list of their addresses; never true',
        description: 'Whose X-Forwarded headers count: the number of proxies in front, or a list of their addresses.',
      },
    ),
    corsOrigins: list({
      pattern: '^https?://[A-Za-z0-9.-]+(:[0-9]+)?$|^https?://\\[[0-9A-Fa-f:]+\\](:[0-9]+)?$',
      env: 'CORS_ORIGINS',
      allowed: 'a list of exact origins such as https://club.example.org',
      description: 'Further origins whose pages may call the API with a bearer token.',
    }),
    managementPort: Type.Optional(
      integer({
        ...ANY_PORT,
        env: 'MANAGEMENT_PORT',
        description: 'A second port for health and metrics, without a token; unset = none.',
      }),
    ),
  }),
  database: section('PostgreSQL 15 or newer', {
    url: secret({
      env: 'DATABASE_URL',
      allowed: 'postgres://user:password@host:5432/name, or empty for the embedded PostgreSQL',
      description: "The owner's address, for migrations; empty = the embedded PostgreSQL.",
    }),
    appUrl: secret({
      env: 'DATABASE_APP_URL',
      allowed: 'postgres://user:password@host:5432/name',
      description: 'The serving role, where it has a name or password of your own; empty = <database>_rw.',
    }),
    platformUrl: secret({
      env: 'DATABASE_PLATFORM_URL',
      allowed: 'postgres://user:password@host:5432/name',
      description: 'The role of jobs across organisations, likewise; empty = <database>_platform.',
    }),
    directUrl: secret({
      env: 'DATABASE_DIRECT_URL',
      allowed: 'postgres://user:password@host:5432/name',
      description: 'A way around PgBouncer for LISTEN; empty = the same address.',
    }),
    pool: integer({
      default: 10,
      minimum: 1,
      maximum: 500,
      env: 'DATABASE_POOL',
      description: 'Connections for requests, per process.',
    }),
    platformPool: integer({
      default: 3,
      minimum: 1,
      maximum: 100,
      env: 'DATABASE_PLATFORM_POOL',
      description: 'Connections for jobs and schedules, per process.',
    }),
  }),
  redis: section('Redis 6 or newer', {
    url: secret({
      env: 'REDIS_URL',
      allowed: 'redis://host:6379 or rediss://host:6379',
      description: 'Sessions, rate limits and cache of several nodes; empty = in this process, for a single node.',
    }),
  }),
  identity: section('Sign-in', {
    issuer: text({
      env: 'OIDC_ISSUER',
      allowed: 'an https address, or http on localhost',
      description: 'Keycloak or another OpenID provider; empty = the embedded one with local accounts.',
    }),
    internalBase: text({
      env: 'OIDC_INTERNAL_BASE',
      allowed: 'an http or https address',
      description: 'Where the platform itself reaches the issuer, when that is not the address browsers use.',
    }),
    clientId: text({ default: 'guildhall', env: 'OIDC_CLIENT_ID', description: 'Our client at the issuer.' }),
    clientSecret: secret({ env: 'OIDC_CLIENT_SECRET', description: 'Secret of our client at the issuer.' }),
    audience: text({
      default: 'guildhall',
      env: 'OIDC_AUDIENCE',
      description: 'What `aud` of a bearer token must contain.',
    }),
    bootstrapAdminEmail: text({
      env: 'BOOTSTRAP_ADMIN_EMAIL',
      description: 'Makes the first administrator at the first start, instead of the set-up link.',
    }),
    bootstrapAdminPassword: secret({
      env: 'BOOTSTRAP_ADMIN_PASSWORD',
      description: 'Password of that first administrator.',
    }),
  }),
  mail: section('Outgoing mail', {
    server: text({ env: 'SMTP_SERVER', description: 'SMTP server; empty = mails stay in the outbox.' }),
    port: integer({ default: 587, ...ANY_PORT, env: 'SMTP_PORT', description: 'Port of the SMTP server.' }),
    username: text({ env: 'SMTP_USERNAME', description: 'Account at the SMTP server.' }),
    password: secret({ env: 'SMTP_PASSWORD', description: 'Password of that account.' }),
    fromEmail: text({ env: 'FROM_EMAIL', description: 'Sender address.' }),
    fromName: text({ default: 'Guildhall', env: 'FROM_NAME', description: 'Sender name.' }),
    security: choice(['auto', 'tls', 'starttls', 'none'], {
      default: 'auto',
      env: 'SMTP_SECURITY',
      description: 'Encryption: auto is TLS on port 465, else STARTTLS where it is offered; none is for tests.',
    }),
    oauthClientId: text({
      env: 'SMTP_OAUTH_CLIENT_ID',
      description: 'Sign in with OAuth 2 instead of a password: our client at the provider.',
    }),
    oauthClientSecret: secret({ env: 'SMTP_OAUTH_CLIENT_SECRET', description: 'Secret of that client.' }),
    oauthRefreshToken: secret({
      env: 'SMTP_OAUTH_REFRESH_TOKEN',
      description: 'Refresh token of the account; it gives access tokens.',
    }),
    oauthTokenUrl: text({
      env: 'SMTP_OAUTH_TOKEN_URL',
      allowed: 'an https address, or http on localhost',
      description: 'Where the provider gives access tokens.',
    }),
    dkimDomain: text({ env: 'DKIM_DOMAIN', description: 'Sign mails for this domain; empty = not.' }),
    dkimSelector: text({ env: 'DKIM_SELECTOR', description: 'Selector of the DKIM key in the DNS.' }),
    dkimPrivateKey: secret({
      env: 'DKIM_PRIVATE_KEY',
      allowed: 'a private key in PEM; in a variable, \\n may stand for line ends',
      description: 'Private key of the DKIM signature, in PEM.',
    }),
  }),
  organizations: section('What organisations start from', {
    default: text({
      env: 'DEFAULT_MAKERSPACE_ID',
      description: 'Organisation (id or slug) of a request that names none, for those who belong to it.',
    }),
    inviteExpiryDays: integer({
      default: 7,
      minimum: 1,
      maximum: 365,
      env: 'INVITE_EXPIRY_DAYS',
      description: 'Days an invitation stays valid; an organisation may change it.',
    }),
    membershipReminderDays: integer({
      default: 30,
      minimum: 1,
      maximum: 365,
      env: 'MEMBERSHIP_REMINDER_DAYS',
      description: 'Days before a membership ends that the reminder goes out; an organisation may change it.',
    }),
  }),
  secrets: section('Keys', {
    masterKey: secret({
      env: 'GUILDHALL_MASTER_KEY',
      pattern: '^$|^.{32,}$',
      allowed: 'at least 32 characters, the same on every node',
      description: 'Key that seals secrets in the database; empty = generated in the data folder, for a single node.',
    }),
  }),
  vault: section('HashiCorp Vault or OpenBao, for secrets that the environment does not give', {
    path: text({
      env: 'VAULT_PATH',
      description:
        'Entry of a KV engine, version 2, whose keys are the names of variables such as SMTP_PASSWORD; empty = not asked.',
    }),
    address: text({
      env: 'VAULT_ADDR',
      allowed: 'an https address, or http on localhost',
      description: 'Address of the server.',
    }),
    token: secret({ env: 'VAULT_TOKEN', description: 'A token that may read the entry.' }),
    mount: text({ default: 'secret', minLength: 1, env: 'VAULT_MOUNT', description: 'Mount of the KV engine.' }),
    namespace: text({ env: 'VAULT_NAMESPACE', description: 'Namespace of the entry; empty = none.' }),
  }),
  limits: section('Requests a minute, per node or, with Redis, in all', {
    perAddress: integer({
      default: 12_000,
      minimum: 1,
      maximum: 1_000_000_000,
      env: 'RATE_LIMIT_PER_ADDRESS',
      description: 'Requests a minute from one address.',
    }),
    perPrincipal: integer({
      default: 6_000,
      minimum: 1,
      maximum: 1_000_000_000,
      env: 'RATE_LIMIT_PER_PRINCIPAL',
      description: 'Requests a minute of one user, token or service account in one organisation.',
    }),
  }),
  log: section('Logs', {
    level: choice(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      default: 'info',
      env: 'LOG_LEVEL',
      description: 'The least important line that is written.',
    }),
  }),
})

type Settings = Static<typeof configSchema>

/** The configuration of one process, complete and frozen. `dataDir` is absolute. */
export type Config = Omit<Settings, 'server'> & {
  server: Settings['server'] & {
    /** Somebody set the port: then it is this one or none. */
    portChosen: boolean
  }
}
