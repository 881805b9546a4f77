/** `state.set`: `{ key, value, ttlSeconds? }`. */
import { Refusal } from '../refusal.ts'
import { requireKey } from '../state/quotas.ts'
import { field, type HostMethod } from './method.ts'
import { countState, describeKey } from './state-calls.ts'

const longest = 366 * 86_400

export const stateSet: HostMethod = {
  describe: describeKey('write'),
  async run(call, what, o) {
    countState(o)
    const key = requireKey(field(call.input, 'key'))
    const ttl = lifetime(field(call.input, 'ttlSeconds'))
    const value = field(call.input, 'value') ?? null
    return o.mode.state(call, what, async (store) => {
      await store.set(key, o.redactor.json(value), ttl)
      return null
    })
  },
}

function lifetime(value: unknown): number | null {
  if (value === undefined || value === null) return null
  if (typeof value !== 'number' || !(value >= 1) || value > longest)
    throw new Refusal('INVALID', `ttlSeconds is a number from 1 to ${longest}`)
  return Math.floor(value)
}
