import type { Problem } from '@guildhall/sdk'
import type { JWTHeaderParameters, JWTPayload } from 'jose'
import t from 'tap'
import { rows } from '#core/auth/platform-rows.ts'
import { Browser, fixture, serveIdentity } from './identity-under-test.ts'
import { claimsOf, external, seconds, signIn, startKeycloak } from './keycloak.ts'

t.test('signing in at an outside provider, and its logout through the back channel', async (t) => {
  const keycloak = await startKeycloak(t)
  const f = await fixture(t)
  const { app } = await serveIdentity(t, f, external(keycloak.url))
  t.same(keycloak.requests, [], 'the platform starts without asking the provider anything')
  const browser = new Browser(app)
  const done = await signIn(browser)
  t.equal(done.statusCode, 303)
  t.equal(done.headers.location, '/groups')
  const status = (await browser.get('/api/v1/auth/status')).json()
  t.match(status, {
    authenticated: true,
    user: { email: 'ada@example.org', globalRole: null },
    currentOrganization: null,
  })

  const logout = (more: { [claim: string]: unknown }, header: Partial<JWTHeaderParameters> = { typ: 'logout+jwt' }) =>
    keycloak
      .sign(
        {
          iss: keycloak.url,
          aud: 'guildhall',
          sub: 'person-1',
          iat: seconds(),
          exp: seconds() + 120,
          jti: `j${Math.random()}`,
          events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
          ...more,
        },
        header,
      )
      .then((token) => new Browser(app).submit('/api/v1/auth/backchannel-logout', { logout_token: token }))
  const refused: [string, { [claim: string]: unknown }, Partial<JWTHeaderParameters>?][] = [
    ['another client', { aud: 'somebody' }],
    ['another issuer', { iss: 'http://127.0.0.1:1' }],
    ['a nonce', { nonce: 'x' }],
    ['no event', { events: {} }],
    ['an old one', { iat: seconds() - 3_600 }],
    ['neither session nor subject', { sub: undefined }],
    ['another kind of token', {}, { typ: 'at+jwt' }],
  ]
  for (const [name, more, header] of refused) t.equal((await logout(more, header)).statusCode, 400, name)
  t.equal((await browser.get('/api/v1/auth/status')).json().authenticated, true)
  t.equal((await logout({ jti: 'once' })).statusCode, 200)
  t.equal((await browser.get('/api/v1/auth/status')).json().authenticated, false)
  t.equal((await logout({ jti: 'once' })).statusCode, 400, 'a replay')
})

t.test('BOOTSTRAP_ADMIN_EMAIL becomes super admin once, and only with a verified address', async (t) => {
  const settings = { bootstrapAdminEmail: 'Ada@example.org' }
  const f = await fixture(t)
  const unverified = await startKeycloak(t, { verified: false })
  const first = await serveIdentity(t, f, external(unverified.url, settings))
  const stranger = new Browser(first.app)
  await signIn(stranger)
  t.equal((await stranger.get('/api/v1/auth/status')).json().user.globalRole, null)
  const verified = await startKeycloak(t)
  const second = await serveIdentity(t, f, external(verified.url, settings))
  const ada = new Browser(second.app)
  await signIn(ada)
  t.equal((await ada.get('/api/v1/auth/status')).json().user.globalRole, 'super_admin')
  const third = await startKeycloak(t)
  const { app } = await serveIdentity(t, f, external(third.url, settings))
  const late = new Browser(app)
  await signIn(late)
  t.equal((await late.get('/api/v1/auth/status')).json().user.globalRole, null, 'there is one already')
})

t.test("Keycloak's realm role holds as long as the session and is never written down", async (t) => {
  const keycloak = await startKeycloak(t, { realmRoles: ['offline_access', 'super_admin'] })
  const f = await fixture(t)
  const { app } = await serveIdentity(t, f, external(keycloak.url))
  const browser = new Browser(app)
  await signIn(browser)
  t.equal((await browser.get('/api/v1/auth/status')).json().user.globalRole, 'super_admin')
  t.same(await rows(f.platform, 'SELECT global_role FROM core.app_user'), [{ global_role: null }])
})

t.test('an invitation waits for the first sign-in with the verified address', async (t) => {
  const f = await fixture(t)
  const keycloak = await startKeycloak(t)
  const { identity, app } = await serveIdentity(t, f, external(keycloak.url))
  const invited = await identity.people.ensureAccount({ email: 'ADA@example.org', name: 'Ada' })
  t.equal(invited.setPasswordLink, null)
  t.equal((await identity.people.ensureAccount({ email: 'ada@example.org', name: 'Ada' })).userId, invited.userId)
  const browser = new Browser(app)
  await signIn(browser)
  t.equal((await browser.get('/api/v1/auth/status')).json().user.id, invited.userId)

  const impostor = await startKeycloak(t, { verified: false })
  const other = await serveIdentity(t, f, external(impostor.url))
  const waiting = await other.identity.people.ensureAccount({ email: 'ada@example.org', name: 'Ada' })
  const thief = new Browser(other.app)
  await signIn(thief)
  t.not((await thief.get('/api/v1/auth/status')).json().user.id, waiting.userId, 'an unverified address claims nothing')
})

