import t from 'tap'
import { createIdentity, type Identity } from '#core/auth/index.ts'
import { rows } from '#core/auth/platform-rows.ts'
import { startTestPlatform } from '#core/testing/index.ts'
import { actionOf, arrive, password, sameOrigin, signIn, toForm, withAccount } from './embedded-account.ts'
import { Browser, fixture, identityOptions, publicUrl, serveIdentity } from './identity-under-test.ts'

t.test('signing in, being known, signing out', async (t) => {
  const { f, app, userId } = await withAccount(t)
  const tenant = await f.organization('club')
  await rows(f.platform, 'INSERT INTO core.affiliation (tenant_id, user_id) VALUES ($1, $2)', [tenant, userId])
  const browser = new Browser(app)
  t.same((await browser.get('/api/v1/auth/status')).json(), { authenticated: false })

  const done = await arrive(browser, await signIn(browser, 'Ada@Example.org '))
  t.equal(done.statusCode, 303)
  t.equal(done.headers.location, '/members')
  const line = [done.headers['set-cookie'] ?? []].flat().find((c) => c.startsWith('sid=')) ?? ''
  t.match(line, /HttpOnly/i)
  t.match(line, /SameSite=Lax/i)
  t.notOk(browser.cookies.has('login'), 'the attempt is over')

  const status = (await browser.get('/api/v1/auth/status')).json()
  t.match(status, {
    authenticated: true,
    user: { id: userId, email: 'ada@example.org', name: 'Ada', globalRole: null },
    organizations: [{ id: tenant, slug: 'club' }],
    currentOrganization: tenant,
    roles: ['admin'],
    permissions: ['members.read'],
  })

  await t.test('an unsafe request needs to come from our own page', async (t) => {
    const attempts: [Record<string, string>, number][] = [
      [{}, 403],
      [{ 'x-csrf': '1' }, 403],
      [{ 'sec-fetch-site': 'same-origin' }, 403],
      [{ 'x-csrf': '1', 'sec-fetch-site': 'cross-site', origin: publicUrl }, 403],
      [{ 'x-csrf': '1', 'sec-fetch-site': 'same-site' }, 403],
      [{ 'x-csrf': '1', origin: 'http://evil.example' }, 403],
      [{ 'x-csrf': '1', origin: publicUrl }, 200],
      [sameOrigin, 200],
    ]
    for (const [headers, expected] of attempts)
      t.equal((await browser.post('/whoami', {}, headers)).statusCode, expected, JSON.stringify(headers))
    t.equal((await browser.post('/api/v1/auth/logout', {})).statusCode, 403)
  })

  await t.test('two credentials at once are refused', async (t) => {
    const answer = await browser.get('/whoami', { authorization: 'Bearer x' })
    t.equal(answer.statusCode, 400)
  })

  const before = browser.cookies.get('sid')!.value
  const out = await browser.post('/api/v1/auth/logout', {}, sameOrigin)
  t.equal(out.statusCode, 200)
  t.match(out.json().endSessionUrl, /^http:\/\/localhost:8000\/oidc\/session\/end\?/)
  t.notOk(browser.cookies.has('sid'))
  browser.cookies.set('sid', { value: before, path: '/' })
  t.same((await browser.get('/api/v1/auth/status')).json(), { authenticated: false }, 'the old cookie is worth nothing')

  const confirm = await browser.get(out.json().endSessionUrl)
  t.match(confirm.headers['content-security-policy'], /script-src 'sha256-/)
  const fields = { xsrf: /name="xsrf"[^>]*value="([^"]+)"/.exec(confirm.body)?.[1] ?? '', logout: 'yes' }
  const ended = await browser.submit(actionOf(confirm.body), fields)
  t.equal(ended.statusCode, 303)
  t.equal(ended.headers.location, `${publicUrl}/`)
  const events = await rows<{ event: string; outcome: string; address: string }>(
    f.platform,
    'SELECT event, outcome, address FROM core.platform_audit_event ORDER BY id',
  )
  t.match(events[0], { event: 'auth.signed-in', outcome: 'success', address: '127.0.0.0' })
  t.ok(events.some(({ event }) => event === 'auth.signed-out'))
})

t.test("the provider's logout ends the platform's session through the back channel", async (t) => {
  const { app } = await withAccount(t)
  const browser = new Browser(app)
  await arrive(browser, await signIn(browser, 'ada@example.org'))
  t.equal((await browser.get('/api/v1/auth/status')).json().authenticated, true)
  const confirm = await browser.get('/oidc/session/end')
  const fields = { xsrf: /name="xsrf"[^>]*value="([^"]+)"/.exec(confirm.body)?.[1] ?? '', logout: 'yes' }
  await browser.submit(actionOf(confirm.body), fields)
  t.ok(browser.cookies.has('sid'), 'the browser still has its cookie')
  t.equal((await browser.get('/api/v1/auth/status')).json().authenticated, false)
})

t.test(
  'whoever signs out after the provider forgot him is led on by a page that our policy lets through',
  async (t) => {
    const { f, app } = await withAccount(t)
    const browser = new Browser(app)
    await arrive(browser, await signIn(browser, 'ada@example.org'))
    await rows(f.platform, "DELETE FROM core.oidc_record WHERE model = 'Session'")
    const out = await browser.post('/api/v1/auth/logout', {}, sameOrigin)
    const confirm = await browser.get(out.json().endSessionUrl)
    t.match(confirm.headers['content-security-policy'], /script-src 'sha256-.*form-action 'self'/)
    t.match(confirm.body, 'document.forms[0].submit()')
    const fields = { xsrf: /name="xsrf"[^>]*value="([^"]+)"/.exec(confirm.body)?.[1] ?? '', logout: 'yes' }
    t.equal((await browser.submit(actionOf(confirm.body), fields)).headers.location, `${publicUrl}/`)
  },
)

