import { hasEnded, type Trace } from '../api/shapes.ts'
import type { Loaded } from '../api/use-loaded.ts'
import { useWatched } from '../api/use-watched.ts'
import { usePage } from '../page-context.ts'

/** One run with its trace; asked for again until it has ended. */
export function useRun(id: string): Loaded<Trace> {
  const { session } = usePage()
  return useWatched(
    `run ${id}`,
    (signal) => session.api.get<Trace>(`/bot-runs/${encodeURIComponent(id)}`, { signal }),
    { goesOn: (run) => !hasEnded(run), everyMs: 500 },
  )
}
