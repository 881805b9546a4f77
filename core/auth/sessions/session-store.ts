import { createHash, randomBytes } from 'node:crypto'
import type { Cache } from '../../cache/index.ts'
import type { Clock } from '../../clock.ts'

export const idleMs = 30 * 60_000
export const absoluteMs = 12 * 60 * 60_000

export interface Session {
  readonly userId: string
  /** As `core.app_user` names the provider. */
  readonly issuer: string
  readonly subject: string
  /** The provider's name of the session, for its logout. */
  readonly sid?: string
  /** A role the provider gives in the whole realm; it ends with the session. */
  readonly realmRole?: 'super_admin'
  /** Sealed: the hint that ends the provider's session without asking. */
  readonly idToken?: string
}
interface Stored extends Session {
  readonly endsAt: number
}

const digest = (...parts: string[]) => createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
const sessionKey = (digested: string) => `sess:${digested}`
const userIndex = (userId: string) => `sess:user:${userId}`
const subjectIndex = (issuer: string, subject: string) => `sess:sub:${digest(issuer, subject)}`
const sidIndex = (issuer: string, sid: string) => `sess:sid:${digest(issuer, sid)}`
const endedSid = (issuer: string, sid: string) => `sess:ended:${digest(issuer, sid)}`

/** Names a session in logs and the trail without opening it. */
export const sessionName = (id: string): string => digest(id).slice(0, 16)

/**
 * Sessions of browsers (SECURITY §1). The cookie holds 256 random bits, the key their hash. A session is written once,
 * only if new, and afterwards only given a new end: a slow request that comes back after the logout cannot revive it.
 */
export class SessionStore {
  readonly #cache: Cache
  readonly #clock: Clock

  constructor(o: { cache: Cache; clock: Clock }) {
    this.#cache = o.cache
    this.#clock = o.clock
  }

  /** Gives the secret id for the cookie; null when the provider has ended its session meanwhile. */
  async create(session: Session): Promise<string | null> {
    const id = randomBytes(32).toString('base64url')
    const key = digest(id)
    const stored: Stored = { ...session, endsAt: this.#now() + absoluteMs }
    await this.#cache.set(sessionKey(key), JSON.stringify(stored), { ttlMs: idleMs, onlyIfNew: true })
    await Promise.all(indexes(session).map((index) => this.#cache.addToSet(index, key, absoluteMs)))
    // Asked last: a logout either finds the index or is found here.
    if (!session.sid || !(await this.sidEnded(session.issuer, session.sid))) return id
    await this.end(id)
    return null
  }

  /** Reading is being there: the idle time starts anew, the absolute end stays. */
  async read(id: string): Promise<Session | null> {
    const key = sessionKey(digest(id))
    const text = await this.#cache.get(key)
    if (text === null) return null
    const { endsAt, ...session } = JSON.parse(text) as Stored
    const left = endsAt - this.#now()
    if (left <= 0) return null
    return (await this.#cache.expire(key, Math.min(idleMs, left))) ? session : null
  }

  async end(id: string): Promise<void> {
    const key = digest(id)
    const text = await this.#cache.get(sessionKey(key))
    await this.#cache.delete(sessionKey(key))
    if (text === null) return
    await Promise.all(indexes(JSON.parse(text) as Stored).map((index) => this.#cache.removeFromSet(index, key)))
  }

  /** Everywhere: every browser of the user. Gives how many there were. */
  endAllOf(userId: string): Promise<number> {
    return this.#endIndexed(userIndex(userId))
  }

  /** The provider's logout of one of its sessions; tokens that name it are refused from now on (`sidEnded`). */
  async endSid(issuer: string, sid: string): Promise<number> {
    await this.#cache.set(endedSid(issuer, sid), '1', { ttlMs: absoluteMs })
    return this.#endIndexed(sidIndex(issuer, sid))
  }

  /** The provider's logout of a person. */
  endSubject(issuer: string, subject: string): Promise<number> {
    return this.#endIndexed(subjectIndex(issuer, subject))
  }

  async sidEnded(issuer: string, sid: string): Promise<boolean> {
    return (await this.#cache.get(endedSid(issuer, sid))) !== null
  }

  async #endIndexed(index: string): Promise<number> {
    const keys = await this.#cache.setMembers(index)
    const ended = await Promise.all(
      keys.map(async (key) => {
        await this.#cache.removeFromSet(index, key)
        return this.#cache.delete(sessionKey(key))
      }),
    )
    return ended.filter(Boolean).length
  }

  #now(): number {
    return this.#clock.now().getTime()
  }
}

const indexes = ({ userId, issuer, subject, sid }: Session): string[] => [
  userIndex(userId),
  subjectIndex(issuer, subject),
  ...(sid ? [sidIndex(issuer, sid)] : []),
]
