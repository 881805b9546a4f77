import { useEffect } from 'react'
import { type Loaded, useLoaded } from './use-loaded.ts'

/** Loads, and asks again every `everyMs` for as long as it goes on. */
export function useWatched<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<T>,
  o: { readonly goesOn: (value: T) => boolean; readonly everyMs: number },
): Loaded<T> {
  const loaded = useLoaded(key, load)
  const { value, reload } = loaded
  const goesOn = value !== null && o.goesOn(value)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer sets the clock anew
  useEffect(() => {
    if (!goesOn) return undefined
    const timer = setTimeout(reload, o.everyMs)
    return () => clearTimeout(timer)
  }, [value, goesOn, reload, o.everyMs])
  return loaded
}
