/** What becomes of a run after an attempt: done, tried again, or failed. One rule, without a database. */
import type { SandboxOutcome } from '@guildhall/sdk'

/** `denied`: it may not happen any more. `infra`: no runner, no database. */
export type Ended = SandboxOutcome['end'] | 'denied' | 'infra' | 'non-deterministic'

export type Verdict =
  | { readonly status: 'ok' | 'failed' | 'cancelled' }
  | { readonly status: 'retrying'; readonly afterMs: number }

const second = 1000
const minute = 60 * second
/** What may pass by itself. */
export const backoffMs = [30 * second, 2 * minute, 10 * minute, 60 * minute] as const
/** A runner that went down with its neighbour's fault: nobody's own, so at once. */
const siblingMs = second
const once: ReadonlySet<Ended> = new Set(['memory', 'cpu', 'timeout', 'crash'])

/** @param attempt the one that ended, from 1 */
export function verdictOf(ended: Ended, o: { attempt: number; code?: string; retry: boolean }): Verdict {
  if (ended === 'ok' || ended === 'cancelled') return { status: ended }
  if (!o.retry) return { status: 'failed' }
  if (ended === 'crash' && o.code === 'SIBLING' && o.attempt <= backoffMs.length)
    return { status: 'retrying', afterMs: siblingMs }
  if (once.has(ended)) return o.attempt === 1 ? { status: 'retrying', afterMs: backoffMs[0] } : { status: 'failed' }
  const passing = ended === 'infra' || (ended === 'error' && o.code === 'UNAVAILABLE')
  const afterMs = passing ? backoffMs[o.attempt - 1] : undefined
  return afterMs === undefined ? { status: 'failed' } : { status: 'retrying', afterMs }
}
