import { once } from 'node:events'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { findings } from '#core/cli/doctor/findings.ts'
import { loadConfig, readConfig } from '#core/config/index.ts'

/** A server that speaks KV version 2, with one entry. */
async function vault(t: Test, data: Record<string, unknown> | null) {
  const state = { data, status: 200, token: 'root', asked: 0 }
  const server = createServer((request, response) => {
    state.asked++
    const found = request.url === '/v1/kv/data/guildhall/prod'
    const may = request.headers['x-vault-token'] === state.token && request.headers['x-vault-namespace'] === 'club'
    const status = may ? (found && state.data ? state.status : 404) : 403
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(
      JSON.stringify(status === 200 ? { data: { data: state.data, metadata: { version: 3 } } } : { errors: [] }),
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => void server.close())
  const root = t.testdir({ token: 'root\n', 'low.yaml': 'mail: { password: from a file }' })
  const env = {
    VAULT_ADDR: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    VAULT_PATH: 'guildhall/prod',
    VAULT_MOUNT: 'kv',
    VAULT_NAMESPACE: 'club',
    VAULT_TOKEN_FILE: join(root, 'token'),
  }
  const warnings: string[] = []
  const read = (more: Record<string, string> = {}) =>
    readConfig({ root, files: ['low.yaml'], env: { ...env, ...more } }, (message) => warnings.push(message))
  return { state, server, root, env, read, warnings }
}

const masterKey = '0123456789abcdef0123456789abcdef'

t.test('Vault gives the secrets that the environment does not, above the files', async (t) => {
  const { read, root, state } = await vault(t, {
    GUILDHALL_MASTER_KEY: masterKey,
    SMTP_PASSWORD: 'canary-of-vault',
    METRICS_TOKEN: 'from Vault',
    BOOTSTRAP_ADMIN_PASSWORD: 'another-canary',
    REDIS_URL: '',
    SMTP_SERVER: 'no secret, so not asked of Vault',
    VAULT_TOKEN: 'nor what opens it',
  })
  const config = await read({ METRICS_TOKEN: 'from the environment', BOOTSTRAP_ADMIN_EMAIL: 'ada@example.org' })
  t.match(config, {
    secrets: { masterKey },
    metricsToken: 'from the environment',
    mail: { password: 'canary-of-vault', server: '' },
    identity: { bootstrapAdminPassword: 'another-canary' },
    vault: { token: 'root' },
    redis: { url: '' },
  })
  t.equal(state.asked, 1)
  t.throws(() => Object.assign(config.mail, { password: 'x' }), TypeError)
  const [kept = ''] = readdirSync(config.dataDir)
  t.equal(kept, 'vault.sealed')
  t.equal(statSync(join(config.dataDir, kept)).mode & 0o777, 0o600)
  t.notMatch(readFileSync(join(config.dataDir, kept), 'utf8'), /canary|SMTP/)
  t.equal(config.dataDir, join(root, '.guildhall'))
})

t.test('while Vault is away its last good values serve, for the same token and entry alone', async (t) => {
  const { read, state, server, warnings } = await vault(t, { SMTP_PASSWORD: 'first' })
  await read()
  state.data = { SMTP_PASSWORD: 'second' }
  t.match(await read(), { mail: { password: 'second' } })
  state.status = 503
  t.match(await read(), { mail: { password: 'second' } })
  t.match(warnings, [/^Vault at http\S+ cannot answer now: HTTP 503\. The values it gave on \d{4}-.* serve\.$/])
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
  t.match(await read(), { mail: { password: 'second' } })
  t.match(warnings[1], /does not answer: /)
  for (const other of [{ VAULT_TOKEN_FILE: '', VAULT_TOKEN: 'other' }, { VAULT_PATH: 'guildhall/test' }])
    await t.rejects(read(other), { name: 'ConfigError', message: /No values of an earlier start.*VAULT_ADDR/ })
})

t.test('a refusal stops the start, whatever was kept, and says what to do', async (t) => {
  const { read, state } = await vault(t, { SMTP_PASSWORD: 'first' })
  await read()
  await t.rejects(read({ VAULT_PATH: 'guildhall/none' }), /has nothing at kv\/data\/guildhall\/none: HTTP 404/)
  state.data = { SMTP_PASSWORD: ['canary'] }
  await t.rejects(read(), {
    name: 'ConfigError',
    message: /mail\.password: the value from SMTP_PASSWORD in Vault; allowed: a text$/,
  })
  state.token = 'revoked'
  await t.rejects(
    read(),
    /vault\.path: Vault at http\S+ refuses kv\/data\/guildhall\/prod: HTTP 403\. The token has expired/,
  )
})

t.test('Vault is asked only where it is named, with all it needs', async (t) => {
  const { read, state } = await vault(t, {})
  await read({ VAULT_PATH: '' })
  t.throws(
    () => loadConfig({ root: '/nonexistent', env: { VAULT_PATH: 'x' } }),
    /VAULT_ADDR and VAULT_TOKEN are needed/,
  )
  await t.rejects(read({ VAULT_ADDR: 'http://vault.example.org' }), /vault\.address: .*https/)
  await t.rejects(read({ VAULT_TOKEN_FILE: '/not/there' }), /VAULT_TOKEN_FILE names cannot be read/)
  t.equal(state.asked, 0)
  t.match(loadConfig({ root: '/nonexistent', env: { VAULT_ADDR: 'http://elsewhere.example' } }), {
    vault: { path: '' },
  })
})

t.test('doctor names what Vault gives, and what there is no secret for', async (t) => {
  const { read } = await vault(t, {
    SMTP_PASSWORD: 'x',
    SMTP_PASWORD: 'x',
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/x',
  })
  const config = await read()
  const found = []
  for await (const finding of findings(async () => config)) if (finding.check === 'vault') found.push(finding)
  t.match(found, [
    { state: 'warn', detail: 'gives DATABASE_URL, SMTP_PASSWORD; not the name of a secret: SMTP_PASWORD' },
  ])
})
