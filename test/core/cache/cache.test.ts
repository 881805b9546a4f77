import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { type Cache, MemoryCache, openCache } from '#core/cache/index.ts'
import { RedisCache } from '#core/cache/redis-cache.ts'
import { startRedis } from './redis-server.ts'

const minute = 60_000

/** What both caches must do. `pass` lets time go by. */
function contract(t: Test, cache: Cache, pass: (key: string, ms: number) => Promise<void>): void {
  t.test('reads what was written, and null for the rest', async (t) => {
    t.equal(await cache.get('a'), null)
    t.equal(await cache.set('a', 'one', { ttlMs: minute }), true)
    t.equal(await cache.get('a'), 'one')
    t.equal(await cache.delete('a'), true)
    t.equal(await cache.delete('a'), false)
  })

  t.test('a conditional write says whether it wrote', async (t) => {
    t.equal(await cache.set('b', 'first', { ttlMs: minute, onlyIfNew: true }), true)
    t.equal(await cache.set('b', 'second', { ttlMs: minute, onlyIfNew: true }), false)
    t.equal(await cache.get('b'), 'first')
  })

  t.test('of many conditional writers one wins', async (t) => {
    const wins = await Promise.all(
      Array.from({ length: 20 }, (_, i) => cache.set('c', String(i), { ttlMs: minute, onlyIfNew: true })),
    )
    t.equal(wins.filter(Boolean).length, 1)
  })

  t.test('an entry ends, and expire never makes one', async (t) => {
    await cache.set('d', 'x', { ttlMs: 200 })
    t.equal(await cache.expire('d', minute), true)
    await pass('d', 210)
    t.equal(await cache.get('d'), 'x')
    t.equal(await cache.expire('nothing', minute), false)
    await cache.expire('d', 30)
    await pass('d', 30)
    t.equal(await cache.get('d'), null)
  })

  t.test('a counter counts to its end, which later calls do not move', async (t) => {
    const sums = await Promise.all(Array.from({ length: 10 }, () => cache.increment('e', 50)))
    t.same(
      sums.toSorted((a, b) => a - b),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    )
    await pass('e', 50)
    t.equal(await cache.increment('e', 50), 1)
  })

  t.test('a set holds each member once', async (t) => {
    t.same(await cache.setMembers('f'), [])
    await cache.addToSet('f', 'one', minute)
    await cache.addToSet('f', 'two', minute)
    await cache.addToSet('f', 'one', minute)
    t.same((await cache.setMembers('f')).toSorted(), ['one', 'two'])
    await cache.removeFromSet('f', 'one')
    await cache.removeFromSet('f', 'never there')
    t.same(await cache.setMembers('f'), ['two'])
    await cache.addToSet('f', 'three', 20)
    await pass('f', 20)
    t.same(await cache.setMembers('f'), [])
  })
}

t.test('in memory', async (t) => {
  let now = 1_000_000
  const cache = new MemoryCache({ now: () => now })
  t.teardown(() => cache.close())
  contract(t, cache, async (_, ms) => {
    now += ms
  })
})

t.test('in memory, never more entries than allowed: the least used goes', async (t) => {
  const cache = new MemoryCache({ maxEntries: 3 })
  for (const key of ['a', 'b', 'c']) await cache.set(key, key, { ttlMs: minute })
  await cache.get('a')
  await cache.set('d', 'd', { ttlMs: minute })
  t.same(await Promise.all(['a', 'b', 'c', 'd'].map((key) => cache.get(key))), ['a', null, 'c', 'd'])
})

t.test('in Redis', async (t) => {
  const redis = await startRedis()
  if (!redis) {
    t.comment('There is no Redis: install redis-server or set REDIS_URL to run the contract on it.')
    t.pass('no Redis here')
    return
  }
  t.teardown(() => redis.stop())
  const prefix = `test-${randomUUID()}:`
  const cache = await new RedisCache({ url: redis.url, prefix }).connect()
  t.teardown(() => cache.close())
  contract(t, cache, async (key, ms) => {
    // Redis keeps its own time: wait until the entry has ended, or as long as it was meant to live on.
    const end = performance.now() + ms + 5
    while (performance.now() < end) await cache.get(key).catch(() => null)
  })
})

t.test('a Redis that does not answer stops the boot with its address and no password', async (t) => {
  const error = await openCache({ redisUrl: 'redis://user:hidden@127.0.0.1:1/' }).catch((e: Error) => e)
  t.ok(error instanceof Error)
  t.match((error as Error).message, /127\.0\.0\.1:1/)
  t.notMatch((error as Error).message, /hidden/)
})
