import { createHash, randomBytes } from 'node:crypto'
import type { Cache } from '../../cache/index.ts'

/** What is remembered between leaving for the provider and coming back. */
export interface LoginAttempt {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
  readonly returnTo: string
}

export const attemptSeconds = 600
const key = (id: string) => `login:${createHash('sha256').update(id).digest('base64url')}`

/** Binds an answer of the provider to the browser that asked: the id is in the browser's cookie and serves once. */
export class LoginAttempts {
  readonly #cache: Cache

  constructor(cache: Cache) {
    this.#cache = cache
  }

  async begin(attempt: LoginAttempt): Promise<string> {
    const id = randomBytes(32).toString('base64url')
    await this.#cache.set(key(id), JSON.stringify(attempt), { ttlMs: attemptSeconds * 1_000, onlyIfNew: true })
    return id
  }

  /** Null when there is no such attempt, or somebody else has just taken it. */
  async take(id: string): Promise<LoginAttempt | null> {
    const text = await this.#cache.get(key(id))
    if (text === null || !(await this.#cache.delete(key(id)))) return null
    return JSON.parse(text) as LoginAttempt
  }
}
