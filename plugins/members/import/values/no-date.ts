import { LONGEST_DATE } from './dates.ts'
import type { Parsed } from './parsed.ts'

/**
 * What software writes where there is no date: the first day it can count, and day 0 of Excel, which it shows as
 * 00.01.1900 and others as the day before. Order of day and month as the file likes.
 */
const FIRST_DAYS =
  /^(?:0+|0000-00-00|0[./]0[./]00|00[./]00[./](?:00)?00|0001-01-01|0?1[./]0?1[./]0{0,3}1|1753-01-01|0?1[./]0?1[./]1753|1900-01-00|0?[01][./]0?[01][./]1900|1899-12-3[01]|(?:3[01][./]12|12[./]3[01])[./]1899)$/
const LAST_DAY = /^(?:9999-12-31|99991231|(?:31[./]12|12[./]31)[./]9999)$/
const CLOCK = /[T ]\s*\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?\s*Z?$/i

/** Whether a cell of dates says that there is none; null when it may be one. */
export function noDate(text: string): Parsed<null> | null {
  if (text.length > LONGEST_DATE) return null
  const day = text.trim().replace(CLOCK, '')
  if (LAST_DAY.test(day)) return { value: null, notice: 'The last day that software can count is read as no date.' }
  return FIRST_DAYS.test(day) ? { value: null } : null
}
