import type { CallEffect, Described } from '../journal.ts'
import { stateCalls } from '../limits.ts'
import { Refusal } from '../refusal.ts'
import { type CallParts, field } from './method.ts'

export const describeKey =
  (effect: CallEffect, name = 'key') =>
  (input: unknown): Described => {
    const key = field(input, name)
    return { name: typeof key === 'string' ? key.slice(0, 128) : '', effect }
  }

/** @throws Refusal LIMIT */
export function countState(o: CallParts): void {
  if (o.counts.add('state') > stateCalls) throw new Refusal('LIMIT', `A run uses its state at most ${stateCalls} times`)
}