t.test('bearer tokens: who, which organisation, and the session that ended', async (t) => {
  const keycloak = await startKeycloak(t)
  const f = await fixture(t)
  const { identity, app } = await serveIdentity(t, f, external(keycloak.url))
  const ask = async (claims: JWTPayload, header?: Partial<JWTHeaderParameters>) =>
    app.inject({ url: '/whoami', headers: { authorization: `Bearer ${await keycloak.sign(claims, header)}` } })
  const person = await ask(claimsOf(keycloak, { email: 'ada@example.org', sid: 's1' }))
  t.match(person.json().principal, { kind: 'user', email: 'ada@example.org', organizations: [] })
  await identity.sessions.endSid(keycloak.url, 's1')
  t.equal((await ask(claimsOf(keycloak, { sid: 's1' }))).statusCode, 401)

  const tenant = await f.organization('club')
  const bot = { azp: 'robot', sub: 'f:1', preferred_username: 'service-account-robot' }
  t.equal((await ask(claimsOf(keycloak, bot))).statusCode, 401, 'a client nobody made a service account of')
  await f.work(tenant, (tx) => identity.serviceAccounts.create(tx, { name: 'Robot', role: 'admin', clientId: 'robot' }))
  t.match((await ask(claimsOf(keycloak, bot))).json().principal, {
    kind: 'serviceAccount',
    tenantId: tenant,
    role: 'admin',
  })
  const behind = await ask(claimsOf(keycloak, { ...bot, sid: 's2' }))
  t.equal(behind.json().principal.kind, 'user', 'somebody with a session is a person, whatever client he came by')
  const other = await f.organization('other')
  const second = f.work(other, (tx) =>
    identity.serviceAccounts.create(tx, { name: 'Robot', role: 'admin', clientId: 'robot' }),
  )
  t.match(await second.catch((error: Problem) => error.kind), { status: 409 })
})

t.test('what is wrong at first sight is refused without asking the provider', async (t) => {
  const keycloak = await startKeycloak(t)
  const f = await fixture(t)
  const { app } = await serveIdentity(t, f, external(keycloak.url))
  const b64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const raw = (header: object, claims: object) => `${b64(header)}.${b64(claims)}.${'A'.repeat(40)}`
  const good = { alg: 'RS256', kid: 'realm-key' }
  const claims = claimsOf(keycloak)
  const wrong: [string, string][] = [
    ['no JWT at all', 'garbage'],
    ['alg none', `${b64({ alg: 'none' })}.${b64(claims)}.`],
    ['a symmetric algorithm', raw({ ...good, alg: 'HS256' }, claims)],
    ['an algorithm nobody knows', raw({ ...good, alg: 'RS1' }, claims)],
    ['a number as key id', raw({ ...good, kid: 1 }, claims)],
    ['a long key id', raw({ ...good, kid: 'k'.repeat(129) }, claims)],
    ['a critical header', raw({ ...good, crit: ['exp'] }, claims)],
    ['a logout token', raw({ ...good, typ: 'logout+jwt' }, claims)],
    ['an ID token', raw(good, { ...claims, typ: 'ID' })],
    ['a refresh token', raw(good, { ...claims, typ: 'Refresh' })],
    ['an unknown issuer', raw(good, { ...claims, iss: 'http://127.0.0.1:1/' })],
    ['a list of issuers', raw(good, { ...claims, iss: [keycloak.url] })],
    ['no subject', raw(good, { ...claims, sub: undefined })],
    ['9 kB', raw(good, { ...claims, padding: 'x'.repeat(9_000) })],
    ['a broken API token', `gh_abcdefghijkl_${'0'.repeat(64)}AAAAAA`],
  ]
  for (const [name, token] of wrong) {
    const answer = await app.inject({ url: '/whoami', headers: { authorization: `Bearer ${token}` } })
    t.equal(answer.statusCode, 401, name)
    t.match(answer.headers['www-authenticate'], /^Bearer error="invalid_token"/, name)
  }
  t.equal((await app.inject({ url: '/whoami', headers: { authorization: 'Basic eDp5' } })).statusCode, 401)
  t.same(keycloak.requests, [], 'nothing was fetched')
  const unknownKeys = Array.from({ length: 20 }, (_, i) => raw({ ...good, kid: `k${i}` }, claims))
  for (const token of unknownKeys)
    t.equal((await app.inject({ url: '/whoami', headers: { authorization: `Bearer ${token}` } })).statusCode, 401)
  t.ok(keycloak.requests.length <= 2, `unknown keys do not flood the provider: ${keycloak.requests.length} requests`)
})

t.test('a provider that cannot be reached is 503, and a fresh node verifies with the shared keys', async (t) => {
  const keycloak = await startKeycloak(t)
  const f = await fixture(t)
  const headers = { authorization: `Bearer ${await keycloak.sign(claimsOf(keycloak))}` }
  const { app } = await serveIdentity(t, f, external(keycloak.url))
  t.equal((await app.inject({ url: '/whoami', headers })).statusCode, 200)
  await keycloak.stop()
  t.equal((await app.inject({ url: '/whoami', headers })).statusCode, 200, 'known keys go on')

  const empty = await fixture(t)
  const lost = await serveIdentity(t, empty, external(keycloak.url))
  const answer = await lost.app.inject({ url: '/whoami', headers })
  t.equal(answer.statusCode, 503)
  t.match(answer.headers, { 'retry-after': '5' })
  t.match(answer.json(), { type: /identity-unavailable/ })
  t.equal((await new Browser(lost.app).post('/api/v1/auth/login', {})).statusCode, 503)
  t.equal(lost.identity.state(), 'unreachable')
})

t.test('the platform reaches the provider inside, browsers outside', async (t) => {
  const keycloak = await startKeycloak(t, { issuer: 'http://id.example.invalid' })
  const f = await fixture(t)
  const { app } = await serveIdentity(t, f, external(keycloak.url, { internalBase: keycloak.listening }))
  const { authorizationUrl } = (await new Browser(app).post('/api/v1/auth/login', {})).json()
  t.match(authorizationUrl, /^http:\/\/id\.example\.invalid\//)
  const headers = { authorization: `Bearer ${await keycloak.sign(claimsOf(keycloak))}` }
  t.equal((await app.inject({ url: '/whoami', headers })).statusCode, 200)
})
