import type { Cache, SetOptions } from './cache.ts'

interface Entry {
  value: string | Set<string>
  endsAt: number
}

/**
 * The cache of a single node. Bounded: past `maxEntries` the entry that was written or read longest ago goes, after those that have
 * ended. Default 100,000, about 50 MB of sessions.
 */
export class MemoryCache implements Cache {
  readonly shared = false
  readonly #entries = new Map<string, Entry>()
  readonly #maxEntries: number
  readonly #now: () => number

  constructor(o: { maxEntries?: number; now?: () => number } = {}) {
    this.#maxEntries = o.maxEntries ?? 100_000
    this.#now = o.now ?? Date.now
  }

  async get(key: string): Promise<string | null> {
    const value = this.#live(key)?.value
    return typeof value === 'string' ? value : null
  }

  async set(key: string, value: string, o: SetOptions): Promise<boolean> {
    if (o.onlyIfNew && this.#live(key)) return false
    this.#put(key, { value, endsAt: this.#now() + o.ttlMs })
    return true
  }

  async delete(key: string): Promise<boolean> {
    const present = this.#live(key) !== undefined
    this.#entries.delete(key)
    return present
  }

  async expire(key: string, ttlMs: number): Promise<boolean> {
    const entry = this.#live(key)
    if (entry) entry.endsAt = this.#now() + ttlMs
    return entry !== undefined
  }

  async increment(key: string, ttlMs: number): Promise<number> {
    const entry = this.#live(key)
    const sum = Number(entry?.value ?? 0) + 1
    this.#put(key, { value: String(sum), endsAt: entry?.endsAt ?? this.#now() + ttlMs })
    return sum
  }

  async addToSet(key: string, member: string, ttlMs: number): Promise<void> {
    const members = this.#live(key)?.value
    const value = members instanceof Set ? members : new Set<string>()
    this.#put(key, { value: value.add(member), endsAt: this.#now() + ttlMs })
  }

  async setMembers(key: string): Promise<string[]> {
    const members = this.#live(key)?.value
    return members instanceof Set ? [...members] : []
  }

  async removeFromSet(key: string, member: string): Promise<void> {
    const members = this.#live(key)?.value
    if (!(members instanceof Set)) return
    members.delete(member)
    if (members.size === 0) this.#entries.delete(key)
  }

  async close(): Promise<void> {
    this.#entries.clear()
  }

  #live(key: string): Entry | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    this.#entries.delete(key)
    if (entry.endsAt <= this.#now()) return undefined
    // A Map keeps the order of insertion: what was used last stands last.
    this.#entries.set(key, entry)
    return entry
  }

  #put(key: string, entry: Entry): void {
    this.#entries.delete(key)
    if (this.#entries.size >= this.#maxEntries) this.#makeRoom()
    this.#entries.set(key, entry)
  }

  #makeRoom(): void {
    const now = this.#now()
    for (const [key, { endsAt }] of this.#entries) if (endsAt <= now) this.#entries.delete(key)
    for (const key of this.#entries.keys()) {
      if (this.#entries.size < this.#maxEntries) return
      this.#entries.delete(key)
    }
  }
}