t.test('logout everywhere ends the other browsers, and a new password does', async (t) => {
  const { app, identity, accountId } = await withAccount(t)
  const [one, two] = [new Browser(app), new Browser(app)]
  for (const browser of [one, two]) await arrive(browser, await signIn(browser, 'ada@example.org'))
  await one.post('/api/v1/auth/logout', { everywhere: true }, sameOrigin)
  t.equal((await two.get('/api/v1/auth/status')).json().authenticated, false)

  await arrive(two, await signIn(two, 'ada@example.org'))
  const token = (await identity.people.passwordLink(accountId)).split('=')[1]!
  t.equal((await one.submit('/account/password', { token, password: 'another long password' })).statusCode, 200)
  t.equal((await two.get('/api/v1/auth/status')).json().authenticated, false)
  const old = await signIn(new Browser(app), 'ada@example.org')
  t.equal(old.statusCode, 401)
})

t.test('an answer of the provider serves one browser once', async (t) => {
  const { app } = await withAccount(t)
  const [browser, thief] = [new Browser(app), new Browser(app)]
  let last = await signIn(browser, 'ada@example.org')
  for (let i = 0; i < 5 && !String(last.headers.location).includes('/callback'); i++)
    last = await browser.get(String(last.headers.location))
  const callback = String(last.headers.location)
  t.equal((await thief.get(callback)).statusCode, 400, 'without the cookie of the attempt')
  const cookie = browser.cookies.get('login')!
  t.equal((await browser.get(callback)).statusCode, 303)
  thief.cookies.set('login', cookie)
  t.equal((await thief.get(callback)).statusCode, 400, 'a second time')
})

t.test('a page that wants a form takes nothing else for one', async (t) => {
  const { app } = await withAccount(t)
  const browser = new Browser(app)
  const strange = { email: { length: 1 }, password: ['x'], token: 5, name: null }
  const action = actionOf((await toForm(browser)).body)
  for (const url of ['/setup', '/account/password', '/account/forgotten', '/account/address', action])
    t.ok([400, 401].includes((await browser.post(url, strange)).statusCode), url)
})

t.test('nobody is sent elsewhere after sign-in', async (t) => {
  const { app } = await withAccount(t)
  for (const evil of [
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/%09/evil',
    '/api/v1/auth/logout',
    'x',
  ]) {
    const browser = new Browser(app)
    const done = await arrive(browser, await signIn(browser, 'ada@example.org', password, evil))
    t.match(String(done.headers.location), /^\/(?![/\\])/, evil)
    t.notMatch(String(done.headers.location), /auth\/logout/)
  }
})

t.test('a form is answered with a redirect, in the language of the browser', async (t) => {
  const { app } = await withAccount(t)
  const browser = new Browser(app)
  const answer = await browser.submit('/api/v1/auth/login', { returnTo: '/x' })
  t.equal(answer.statusCode, 303)
  const location = String(answer.headers.location)
  const interaction = await browser.get(location)
  const german = await browser.get(String(interaction.headers.location), { 'accept-language': 'de-DE,de;q=0.9' })
  t.match(german.body, /<html lang="de">/)
  t.match(german.body, /Anmelden/)
})

t.test('the embedded provider refuses to serve production without https', async (t) => {
  const f = await fixture(t)
  await t.rejects(serveIdentity(t, f, { environment: 'production' }), /FRONTEND_URL/)
  const { app } = await serveIdentity(t, f, { environment: 'production', publicUrl: 'https://club.example.org' })
  const discovery = await app.inject({ url: '/oidc/.well-known/openid-configuration' })
  t.match(discovery.json(), {
    issuer: 'https://club.example.org/oidc',
    authorization_endpoint: 'https://club.example.org/oidc/auth',
    token_endpoint: 'https://club.example.org/oidc/token',
  })
  const status = await app.inject({ method: 'POST', url: '/api/v1/auth/login', headers: { host: 'evil.example' } })
  t.notMatch(status.body, /evil/)
})

t.test('answers of the embedded provider carry the strict headers and the id of the request', async (t) => {
  const platform = await startTestPlatform({ plugins: [] })
  t.teardown(() => platform.close())
  const { statusCode, headers } = await platform.app.inject({ url: '/oidc/jwks' })
  t.equal(statusCode, 200)
  t.match(headers, {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'request-id': /^[\w-]{36}$/,
  })
})

t.test('a password is kept as OWASP wants it, unless somebody says how else', async (t) => {
  const f = await fixture(t)
  const kept = async (identity: Identity, email: string) => {
    await identity.people.createAccount({ email, name: 'Ada', password })
    const sql = 'SELECT password_hash AS hash FROM core.account WHERE email = $1'
    return (await rows<{ hash: string }>(f.platform, sql, [email]))[0]?.hash
  }
  const { scryptCost, ...unsaid } = identityOptions(f)
  t.match(await kept(await createIdentity(unsaid), 'ada@example.org'), /^scrypt\$15\$8\$3\$[\w-]{22}\$[\w-]{43}$/)
  const quick = await createIdentity({ ...unsaid, scryptCost })
  t.match(await kept(quick, 'eve@example.org'), /^scrypt\$10\$8\$1\$/)
})
