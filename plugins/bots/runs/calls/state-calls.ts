import { stateUseFault } from '@guildhall/sdk'
import type { CallEffect, Described } from '../journal.ts'
import { refuseFault } from '../state/quotas.ts'
import { type CallParts, field } from './method.ts'

export const describeKey =
  (effect: CallEffect, name = 'key') =>
  (input: unknown): Described => {
    const key = field(input, name)
    return { name: typeof key === 'string' ? key.slice(0, 128) : '', effect }
  }

/** @throws Refusal LIMIT */
export function countState(o: CallParts): void {
  refuseFault(stateUseFault(o.counts.add('state')))
}
