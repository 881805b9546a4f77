import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { Value } from 'typebox/value'
import { parse } from 'yaml'
import {
  annotatedYaml,
  ConfigError,
  type ConfigSources,
  configSchema,
  environmentVariables,
  exampleEnvironment,
  loadConfig,
} from '#core/config/index.ts'

const project = resolve(import.meta.dirname, '../../..')
const nowhere = { root: '/nonexistent', env: {} }

function problems(sources: ConfigSources): readonly string[] {
  try {
    loadConfig({ ...nowhere, ...sources })
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

t.test('nothing set: the documented defaults, frozen, and a data folder in the project', async (t) => {
  const config = loadConfig(nowhere)
  t.match(config, {
    environment: 'development',
    role: 'all',
    dataDir: '/nonexistent/.guildhall',
    demo: false,
    server: { host: '127.0.0.1', port: 8000, portChosen: false },
    database: { url: '', pool: 10, platformPool: 3 },
    mail: { server: '', port: 587 },
    organizations: { default: '', inviteExpiryDays: 7, membershipReminderDays: 30 },
  })
  t.throws(() => Object.assign(config.server, { port: 1 }), TypeError)
})

t.test('each layer stands above the one before', async (t) => {
  const root = t.testdir({
    config: {
      'guildhall.yaml': 'server: { host: shipped, port: 1 }\nmail: { fromName: Shipped }\nlog: { level: info }',
      'guildhall.local.yaml': 'server: { host: local, port: 2 }\nmail: { fromName: Local }',
    },
    'extra.yaml': 'server: { host: extra, port: 3 }',
    '.env': 'HOST=dotenv\nPORT=4\nFROM_NAME="Dot env"\n',
  })
  const config = loadConfig({
    root,
    files: ['extra.yaml'],
    env: { PORT: '5', GUILDHALL_server_trustProxy: '1' },
    overrides: { role: 'worker', server: { port: undefined } },
  })
  t.match(config, {
    role: 'worker',
    log: { level: 'info' },
    mail: { fromName: 'Dot env' },
    server: { host: 'dotenv', port: 5, trustProxy: 1, portChosen: true },
  })
})

t.test('an empty variable is an unset one', async (t) => {
  t.equal(loadConfig({ ...nowhere, env: { PORT: '', DATABASE_URL: '' } }).server.portChosen, false)
})

t.test('lists are separated by commas, and proxies may be a number or addresses', async (t) => {
  const env = { CORS_ORIGINS: 'https://a.example, https://b.example:8443', TRUST_PROXY: '10.0.0.0/8,loopback' }
  const { server } = loadConfig({ ...nowhere, env })
  t.strictSame(server.corsOrigins, ['https://a.example', 'https://b.example:8443'])
  t.strictSame(server.trustProxy, ['10.0.0.0/8', 'loopback'])
})

t.test('everything wrong is named at once: path, value, source, what is allowed', async (t) => {
  const root = t.testdir({ config: { 'guildhall.yaml': 'server: { prot: 1 }\nlog: { level: loud }\nnonsense: 1' } })
  t.strictSame(problems({ root, env: { PORT: 'abc', GUILDHALL_database_pol: '3', INVITE_EXPIRY_DAYS: '0' } }), [
    'server.prot: no such setting, from config/guildhall.yaml; server has host, port, publicUrl, trustProxy, corsOrigins, managementPort',
    'log.level: "loud" from config/guildhall.yaml; allowed: fatal, error, warn, info, debug, trace, silent',
    'nonsense: no such setting, from config/guildhall.yaml; there are environment, role, dataDir, demo, plugins, metricsToken, server, database, redis, identity, mail, organizations, secrets, vault, limits, log',
    'server.port: "abc" from PORT; allowed: a whole number from 1 to 65535',
    'organizations.inviteExpiryDays: 0 from INVITE_EXPIRY_DAYS; allowed: a whole number from 1 to 365',
    'database.pol: no such setting, from GUILDHALL_database_pol; database has url, appUrl, platformUrl, directUrl, pool, platformPool',
  ])
})

const refused: [name: string, value: string, says: RegExp][] = [
  ['DATABASE_URL', 'sqlite:///./makrcave.db', /SQLite and MySQL are not supported.*empty for the embedded PostgreSQL/],
  ['DATABASE_URL', 'mysql://root@db/club', /SQLite and MySQL are not supported/],
  ['DATABASE_URL', 'postgres://host', /allowed: postgres:/],
  ['DATABASE_APP_URL', 'http://host/db', /allowed: postgres:/],
  ['REDIS_URL', 'localhost:6379', /allowed: redis:/],
  ['FRONTEND_URL', 'http://club.example.org', /allowed: an https address/],
  ['FRONTEND_URL', 'https://club.example.org/app', /without a path/],
  ['OIDC_ISSUER', 'http://keycloak:8080/realms/x', /allowed: an https address/],
  ['TRUST_PROXY', 'true', /never true/],
  ['TRUST_PROXY', '11', /0 to 10/],
  ['CORS_ORIGINS', '*', /exact origins/],
  ['CORS_ORIGINS', 'https://a.example/', /exact origins/],
  ['GUILDHALL_MASTER_KEY', 'short', /at least 32 characters/],
  ['GUILDHALL_PLUGINS', '../evil', /npm packages/],
  ['NODE_ENV', 'staging', /development, production, test/],
  ['GUILDHALL_DEMO', 'maybe', /true or false/],
  ['BOOTSTRAP_ADMIN_EMAIL', 'a@example.org', /set both or none/],
  ['SMTP_SERVER', 'mail.example.org', /FROM_EMAIL is needed/],
]
for (const [name, value, says] of refused) {
  t.test(`${name}=${value} stops the boot`, async (t) => {
    t.match(problems({ env: { [name]: value } }), [says])
  })
}

t.test('demo data in production is refused', async (t) => {
  t.match(problems({ env: { NODE_ENV: 'production', GUILDHALL_DEMO: 'true' } }), [/^demo: true.*refused in production/])
})

t.test('http is fine on this machine', async (t) => {
  const env = { FRONTEND_URL: 'http://localhost:3000', OIDC_ISSUER: 'http://127.0.0.1:8080/realms/guildhall' }
  t.strictSame(problems({ env }), [])
})

t.test('a secret may stand in a file, in its own variable or the general one', async (t) => {
  const root = t.testdir({ password: 'from a file\n', key: `${'k'.repeat(32)}\n`, '.env': 'SMTP_PASSWORD=from .env' })
  const env = { SMTP_PASSWORD_FILE: join(root, 'password'), GUILDHALL_secrets_masterKey_FILE: join(root, 'key') }
  const config = loadConfig({ root, env })
  t.equal(config.mail.password, 'from a file', 'the real environment wins, whichever spelling')
  t.equal(config.secrets.masterKey, 'k'.repeat(32))
  t.match(problems({ env: { SMTP_PASSWORD: 'x', SMTP_PASSWORD_FILE: join(root, 'password') } }), [/keep one/])
  t.match(problems({ env: { SMTP_PASSWORD_FILE: join(root, 'none') } }), [/SMTP_PASSWORD_FILE names cannot be read/])
  const empty = join(t.testdir({ empty: '\n' }), 'empty')
  t.match(problems({ env: { DATABASE_URL_FILE: empty } }), [/^database\.url: .*DATABASE_URL_FILE names is empty/])
  t.strictSame(problems({ env: { PORT_FILE: join(root, 'none') } }), [], 'only secrets have one')
})

t.test('no error ever quotes a secret', async (t) => {
  const secrets = environmentVariables.filter(({ secret }) => secret)
  t.ok(secrets.length >= 9)
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...secrets),
      fc.constantFrom('PORT', 'LOG_LEVEL', 'NODE_ENV'),
      async (one, other) => {
        const said = problems({ env: { [one.name]: 'sqlite:canary-5d1c', [other]: 'wrong' } }).join('\n')
        return said !== '' && !said.includes('canary-5d1c')
      },
    ),
  )
  const root = t.testdir({ 'wrong.yaml': 'redis: { url: { nested: canary-5d1c } }\nmail: { password: [canary-5d1c] }' })
  t.notMatch(problems({ root, files: ['wrong.yaml'] }).join('\n'), 'canary-5d1c')
})

