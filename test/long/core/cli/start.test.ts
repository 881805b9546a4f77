import { once } from 'node:events'
import { createServer } from 'node:net'
import t, { test } from 'tap'
import { CommandLine } from '../../../core/cli/command-line.ts'

const address = /Address\s+(http:\/\/localhost:\d+)/

// A process is started for each command.
t.setTimeout(240_000)

test('the first start makes the demo and says how to get in; commands work beside it; it stops cleanly', async (t) => {
  const cli = await CommandLine.create()
  t.teardown(() => cli.remove())
  const server = cli.start(['start'])
  t.teardown(() => server.kill('SIGKILL'))
  let out = ''
  for await (const chunk of server.stdout) {
    out += String(chunk)
    if (out.includes('╯')) break
  }
  const url = address.exec(out)?.[1] ?? ''
  t.match(out, /API reference\s+http:\/\/localhost:\d+\/docs/)
  t.match(out, /admin@example\.org\s+\S{12}\s+makerspace_admin/, 'logins that work')
  t.match(out, /identity provider\s+local accounts\s+OIDC_ISSUER/)
  t.match(out, /mail\s+stays in the outbox\s+SMTP_SERVER/)

  const { out: token } = await cli.run('token', 'create', '--org', 'demo', '--role', 'makerspace_admin')
  const call = (path: string) => fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token.trim()}` } })
  const members = await call('/api/v1/members?total=true')
  t.match(await members.json(), { page: { total: 12 } }, 'the token of the command works at once')
  t.match(await cli.run('jobs', 'run', 'core.tidy', '--org', 'demo'), { code: 0 })
  t.match(await cli.run('seed'), { code: 0, out: /The organisation demo stands/ })
  t.match(
    await (await call('/api/v1/members?total=true')).json(),
    { page: { total: 12 } },
    'seeding again adds nothing',
  )
  t.equal((await fetch(`${url}/health/live`)).status, 200, 'the commands left the database to the server')

  server.kill('SIGTERM')
  const [code] = await once(server, 'close')
  t.equal(code, 0)
  t.equal(await cli.databaseRuns(), false)
})

test('a port somebody chose and another one has is an error, not a surprise', async (t) => {
  const cli = await CommandLine.create()
  t.teardown(() => cli.remove())
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.teardown(() => taken.close())
  const { port } = taken.address() as { port: number }
  t.match(await cli.run('start', '--port', String(port), '--no-demo'), {
    code: 1,
    err: new RegExp(`Port ${port} on 127.0.0.1 is taken`),
  })
  t.match(await cli.run('start', '--port', 'x'), { code: 2, err: /"x" is no port/ })
  t.equal(await cli.databaseRuns(), false)
})
