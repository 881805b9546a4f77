import { generateKeyPairSync } from 'node:crypto'
import { mailSettingsService, type Sandbox, sandboxService } from '@guildhall/sdk'
import t from 'tap'
import { type ConfigError, loadConfig, mailSettingsOf } from '#core/config/index.ts'
import { startTestPlatform } from '#core/testing/index.ts'

const load = (env: Record<string, string>) => loadConfig({ root: '/nonexistent', env })
const problems = (env: Record<string, string>): string => {
  try {
    load(env)
    return ''
  } catch (error) {
    return (error as ConfigError).problems.join('\n')
  }
}
const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const oauth = {
  SMTP_USERNAME: 'club@example.org',
  SMTP_OAUTH_CLIENT_ID: 'client',
  SMTP_OAUTH_CLIENT_SECRET: 'canary-secret',
  SMTP_OAUTH_REFRESH_TOKEN: 'canary-refresh',
  SMTP_OAUTH_TOKEN_URL: 'https://provider.example.org/token',
}
const dkim = { DKIM_DOMAIN: 'example.org', DKIM_SELECTOR: 'mail', DKIM_PRIVATE_KEY: key.replaceAll('\n', '\\n') }

t.test('mail reads OAuth and DKIM from the environment, line ends of the key included', async (t) => {
  const settings = mailSettingsOf(
    load({ SMTP_SERVER: 'mail', FROM_EMAIL: 'a@b.org', SMTP_SECURITY: 'tls', ...oauth, ...dkim }),
  )
  t.match(settings, {
    server: 'mail',
    port: 587,
    security: 'tls',
    oauth: { clientId: 'client', refreshToken: 'canary-refresh', tokenUrl: oauth.SMTP_OAUTH_TOKEN_URL },
    dkim: { domain: 'example.org', selector: 'mail', privateKey: key },
  })
  t.equal(mailSettingsOf(load({})).security, 'auto')
})

t.test('half an OAuth account, half a DKIM key and what is no key are refused without being shown', async (t) => {
  t.match(problems({ ...oauth, SMTP_OAUTH_TOKEN_URL: '' }), /belong together: set all/)
  t.match(problems({ ...oauth, SMTP_OAUTH_TOKEN_URL: 'http://provider.example.org' }), /an https address/)
  t.match(problems({ ...dkim, DKIM_SELECTOR: '' }), /belong together/)
  const broken = problems({ ...dkim, DKIM_PRIVATE_KEY: 'canary-key' })
  t.match(broken, /a private key in PEM/)
  t.notMatch(problems({ ...oauth, SMTP_OAUTH_TOKEN_URL: 'x' }) + broken, /canary/)
  t.match(problems({ SMTP_SECURITY: 'yes' }), /auto, tls, starttls, none/)
})

t.test('plugins get the settings and the sandbox, and the sandbox is closed with the platform', async (t) => {
  let closed = 0
  const sandbox: Sandbox = {
    run: async () => ({ end: 'ok', used: { cpuMs: 0, wallMs: 0, heapMb: 0, calls: 0 } }),
    inspect: async () => ({ manifest: null }),
    state: { runners: 0, busy: 0, waiting: 0, waitedMs: 0, reason: null, fault: null },
    close: async () => void closed++,
  }
  const mail = mailSettingsOf(load({ SMTP_SERVER: 'mail', FROM_EMAIL: 'a@b.org' }))
  const platform = await startTestPlatform({ plugins: [], mail, sandbox })
  const club = await platform.tenant('Club')
  t.equal((await club.service(mailSettingsService)).settings.server, 'mail')
  t.equal(await club.service(sandboxService), sandbox)
  await platform.close()
  t.equal(closed, 1)
})
