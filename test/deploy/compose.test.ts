import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Script } from 'node:vm'
import t from 'tap'
import { parse } from 'yaml'
import { environmentVariables, loadConfig } from '#core/config/index.ts'

const project = resolve(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(project, file), 'utf8')

interface Service {
  image: string
  command?: string
  environment?: Record<string, string>
  ports?: string[]
  volumes?: string[]
  depends_on?: Record<string, { condition: string }>
  healthcheck?: { test: string[] }
}

interface Client {
  clientId: string
  secret: string
  publicClient: boolean
  redirectUris?: string[]
  serviceAccountsEnabled: boolean
  attributes?: Record<string, string>
  protocolMappers: { protocolMapper: string; config: Record<string, string> }[]
}

const compose: { services: Record<string, Service>; volumes: Record<string, unknown> } = parse(
  read('docker-compose.yml'),
)
const services = Object.entries(compose.services)
const realm: { realm: string; roles: { realm: { name: string }[] }; clients: Client[] } = JSON.parse(
  read('config/keycloak/guildhall-realm.json'),
)
const platform = compose.services.platform!
const clientNamed = (id: string) => realm.clients.find(({ clientId }) => clientId === id)!

/** `${NAME:-default}`, as compose reads it when nobody sets NAME. */
const plain = (text: string) => text.replace(/\$\{\w+:-([^}]*)\}/g, '$1')

t.test('the platform stands with PostgreSQL, Redis and Keycloak, each with a health check', async (t) => {
  t.strictSame(Object.keys(compose.services).sort(), ['database', 'keycloak', 'platform', 'redis'])
  for (const [name, { healthcheck }] of services) {
    const [how = '', ...words] = healthcheck?.test ?? []
    t.match(how, /^CMD(-SHELL)?$/, name)
    t.ok(
      words.length > 0 && words.every((word) => typeof word === 'string'),
      `${name}: words, and nothing YAML reads otherwise`,
    )
  }
  const program = platform.healthcheck?.test.at(-1) ?? ''
  t.doesNotThrow(() => new Script(program), 'a program that can be read')
  t.match(program, /:8000\/health\/ready/)
  for (const needed of ['database', 'redis', 'keycloak']) {
    t.equal(platform.depends_on?.[needed]?.condition, 'service_healthy', needed)
  }
})

t.test('every volume is a named one that is declared, or a path that exists', async (t) => {
  for (const [name, { volumes = [] }] of services) {
    for (const volume of volumes) {
      const [source = ''] = volume.split(':')
      t.ok(source.startsWith('.') ? existsSync(join(project, source)) : source in compose.volumes, `${name}: ${volume}`)
    }
  }
  t.match(compose.services.database?.volumes, ['database:/var/lib/postgresql'])
})

t.test('nothing is published beyond this machine', async (t) => {
  for (const [name, { ports = [] }] of services) for (const port of ports) t.match(port, /^127\.0\.0\.1:/, name)
})

t.test('the platform gets a configuration it accepts, and restarts on change', async (t) => {
  const given = Object.entries(platform.environment ?? {})
  const env = Object.fromEntries(given.map(([name, value]) => [name, plain(value)]))
  const known = environmentVariables.map(({ name }) => name)
  t.strictSame(
    given.map(([name]) => name).filter((name) => !known.includes(name)),
    [],
  )
  const config = loadConfig({ root: '/nonexistent', env })
  t.match(config.server, { host: '0.0.0.0', port: 8000 })
  const [, file = ''] = platform.command?.split(' ') ?? []
  t.equal(file, 'core/cli/dev.mjs')
  t.ok(existsSync(join(project, file)))
})

t.test(
  'the realm knows the platform as a confidential client with PKCE, under the secret the platform is given',
  async (t) => {
    const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, FRONTEND_URL } = platform.environment ?? {}
    t.ok(OIDC_ISSUER?.endsWith(`/realms/${realm.realm}`))
    const client = clientNamed(OIDC_CLIENT_ID ?? '')
    t.equal(client.publicClient, false)
    t.equal(client.secret, OIDC_CLIENT_SECRET)
    t.equal(client.attributes?.['pkce.code.challenge.method'], 'S256')
    for (const uri of client.redirectUris ?? []) t.ok(uri.startsWith(`${FRONTEND_URL}/`), uri)
    t.match(
      realm.roles.realm.map(({ name }) => name),
      ['super_admin', 'platform_auditor'],
    )
  },
)

t.test('every client puts the audience in its tokens that the platform asks for', async (t) => {
  const audience = environmentVariables.find(({ name }) => name === 'OIDC_AUDIENCE')?.default
  for (const client of realm.clients) {
    const mapper = client.protocolMappers.find(({ protocolMapper }) => protocolMapper === 'oidc-audience-mapper')
    t.equal(mapper?.config['included.client.audience'], audience, client.clientId)
    t.equal(mapper?.config['access.token.claim'], 'true', client.clientId)
  }
  t.ok(clientNamed('guildhall-bot').serviceAccountsEnabled)
})

t.test('the production image runs as an ordinary user, on Debian, and copies what exists', async (t) => {
  const dockerfile = read('deploy/Dockerfile')
  const lines = dockerfile.split('\n')
  t.equal(lines.filter((line) => line.startsWith('FROM ')).length, 3, 'libraries, pages, what runs')
  for (const line of lines.filter((one) => one.startsWith('FROM '))) t.match(line, /node:26-slim/)
  const last = (start: string) => lines.findLastIndex((line) => line.startsWith(start))
  t.ok(last('USER node') > last('FROM '), 'not root')
  t.match(dockerfile, /^HEALTHCHECK /m)
  for (const line of lines.filter((one) => /^COPY (?!--from)/.test(one))) {
    const sources = line.split(' ').slice(1, -1)
    for (const source of sources) t.ok(existsSync(join(project, source)), `${line}`)
  }
  t.match(read('.dockerignore').split('\n'), /\.env/)
})
