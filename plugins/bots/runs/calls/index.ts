/** Answers the calls of a run: from the journal where it knows the answer, else by doing what is asked. */
import type { Log, SandboxAnswer, SandboxCall } from '@guildhall/sdk'
import { type Asked, type Described, Drift, type Journal, Superseded } from '../journal.ts'
import { type Refused, refusalOf } from '../refusal.ts'
import { actionMethod } from './action.ts'
import { fetchMethod } from './fetch.ts'
import { sendsMail } from './mail-quota.ts'
import type { CallParts, HostMethod } from './method.ts'
import { stateDelete } from './state-delete.ts'
import { stateGet } from './state-get.ts'
import { stateKeys } from './state-keys.ts'
import { stateSet } from './state-set.ts'

const methods: ReadonlyMap<string, HostMethod> = new Map([
  ['action', actionMethod],
  ['fetch', fetchMethod],
  ['state.get', stateGet],
  ['state.set', stateSet],
  ['state.delete', stateDelete],
  ['state.keys', stateKeys],
])

const unknown: HostMethod = {
  describe: () => ({ name: '', effect: 'none' }),
  run: async () => {
    throw new Error('never run')
  },
}

export interface HostParts extends CallParts {
  readonly journal: Journal
  readonly now: () => number
  readonly log: Log
  /** The run cannot go on: the sandbox is stopped, and the answer no longer matters. */
  readonly stop: (why: Drift | Superseded) => void
}

export interface Host {
  /** Never rejects; after `close` it does nothing more. */
  call(call: SandboxCall): Promise<SandboxAnswer>
  /** No new call is taken from here on. */
  close(): void
  /** When nothing is on its way any more. */
  settled(): Promise<void>
}

export function hostCalls(o: HostParts): Host {
  let open = true
  const underWay = new Set<Promise<SandboxAnswer>>()
  const shut = (): Refused => ({ ok: false, code: 'CANCELLED', message: 'The run has ended' })
  const take = async (call: SandboxCall): Promise<SandboxAnswer> => {
    try {
      return await answer(call, o)
    } catch (error) {
      if (error instanceof Drift || error instanceof Superseded) {
        open = false
        o.stop(error)
        return shut()
      }
      if (open)
        o.log.error({ err: error, runId: o.runId, sequence: call.sequence }, 'a call of a bot could not be answered')
      return unavailable
    }
  }
  return {
    close: () => {
      open = false
    },
    settled: async () => {
      await Promise.allSettled(underWay)
    },
    async call(call) {
      if (!open) return shut()
      const work = take(call)
      underWay.add(work)
      return work.finally(() => underWay.delete(work))
    },
  }
}

const unavailable: Refused = {
  ok: false,
  code: 'UNAVAILABLE',
  message: 'The platform could not carry this out; try again later',
}

async function answer(call: SandboxCall, o: HostParts): Promise<SandboxAnswer> {
  const asked = begin(call, o)
  if ('ok' in asked) return asked
  const method = methods.get(call.method)
  const what = (method ?? unknown).describe(call.input, o)
  const recorded = o.journal.recorded(asked)
  if (recorded) {
    count(call.method, what.name, o)
    return recorded
  }
  o.mode.unrecorded(asked)
  try {
    if (!method) return await o.mode.refuse(asked, what, { ...noSuchMethod(call.method), at: o.now() })
    return await method.run(asked, what, o)
  } catch (error) {
    if (error instanceof Drift || error instanceof Superseded) throw error
    return o.mode.refuse(asked, what, { ...refused(error, asked, what, o), at: o.now() })
  }
}

function begin(call: SandboxCall, o: HostParts): Asked | Refused {
  try {
    return o.journal.begin(call)
  } catch (error) {
    if (error instanceof RangeError) return { ok: false, code: 'INVALID', message: error.message }
    throw error
  }
}

const noSuchMethod = (name: string): Refused => ({
  ok: false,
  code: 'UNKNOWN_METHOD',
  message: `There is no method ${String(name).slice(0, 60)}`,
})

function refused(error: unknown, call: Asked, what: Described, o: HostParts): Refused {
  const known = refusalOf(error)
  if (known) return known
  o.log.error(
    { err: error, runId: o.runId, sequence: call.sequence, method: call.method, name: what.name },
    'a call of a bot failed',
  )
  return unavailable
}

/** What an earlier attempt did counts for this one too. */
function count(method: string, name: string, o: HostParts): void {
  o.counts.add(method.split('.')[0] as string)
  if (method !== 'action') return
  o.counts.add(`action:${name}`)
  if (sendsMail(name)) o.counts.add('mail')
}
