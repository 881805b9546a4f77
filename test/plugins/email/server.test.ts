import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import type { MailSettings } from '@guildhall/sdk'
import type { SMTPServerAuthentication, SMTPServerOptions } from 'smtp-server'
import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { addressOf, isInside } from '#plugins/email/sending/resolve.ts'
import { cert, key } from './certificate.ts'
import { PostOffice, says } from './post-office.ts'

/** What the platform is set to; each test sets it anew. */
const settings: MailSettings = {
  server: '',
  port: 0,
  username: '',
  password: '',
  fromEmail: '',
  fromName: '',
  security: 'none',
  oauth: { clientId: '', clientSecret: '', refreshToken: '', tokenUrl: '' },
  dkim: { domain: '', selector: '', privateKey: '' },
}
const platform = await startTestPlatform({ mail: settings })
t.teardown(() => platform.close())
const set = (office: PostOffice, o: Partial<MailSettings> = {}) => Object.assign(settings, office.settings(o))

const club = await platform.tenant('Makers')

const test = async () => (await (await club.admin()).post('/api/v1/emails/test', { to: 'me@example.org' })).json()
const trusted = getCACertificates()

/** Takes one user, and notes how he came in. */
const guarded = (ways: string[], o: SMTPServerOptions = {}): SMTPServerOptions => ({
  ...o,
  secure: o.secure ?? false,
  key,
  cert,
  authMethods: ['PLAIN', 'LOGIN', 'XOAUTH2'],
  onAuth: (auth: SMTPServerAuthentication, _session, callback) => {
    const known = auth.username === 'club' && (auth.password === 'right' || auth.accessToken === 'fresh')
    if (!known) return callback(says(535, '5.7.8 Wrong user or password'))
    ways.push(auth.method)
    return callback(null, { user: auth.username ?? '' })
  },
})

t.test('without a server the test says so, and nothing fails', async (t) => {
  Object.assign(settings, { server: '' })
  t.match(await test(), { sent: false, step: 'settings', remedy: /SMTP_SERVER/ })
})

t.test('repeated with the same Idempotency-Key, it sends nothing again', async (t) => {
  await using office = await PostOffice.open()
  set(office)
  const admin = await club.admin()
  const send = (to = 'me@example.org') =>
    admin.inject({
      method: 'POST',
      url: '/api/v1/emails/test',
      payload: { to },
      headers: { 'idempotency-key': 'once' },
    })
  const storm = await Promise.all([send(), send(), send()])
  t.ok(storm.every(({ statusCode }) => statusCode === 200 || statusCode === 409))
  const again = await send()
  t.match(again.json(), { sent: true })
  t.equal(again.headers['idempotency-replayed'], 'true')
  t.equal((await send('you@example.org')).statusCode, 422)
  t.equal(office.received.length, 1)
})

t.test('a server that says very much is heard as far as it matters', async (t) => {
  await using office = await PostOffice.open({
    onRcptTo: (_address, _session, callback) => callback(says(550, `5.7.1 ${'x'.repeat(100_000)}`)),
  })
  set(office)
  const began = process.cpuUsage()
  const { sent, step, message } = await test()
  const { user } = process.cpuUsage(began)
  t.match({ sent, step }, { sent: false, step: 'recipient' })
  t.ok(message.length <= 300)
  t.ok(user < 2_000_000, `computed for ${Math.round(user / 1000)} ms`)
})

t.test('a mail that arrives says so', async (t) => {
  await using office = await PostOffice.open()
  set(office)
  t.match(await test(), { sent: true, step: null, remedy: null })
  t.match(office.received[0]!.mail.subject, 'Test mail of Makers')
  t.match(office.received[0]!.mail.from?.value, [{ name: 'Makers', address: 'post@club.example' }])
})

t.test('the step that fails is told', async (t) => {
  const office = await PostOffice.open()
  set(office, { server: 'no-such-host.invalid' })
  t.match(await test(), { sent: false, step: 'resolve' })
  set(office)
  await office[Symbol.asyncDispose]()
  t.match(await test(), { sent: false, step: 'connect' })

  await using strict = await PostOffice.open({
    onMailFrom: (_address, _session, callback) => callback(says(550, '5.7.1 Not from you')),
  })
  set(strict)
  t.match(await test(), { sent: false, step: 'sender', code: 550 })
  await using full = await PostOffice.open({
    onRcptTo: (_address, _session, callback) => callback(says(452, '4.2.2 Mailbox of me@example.org is full')),
  })
  set(full)
  const answer = await test()
  t.match(answer, { sent: false, step: 'recipient', code: 452 })
  t.notMatch(answer.message, 'me@example.org', 'the answer names nobody')
  await using picky = await PostOffice.open({
    answer: () => {
      throw says(554, '5.6.0 Do not like it')
    },
  })
  set(picky)
  t.match(await test(), { sent: false, step: 'data', code: 554 })
})

t.test('STARTTLS with a certificate nobody vouches for fails, with a known one it succeeds', async (t) => {
  const ways: string[] = []
  await using office = await PostOffice.open(guarded(ways))
  const signIn = { security: 'starttls', username: 'club', password: 'right' } as const
  set(office, signIn)
  t.match(await test(), { sent: false, step: 'tls' })
  setDefaultCACertificates([...trusted, cert])
  t.teardown(() => setDefaultCACertificates(trusted))
  t.match(await test(), { sent: true })
  set(office, { ...signIn, password: 'wrong' })
  t.match(await test(), { sent: false, step: 'auth', code: 535 })
  t.same(ways, ['PLAIN'])
})

