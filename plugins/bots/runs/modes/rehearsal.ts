/** In a copy of the organisation: everything is done there, and nothing leaves it. Calls outside are as in a dry run. */
import { dryMode } from './dry.ts'
import { liveMode, type ModeParts } from './live.ts'
import type { RunMode } from './mode.ts'

export function rehearsalMode(o: ModeParts): RunMode {
  const dry = dryMode(o)
  return { ...liveMode(o), fetch: (call, what, request) => dry.fetch(call, what, request) }
}
