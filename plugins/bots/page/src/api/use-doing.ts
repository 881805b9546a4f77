import { notifications } from '@mantine/notifications'
import { useCallback, useEffect, useRef, useState } from 'react'
import { usePage } from '../page-context.ts'
import { type ProblemBody, problemOf } from './problem.ts'

export interface Doing {
  readonly busy: boolean
  readonly problem: ProblemBody | null
  /** Does it, says so, and gives whether it went well; what went wrong is `problem`. */
  readonly run: (act: () => Promise<unknown>, done?: string) => Promise<boolean>
}

/** Something the person does: once at a time, with its outcome told. */
export function useDoing(): Doing {
  const { words } = usePage()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ProblemBody | null>(null)
  /** What waits cannot hold the focus: whoever pressed a button, or Enter in a field, finds himself there again. */
  const pressed = useRef<Element | null>(null)
  useEffect(() => {
    const { current } = pressed
    if (!busy && current instanceof HTMLElement && document.activeElement === document.body) current.focus()
  }, [busy])
  const run = useCallback(
    async (act: () => Promise<unknown>, done?: string) => {
      pressed.current = document.activeElement
      setBusy(true)
      setProblem(null)
      try {
        await act()
        if (done) notifications.show({ message: done, color: 'teal', withCloseButton: false })
        return true
      } catch (thrown) {
        setProblem(problemOf(thrown, { title: words.unreachable, remedy: words.unreachableRemedy }))
        return false
      } finally {
        setBusy(false)
      }
    },
    [words],
  )
  return { busy, problem, run }
}