t.test('STARTTLS that is demanded and not offered sends nothing', async (t) => {
  await using office = await PostOffice.open()
  set(office, { security: 'starttls' })
  t.match(await test(), { sent: false, step: 'tls' })
  t.equal(office.received.length, 0)
})

t.test('LOGIN and TLS from the start work too', async (t) => {
  setDefaultCACertificates([...trusted, cert])
  t.teardown(() => setDefaultCACertificates(trusted))
  const ways: string[] = []
  await using office = await PostOffice.open({ ...guarded(ways, { secure: true }), authMethods: ['LOGIN'] })
  set(office, { security: 'tls', username: 'club', password: 'right' })
  t.match(await test(), { sent: true })
  t.same(ways, ['LOGIN'])
})

t.test('OAuth 2 fetches an access token with the refresh token and signs in with it', async (t) => {
  setDefaultCACertificates([...trusted, cert])
  t.teardown(() => setDefaultCACertificates(trusted))
  const asked: string[] = []
  const tokens = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    asked.push(Buffer.concat(chunks).toString())
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ access_token: 'fresh', expires_in: 3600, token_type: 'Bearer' }))
  }).listen(0, '127.0.0.1')
  await once(tokens, 'listening')
  t.teardown(() => tokens.close())
  const ways: string[] = []
  await using office = await PostOffice.open(guarded(ways))
  const tokenUrl = `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/token`
  set(office, {
    security: 'starttls',
    username: 'club',
    oauth: { clientId: 'id', clientSecret: 'secret', refreshToken: 'refresh', tokenUrl },
  })
  t.match(await test(), { sent: true })
  t.same(ways, ['XOAUTH2'])
  t.match(asked[0], /grant_type=refresh_token/)
})

t.test('mails carry a DKIM signature where a key is set', async (t) => {
  await using office = await PostOffice.open()
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  set(office, { dkim: { domain: 'club.example', selector: 'mail', privateKey } })
  t.match(await test(), { sent: true })
  t.match(office.received[0]!.raw, /DKIM-Signature: v=1; a=rsa-sha256; c=relaxed\/relaxed; d=club\.example;/)
})

t.test(
  "an organisation's own account is used, keeps its password to itself, and reaches into no private network",
  async (t) => {
    const ways: string[] = []
    await using office = await PostOffice.open({ ...guarded(ways), hideSTARTTLS: true, allowInsecureAuth: true })
    set(office)
    const own = await platform.tenant('Own account', {
      plugins: {
        members: {},
        email: {
          account: {
            server: 'localhost',
            port: office.port,
            security: 'none',
            fromEmail: 'chair@own.example',
            username: 'club',
            password: 'right',
          },
        },
      },
    })
    const chair = await own.admin()
    const to = { to: 'me@example.org' }
    t.match((await chair.post('/api/v1/emails/test', to)).json(), { sent: true }, "it is the operator's server")
    t.equal(office.received[0]!.from, 'chair@own.example')
    t.notMatch((await chair.get('/api/v1/plugins/email')).body, 'right')
    set(office, { server: '' })
    const answer = (await chair.post('/api/v1/emails/test', to)).json()
    t.match(answer, { sent: false, step: 'resolve', remedy: /account\.server/ }, 'it names what the organisation set')
    t.match(answer.message, 'private network')
  },
)

t.test('an account of an organisation signs in, or sends nothing', async (t) => {
  await using office = await PostOffice.open()
  set(office)
  const own = await platform.tenant('No user')
  const chair = await own.admin()
  const account = { server: 'localhost', port: office.port, security: 'none', fromEmail: 'chair@own.example' }
  const put = (more: object) =>
    chair.put('/api/v1/plugins/email', { enabled: true, config: { account: { ...account, ...more } } })
  const refused = await put({})
  t.equal(refused.statusCode, 400)
  t.match(refused.json().errors, [{ pointer: '/config/account/username' }])
  t.equal((await put({ username: 'made up', password: 'x' })).statusCode, 200)
  const send = async () => (await chair.post('/api/v1/emails/test', { to: 'me@example.org' })).json()
  t.match(await send(), { sent: false, step: 'auth', remedy: /account\.username/ }, 'the server offers no sign-in')
  // As accounts were kept before they had to name somebody.
  await own.unit(async (tx) => {
    await tx.query(
      `UPDATE core.plugin_state SET config = config #- '{account,username}' WHERE tenant_id = $1 AND plugin_id = 'email'`,
      [tx.tenantId],
    )
    tx.accessChanged()
  })
  t.match(await send(), { sent: false, step: 'auth', remedy: /account\.username/ })
  t.equal(office.received.length, 0)
})

t.test('which addresses are inside', async (t) => {
  const outside = ['8.8.8.8', '192.0.1.1', '2606:4700::1111']
  const within = ['127.0.0.1', '10.1.2.3', '169.254.169.254', '0.0.0.0', '224.0.0.1', '::', '::1', '::ffff:8.8.8.8']
  const tunnelled = ['64:ff9b::7f00:1', '2002:7f00:1::', '2001:0:7f00::1', 'fe80::1%eth0', 'fd00::1']
  t.same(outside.filter(isInside), [])
  t.same(
    [...within, ...tunnelled].filter((address) => !isInside(address)),
    [],
  )
  t.equal(await addressOf({ host: '8.8.8.8', trusted: false }), '8.8.8.8')
})
