import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import t from 'tap'
import { type Finding, findings } from '#core/cli/doctor/findings.ts'
import { loadConfig } from '#core/config/index.ts'

/** Nothing listens on port 1. */
const nobody = '127.0.0.1:1'

async function found(test: Pick<typeof t, 'testdir'>, env: Record<string, string>): Promise<Map<string, Finding>> {
  const config = loadConfig({ root: test.testdir(), env: { DATABASE_URL: `postgres://nobody@${nobody}/x`, ...env } })
  const all = new Map<string, Finding>()
  for await (const finding of findings(async () => config)) all.set(finding.check, finding)
  return all
}

t.test('each broken part is named by itself, with what was heard and what to do', async (t) => {
  const all = await found(t, {
    GUILDHALL_PLUGINS: 'guildhall-plugin-of-nobody',
    REDIS_URL: `redis://${nobody}`,
    SMTP_SERVER: '127.0.0.1',
    SMTP_PORT: '1',
    FROM_EMAIL: 'club@example.org',
  })
  t.match(all.get('plugins'), { state: 'fail', detail: /^the package "guildhall-plugin-of-nobody" is not installed/ })
  t.match(all.get('database'), { state: 'fail', detail: /ECONNREFUSED/, remedy: /DATABASE_URL/ })
  t.match(all.get('redis'), { state: 'fail', detail: /ECONNREFUSED/, remedy: /REDIS_URL/ })
  t.match(all.get('mail'), { state: 'fail', detail: /127\.0\.0\.1:1 does not answer: .*ECONNREFUSED/ })
})

t.test('a mail server that listens is in order', async (t) => {
  const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1')
  t.teardown(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const env = { SMTP_SERVER: '127.0.0.1', SMTP_PORT: String(port), FROM_EMAIL: 'club@example.org' }
  t.match((await found(t, env)).get('mail'), { state: 'ok', detail: `127.0.0.1:${port} answers` })
})
