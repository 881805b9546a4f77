/** `state.set`: `{ key, value, ttlSeconds? }`. */
import { stateLifetimeFault } from '@guildhall/sdk'
import { refuseFault, requireKey } from '../state/quotas.ts'
import { field, type HostMethod } from './method.ts'
import { countState, describeKey } from './state-calls.ts'

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
  refuseFault(stateLifetimeFault(value))
  return typeof value === 'number' ? Math.floor(value) : null
}
