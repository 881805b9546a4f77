/** State of a dry run: what it writes is there for itself and gone with it. */
import { stateQuotas } from '@guildhall/sdk'
import type { StateStore } from '../modes/mode.ts'
import { requireValueBytes } from './quotas.ts'

export function overlaidState(real: <R>(read: (store: StateStore) => Promise<R>) => Promise<R>): StateStore {
  const written = new Map<string, { value: unknown } | null>()
  return {
    async get(key) {
      const own = written.get(key)
      if (own !== undefined) return own?.value ?? null
      return real((store) => store.get(key))
    },
    async set(key, value) {
      requireValueBytes(value)
      written.set(key, { value })
    },
    async delete(key) {
      written.set(key, null)
    },
    async keys(prefix) {
      const keys = new Set(await real((store) => store.keys(prefix)))
      for (const [key, own] of written) {
        if (!own) keys.delete(key)
        else if (key.startsWith(prefix)) keys.add(key)
      }
      return [...keys].sort(byBytes).slice(0, stateQuotas.keys)
    },
  }
}

/** As the database orders them. */
const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))
