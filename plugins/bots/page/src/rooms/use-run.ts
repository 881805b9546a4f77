import { useEffect } from 'react'
import { hasEnded, type Trace } from '../api/shapes.ts'
import { type Loaded, useLoaded } from '../api/use-loaded.ts'
import { usePage } from '../page-context.ts'

/** How often a run that goes on is asked for, in ms. */
const askedEvery = 500

/** One run with its trace; asked for again until it has ended. */
export function useRun(id: string | null): Loaded<Trace | null> {
  const { session } = usePage()
  const loaded = useLoaded(`run ${id}`, async (signal) =>
    id ? session.api.get<Trace>(`/bot-runs/${encodeURIComponent(id)}`, { signal }) : null,
  )
  const { value, reload } = loaded
  useEffect(() => {
    if (!value || hasEnded(value)) return undefined
    const timer = setTimeout(reload, askedEvery)
    return () => clearTimeout(timer)
  }, [value, reload])
  return loaded
}
