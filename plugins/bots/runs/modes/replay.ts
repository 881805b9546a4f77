/** From the journal alone: what is not in it is drift, and nothing is ever done. */
import { Drift } from '../journal.ts'
import type { RunMode } from './mode.ts'

const never = async (): Promise<never> => {
  throw new Drift('A replay does nothing')
}

export const replayMode: RunMode = {
  action: never,
  fetch: never,
  state: never,
  refuse: async (_call, _what, answer) => answer,
  unrecorded: (call) => {
    throw new Drift(`Call ${call.sequence} (${call.method.slice(0, 40)}) is not in the journal`)
  },
}
