import type { Redis } from 'ioredis'

/** Options of a write. Every entry ends: nothing is kept for ever in a cache. */
export interface SetOptions {
  readonly ttlMs: number
  /** Writes only when there is no such entry. */
  readonly onlyIfNew?: boolean
}

/**
 * What nodes share and may lose: sessions, key sets, counters. One contract for memory (a single node) and Redis.
 * Values and members are text; keys are at most a few hundred bytes.
 */
export interface Cache {
  /** Whether other nodes see the same entries. */
  readonly shared: boolean
  /** The connection itself, for libraries that bring their own commands; absent in memory. */
  readonly redis?: Redis
  get(key: string): Promise<string | null>
  /** Whether it was written: false only with `onlyIfNew`. */
  set(key: string, value: string, options: SetOptions): Promise<boolean>
  /** Whether there was such an entry. */
  delete(key: string): Promise<boolean>
  /** Gives an existing entry a new end; never makes one. Whether there was one. */
  expire(key: string, ttlMs: number): Promise<boolean>
  /** Adds one and gives the sum; the end is set by the first call and not moved by later ones. */
  increment(key: string, ttlMs: number): Promise<number>
  /** Adds a member; the set ends `ttlMs` after the last addition. */
  addToSet(key: string, member: string, ttlMs: number): Promise<void>
  setMembers(key: string): Promise<string[]>
  removeFromSet(key: string, member: string): Promise<void>
  close(): Promise<void>
}
