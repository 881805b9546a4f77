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
  /** What the browser called itself at sign-in, and its truncated address: for its owner to tell it from others. */
  readonly browser?: string
  readonly address?: string
}
/** A session as its owner sees it; the name opens nothing. */
export interface OpenSession {
  readonly name: string
  readonly startedAt: Date
  readonly endsAt: Date
  readonly browser: string | null
  readonly address: string | null
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
export const sessionName = (id: string): string => nameOf(digest(id))
const nameOf = (key: string): string => key.slice(0, 16)

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
    await this.#endKey(digest(id))
  }

  /** Those that last, the newest first. Looking at them is no use of them. */
  async listOf(userId: string): Promise<OpenSession[]> {
    const keys = await this.#cache.setMembers(userIndex(userId))
    const found = await Promise.all(
      keys.map(async (key): Promise<OpenSession[]> => {
        const text = await this.#cache.get(sessionKey(key))
        if (text === null) return []
        const { endsAt, browser = null, address = null } = JSON.parse(text) as Stored
        if (endsAt <= this.#now()) return []
        return [
          { name: nameOf(key), startedAt: new Date(endsAt - absoluteMs), endsAt: new Date(endsAt), browser, address },
        ]
      }),
    )
    return found.flat().sort((a, b) => b.startedAt.getTime() - a.startedAt.getTime() || (a.name < b.name ? -1 : 1))
  }

  /** One of the user's own, as it was. Null when he has none of this name. */
  async endNamed(userId: string, name: string): Promise<Session | null> {
    const keys = await this.#cache.setMembers(userIndex(userId))
    const key = keys.find((one) => nameOf(one) === name)
    return key === undefined ? null : this.#endKey(key)
  }

  async #endKey(key: string): Promise<Session | null> {
    const text = await this.#cache.get(sessionKey(key))
    await this.#cache.delete(sessionKey(key))
    if (text === null) return null
    const session = JSON.parse(text) as Stored
    await Promise.all(indexes(session).map((index) => this.#cache.removeFromSet(index, key)))
    return session
  }

  /** Everywhere: every browser of the user, but the one with the secret id `keep`. Gives how many there were. */
  endAllOf(userId: string, o: { keep?: string | undefined } = {}): Promise<number> {
    return this.#endIndexed(userIndex(userId), o.keep === undefined ? undefined : digest(o.keep))
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

  async #endIndexed(index: string, keep?: string): Promise<number> {
    const keys = (await this.#cache.setMembers(index)).filter((key) => key !== keep)
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
