import t from 'tap'
import { truncated } from '#core/auth/audit-platform.ts'
import { LoginAttempts } from '#core/auth/login/login-attempts.ts'
import { returnPath } from '#core/auth/login/return-path.ts'
import { absoluteMs, idleMs, SessionStore } from '#core/auth/sessions/session-store.ts'
import { type Cache, MemoryCache } from '#core/cache/index.ts'
import { MovableClock } from '#core/clock.ts'

const session = { userId: 'u1', issuer: 'embedded', subject: 's1', sid: 'sid1' }

function store(wrap: (cache: Cache) => Cache = (cache) => cache) {
  const clock = new MovableClock()
  const cache = new MemoryCache({ now: () => clock.now().getTime() })
  return { clock, cache, sessions: new SessionStore({ cache: wrap(cache), clock }) }
}

t.test('a session lives while it is used, and at most twelve hours', async (t) => {
  const { clock, sessions } = store()
  const id = (await sessions.create(session))!
  t.match(id, /^[\w-]{43}$/)
  t.same(await sessions.read(id), session)
  clock.advance(idleMs + 1)
  t.equal(await sessions.read(id), null, 'idle')

  const busy = (await sessions.create(session))!
  const nearlyIdle = idleMs - 60_000
  for (let ms = 0; ms < absoluteMs - idleMs; ms += nearlyIdle) {
    t.ok(await sessions.read(busy))
    clock.advance(nearlyIdle)
  }
  t.ok(await sessions.read(busy))
  clock.advance(nearlyIdle)
  t.equal(await sessions.read(busy), null, 'absolute')
})

t.test('the id itself is not in the cache', async (t) => {
  const keys: string[] = []
  const { sessions } = store((cache) => {
    const set = cache.set.bind(cache)
    cache.set = (key, value, o) => {
      keys.push(key, value)
      return set(key, value, o)
    }
    return cache
  })
  const id = (await sessions.create(session))!
  t.notOk(keys.some((text) => text.includes(id)))
})

t.test('a slow request does not bring a session back that ended meanwhile', async (t) => {
  let ended: (() => Promise<void>) | null = null
  const { sessions } = store((cache) => {
    const get = cache.get.bind(cache)
    cache.get = async (key) => {
      const value = await get(key)
      const end = ended
      ended = null
      await end?.()
      return value
    }
    return cache
  })
  const id = (await sessions.create(session))!
  ended = () => sessions.end(id)
  t.equal(await sessions.read(id), null, 'the request that was under way')
  t.equal(await sessions.read(id), null, 'and every later one')
})

t.test('a logout that comes between the making and the first answer wins', async (t) => {
  let between: (() => Promise<unknown>) | null = null
  const { sessions } = store((cache) => {
    const set = cache.set.bind(cache)
    cache.set = async (key, value, o) => {
      const written = await set(key, value, o)
      const run = between
      between = null
      await run?.()
      return written
    }
    return cache
  })
  between = () => sessions.endSid('embedded', 'sid1')
  t.equal(await sessions.create(session), null)
})

t.test('everywhere, one session of the provider, one person of the provider', async (t) => {
  const { sessions } = store()
  const make = async (sid: string, userId = 'u1', subject = 's1') =>
    (await sessions.create({ ...session, sid, userId, subject }))!
  const alive = async (ids: string[]) => Promise.all(ids.map(async (id) => (await sessions.read(id)) !== null))
  const mine = [await make('a'), await make('b'), await make('c')]
  const other = await make('d', 'u2', 's2')
  t.equal(await sessions.endSid('embedded', 'a'), 1)
  t.equal(await sessions.endSid('another issuer', 'b'), 0)
  t.same(await alive([...mine, other]), [false, true, true, true])
  t.equal(await sessions.endSubject('embedded', 's1'), 2)
  t.same(await alive([...mine, other]), [false, false, false, true])
  t.equal(await sessions.endAllOf('u2'), 1)
  t.same(await alive([other]), [false])
})

t.test('an attempt to sign in serves once, whoever comes at the same time, and ten minutes', async (t) => {
  const { clock, cache } = store()
  const attempts = new LoginAttempts(cache)
  const attempt = { state: 's', nonce: 'n', codeVerifier: 'v', returnTo: '/' }
  const id = await attempts.begin(attempt)
  const taken = await Promise.all([attempts.take(id), attempts.take(id), attempts.take(id)])
  t.same(taken.filter(Boolean), [attempt])
  t.equal(await attempts.take(id), null)
  const late = await attempts.begin(attempt)
  clock.advance(600_001)
  t.equal(await attempts.take(late), null)
})

t.test('the way back is a path of ours', async (t) => {
  for (const good of ['/', '/members?page=2#top', '/a/b%20c']) t.equal(returnPath(good), good)
  const bad = [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '',
    'x',
    '/\t/evil',
    '/é',
  ]
  bad.push('/a/..//evil.example', '/.//evil.example', '/oidc/auth', '/api/v1/auth/logout', `/${'x'.repeat(500)}`)
  for (const path of [...bad, null, 1, ['/']]) t.equal(returnPath(path), '/', String(path))
})

t.test('addresses are kept without their end', async (t) => {
  const table: [string, string][] = [
    ['192.0.2.17', '192.0.2.0'],
    ['::ffff:192.0.2.17', '192.0.2.0'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::'],
    ['2001:db8::1', '2001:db8:0::'],
    ['::1', '0:0:0::'],
  ]
  for (const [whole, cut] of table) t.equal(truncated(whole), cut)
})
