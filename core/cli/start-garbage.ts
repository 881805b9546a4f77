import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** The start is over by then, and what it compiled and read is garbage. */
const settledMs = 10_000

/**
 * Gives back what the start left behind, once: a quiet server allocates so little that V8 would carry it for hours
 * (docs/decisions/0008-small-idle-server.md). It takes some 50 ms, at a time when hardly anybody asks yet.
 */
export function collectStartGarbage(): void {
  setTimeout(() => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as (o: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
    setFlagsFromString('--no-expose-gc')
  }, settledMs).unref()
}
