/** `state.get`: `{ key }`; null for what is not there. */
import { requireKey } from '../state/quotas.ts'
import { field, type HostMethod } from './method.ts'
import { countState, describeKey } from './state-calls.ts'

export const stateGet: HostMethod = {
  describe: describeKey('read'),
  async run(call, what, o) {
    countState(o)
    const key = requireKey(field(call.input, 'key'))
    return o.mode.state(call, what, (store) => store.get(key))
  },
}
