/** How a run ended, for people: which limit, which value. */
import type { RunLimits } from '../limits.ts'
import type { Attempted } from './attempt.ts'
import type { Ended } from './verdict.ts'

export function endSentence(
  ended: Ended,
  { outcome }: Pick<Attempted, 'outcome'>,
  limits: Readonly<Record<string, number>> | RunLimits,
  again: Date | null,
): string {
  const { used, error } = outcome
  const limit = limits as Partial<RunLimits>
  const what: Record<Ended, string> = {
    ok: 'Done',
    error: `The bot failed: ${error?.message ?? 'it threw'}${error?.line ? ` (line ${error.line})` : ''}`,
    cpu: `It computed longer than ${limit.cpuMs} ms${used ? ` (${Math.round(used.cpuMs)} ms)` : ''}`,
    timeout: `It took longer than ${limit.wallMs} ms`,
    memory: `It needed more memory than ${limit.heapMb} MB${used && used.heapMb > (limit.heapMb ?? 0) ? ` (${Math.round(used.heapMb)} MB)` : ''}`,
    quota: `It called, logged or returned too much: ${error?.message ?? 'a limit was reached'}`,
    crash: `Its runner went down${error?.message ? `: ${error.message}` : ''}`,
    cancelled: 'It was cancelled',
    denied: 'It may not run',
    infra: 'The platform could not run it',
    'non-deterministic': `It asked for something else than before, so nothing was done: ${error?.message ?? ''}`,
  }
  return `${what[ended]}${again ? `; next attempt at ${again.toISOString()}` : ''}`.slice(0, 1000)
}