t.test('a file that is no YAML, holds no settings, or is not there says so with its name', async (t) => {
  const root = t.testdir({
    'broken.yaml': 'server: {',
    'list.yaml': '- 1',
    'scalar.yaml': 'server: 3',
    'empty.yaml': '',
  })
  t.match(problems({ root, files: ['broken.yaml'] }), [/^broken.yaml: .*line/s])
  t.match(problems({ root, files: ['list.yaml'] }), [/^list.yaml: holds no settings/])
  t.match(problems({ root, files: ['scalar.yaml'] }), [/^server: /])
  t.match(problems({ root, files: ['none.yaml'] }), [/^none.yaml: cannot be read/])
  t.strictSame(problems({ root, files: ['empty.yaml'] }), [])
})

t.test('config/guildhall.yaml and .env.example are what the schema says', async (t) => {
  t.equal(readFileSync(join(project, 'config/guildhall.yaml'), 'utf8'), annotatedYaml())
  t.equal(readFileSync(join(project, '.env.example'), 'utf8'), exampleEnvironment())
  t.ok(Value.Check(configSchema, parse(annotatedYaml())), 'the annotated defaults are valid by themselves')
})

t.test('copying .env.example to .env changes nothing', async (t) => {
  const root = t.testdir({ '.env': exampleEnvironment() })
  t.strictSame(loadConfig({ root, env: {} }), { ...loadConfig({ ...nowhere, root }) })
})
