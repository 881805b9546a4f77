import { Redis } from 'ioredis'
import type { Cache, SetOptions } from './cache.ts'

/** Each script is one step of its own: no other command runs between its lines. */
const scripts = {
  increment: `local sum = redis.call('INCR', KEYS[1])
    if sum == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
    return sum`,
  addToSet: `redis.call('SADD', KEYS[1], ARGV[1]) redis.call('PEXPIRE', KEYS[1], ARGV[2])`,
}

/**
 * The cache that nodes share. A command waits for at most `commandTimeoutMs` (default 2,000) and is not queued while
 * the connection is down: who asks for a session gets an error at once, not an answer a minute later.
 */
export class RedisCache implements Cache {
  readonly shared = true
  readonly redis: Redis
  readonly #prefix: string

  constructor(o: { url: string; prefix?: string; commandTimeoutMs?: number; onError?: (error: Error) => void }) {
    this.#prefix = o.prefix ?? 'guildhall:'
    this.redis = new Redis(o.url, {
      lazyConnect: true,
      commandTimeout: o.commandTimeoutMs ?? 2_000,
      maxRetriesPerRequest: 1,
      enableOfflineQueue: false,
      retryStrategy: (attempt) => Math.min(attempt * 100, 3_000),
    })
    // Without a listener ioredis prints to the console; each waiting command fails with the same error anyway.
    this.redis.on('error', (error: Error) => o.onError?.(error))
  }

  /** @throws when Redis does not answer: a boot that names a Redis needs it. */
  async connect(): Promise<this> {
    try {
      await this.redis.connect()
      return this
    } catch (error) {
      this.redis.disconnect()
      throw error
    }
  }

  get(key: string): Promise<string | null> {
    return this.redis.get(this.#key(key))
  }

  async set(key: string, value: string, o: SetOptions): Promise<boolean> {
    const condition = o.onlyIfNew ? ['NX'] : []
    return (await this.redis.call('SET', this.#key(key), value, 'PX', String(ms(o.ttlMs)), ...condition)) === 'OK'
  }

  async delete(key: string): Promise<boolean> {
    return (await this.redis.del(this.#key(key))) === 1
  }

  async expire(key: string, ttlMs: number): Promise<boolean> {
    return (await this.redis.pexpire(this.#key(key), ms(ttlMs))) === 1
  }

  async increment(key: string, ttlMs: number): Promise<number> {
    return Number(await this.redis.eval(scripts.increment, 1, this.#key(key), ms(ttlMs)))
  }

  async addToSet(key: string, member: string, ttlMs: number): Promise<void> {
    await this.redis.eval(scripts.addToSet, 1, this.#key(key), member, ms(ttlMs))
  }

  setMembers(key: string): Promise<string[]> {
    return this.redis.smembers(this.#key(key))
  }

  async removeFromSet(key: string, member: string): Promise<void> {
    await this.redis.srem(this.#key(key), member)
  }

  async close(): Promise<void> {
    this.redis.disconnect()
  }

  #key(key: string): string {
    return this.#prefix + key
  }
}

/** Redis takes whole milliseconds and refuses zero. */
const ms = (ttl: number): number => Math.max(1, Math.ceil(ttl))
