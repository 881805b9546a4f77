/** `state.keys`: `{ prefix? }`; in order, at most 1,000. */
import { requireKey } from '../state/quotas.ts'
import { field, type HostMethod } from './method.ts'
import { countState, describeKey } from './state-calls.ts'

export const stateKeys: HostMethod = {
  describe: describeKey('read', 'prefix'),
  async run(call, what, o) {
    countState(o)
    const given = field(call.input, 'prefix')
    const prefix = given === undefined || given === null || given === '' ? '' : requireKey(given)
    return o.mode.state(call, what, (store) => store.keys(prefix))
  },
}
