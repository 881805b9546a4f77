import fc from 'fast-check'
import t from 'tap'
import {
  createApiToken,
  createToken,
  hashToken,
  isTokenShaped,
  readApiToken,
  revokeApiToken,
} from '#core/auth/index.ts'
import { rows } from '#core/auth/platform-rows.ts'
import { fixture, serveIdentity } from './identity-under-test.ts'

t.test('a token has its form, and nothing near it has', async (t) => {
  const { token, publicId, hash } = createToken()
  t.match(token, new RegExp(`^gh_${publicId}_[0-9a-f]{64}[0-9A-Za-z]{6}$`))
  t.equal(hash, hashToken(token))
  t.notMatch(hash, token.slice(16, 40))
  t.equal(isTokenShaped(token), true)
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom(...'0aZ_-'.split('')), (at, c) => {
      const changed = token.slice(0, at) + c + token.slice(at + 1)
      return changed === token || !isTokenShaped(changed)
    }),
  )
})

t.test('an API token is its organisation, until it ends or is revoked', async (t) => {
  const f = await fixture(t)
  const { identity, app } = await serveIdentity(t, f)
  const tenant = await f.organization('club')
  const expiresAt = new Date(f.clock.now().getTime() + 60_000)
  const { token, record } = await f.work(tenant, (tx) =>
    createApiToken(tx, { name: 'import', role: 'admin', scopes: ['members.*'], expiresAt }),
  )
  const ask = () => app.inject({ url: '/whoami', headers: { authorization: `Bearer ${token}` } })
  const principal = { kind: 'token', id: record.id, tenantId: tenant, role: 'admin', scopes: ['members.*'] }

  t.same((await ask()).json().principal, principal)
  const stored = JSON.stringify(await rows(f.platform, 'SELECT * FROM core.api_token'))
  t.notMatch(stored, token.slice(16, 80), 'the secret is not stored')

  const statements = async () => {
    let asked = 0
    const query = f.platform.query.bind(f.platform)
    f.platform.query = ((...o: Parameters<typeof query>) => {
      asked++
      return query(...o)
    }) as typeof f.platform.query
    await ask()
    f.platform.query = query
    return asked
  }
  t.equal(await statements(), 1, 'nothing is remembered before somebody listens for changes')
  identity.setCaching(true)
  await ask()
  t.equal(await statements(), 0, 'remembered')

  await rows(f.platform, 'UPDATE core.api_token SET role = $1', ['maker'])
  identity.invalidate(await f.organization('other'))
  t.equal(await statements(), 0, 'the change of another organisation drops nothing here')
  identity.invalidate(tenant)
  t.equal((await ask()).json().principal.role, 'maker')
  identity.setCaching(false)
  t.equal(await statements(), 1)

  identity.setCaching(true)
  await ask()
  f.clock.advance(60_001)
  t.equal((await ask()).statusCode, 401, 'its end is asked at every use')

  const second = await f.work(tenant, (tx) => createApiToken(tx, { name: 'second', role: 'admin' }))
  const again = () => app.inject({ url: '/whoami', headers: { authorization: `Bearer ${second.token}` } })
  t.equal((await again()).statusCode, 200)
  await f.work(tenant, (tx) => revokeApiToken(tx, second.record.id))
  for (const id of f.changed.splice(0)) identity.invalidate(id)
  const answer = await again()
  t.equal(answer.statusCode, 401)
  t.match(answer.headers['www-authenticate'], /invalid_token/)

  const unknown = createToken().token
  const guess = await app.inject({ url: '/whoami', headers: { authorization: `Bearer ${unknown}` } })
  t.same(
    { ...guess.json(), requestId: '' },
    { ...answer.json(), requestId: '' },
    'a guess and a revoked one look alike',
  )
})

t.test('an answer on its way while the token is revoked is not remembered', async (t) => {
  const f = await fixture(t)
  const { identity, app } = await serveIdentity(t, f)
  identity.setCaching(true)
  const tenant = await f.organization('club')
  const { token, record } = await f.work(tenant, (tx) => createApiToken(tx, { name: 'x', role: 'admin' }))
  const ask = () => app.inject({ url: '/whoami', headers: { authorization: `Bearer ${token}` } })
  const query = f.platform.query.bind(f.platform)
  let revoked = false
  f.platform.query = (async (...o: Parameters<typeof query>) => {
    const result = await query(...o)
    if (!revoked) {
      revoked = true
      await f.work(tenant, (tx) => revokeApiToken(tx, record.id))
      identity.invalidate(tenant)
    }
    return result
  }) as typeof f.platform.query
  t.equal((await ask()).statusCode, 200)
  f.platform.query = query
  t.equal((await ask()).statusCode, 401)
})

t.test('tokens of a suspended organisation serve nobody', async (t) => {
  const f = await fixture(t)
  const { app } = await serveIdentity(t, f)
  const tenant = await f.organization('club')
  const { token } = await f.work(tenant, (tx) => createApiToken(tx, { name: 'x', role: 'admin' }))
  await rows(f.platform, "UPDATE core.tenant SET status = 'suspended'")
  const answer = await app.inject({ url: '/whoami', headers: { authorization: `Bearer ${token}` } })
  t.equal(answer.statusCode, 403)
})

t.test('the last use is written later and together', async (t) => {
  const f = await fixture(t)
  const { identity, app } = await serveIdentity(t, f)
  const tenant = await f.organization('club')
  const { token, record } = await f.work(tenant, (tx) => createApiToken(tx, { name: 'x', role: 'admin' }))
  await app.inject({ url: '/whoami', headers: { authorization: `Bearer ${token}` } })
  const lastUse = async () => (await f.work(tenant, (tx) => readApiToken(tx, record.id))).lastUsedAt
  t.equal(await lastUse(), null)
  await identity.stop()
  t.ok((await lastUse()) instanceof Date)
})

t.test('a token cannot be made that has ended already', async (t) => {
  const f = await fixture(t)
  const tenant = await f.organization('club')
  const past = new Date(f.clock.now().getTime() - 1)
  await t.rejects(f.work(tenant, (tx) => createApiToken(tx, { name: 'x', role: 'admin', expiresAt: past })))
})
