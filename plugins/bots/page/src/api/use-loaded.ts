import { useCallback, useEffect, useState } from 'react'
import { usePage } from '../page-context.ts'
import { type ProblemBody, problemOf } from './problem.ts'

export interface Loaded<T> {
  readonly value: T | null
  readonly problem: ProblemBody | null
  readonly loading: boolean
  readonly reload: () => void
}

/** Loads when it appears and whenever `key` changes; the value before stays until the next is there. */
export function useLoaded<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const { words } = usePage()
  const [state, setState] = useState<Omit<Loaded<T>, 'reload'>>({ value: null, problem: null, loading: true })
  const [round, setRound] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` says what `load` depends on
  useEffect(() => {
    const leaving = new AbortController()
    setState((before) => ({ ...before, loading: true }))
    load(leaving.signal).then(
      (value) => setState({ value, problem: null, loading: false }),
      (thrown: unknown) => {
        if (leaving.signal.aborted) return
        const problem = problemOf(thrown, { title: words.unreachable, remedy: words.unreachableRemedy })
        setState({ value: null, problem, loading: false })
      },
    )
    return () => leaving.abort()
  }, [key, round])
  return { ...state, reload: useCallback(() => setRound((n) => n + 1), []) }
}
