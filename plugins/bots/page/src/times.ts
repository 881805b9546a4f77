import { createContext, useContext } from 'react'
import { usePage } from './page-context.ts'
import { shownTime } from './words/index.ts'

/** Of the organisation, IANA name: what its bots do, they do by its clock, wherever somebody looks at it from. */
export const TimeZone = createContext<string | undefined>(undefined)

/** Puts points in time as people write them, with the name of the zone beside: `26 Nov 2026, 07:00 CET`. */
export function useTimes(): (at: string | Date, o?: { seconds?: boolean; weekday?: boolean }) => string {
  const { language } = usePage()
  const timeZone = useContext(TimeZone)
  return (at, o = {}) => shownTime(at, language, { timeZone, ...o })
}
