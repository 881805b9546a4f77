import { type RefObject, useEffect, useRef } from 'react'

/**
 * For the heading of what has come onto the screen, with `tabIndex={-1}`: it takes the focus that went with what was there
 * before, so that keyboard and screen reader go on here. Nobody who is elsewhere is called away.
 * @param of another value: something else has come
 */
export function useFocusHere(of: unknown): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null)
  /** A page that has just come begins at its top, as any. */
  const first = useRef(true)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `of` says when there is something new
  useEffect(() => {
    if (!first.current && document.activeElement === document.body) heading.current?.focus({ preventScroll: true })
    first.current = false
  }, [of])
  return heading
}
