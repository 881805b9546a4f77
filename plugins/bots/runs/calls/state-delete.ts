/** `state.delete`: `{ key }`; what is not there may be deleted too. */
import { requireKey } from '../state/quotas.ts'
import { field, type HostMethod } from './method.ts'
import { countState, describeKey } from './state-calls.ts'

export const stateDelete: HostMethod = {
  describe: describeKey('write'),
  async run(call, what, o) {
    countState(o)
    const key = requireKey(field(call.input, 'key'))
    return o.mode.state(call, what, async (store) => {
      await store.delete(key)
      return null
    })
  },
}
