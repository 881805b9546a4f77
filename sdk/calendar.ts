/**
 * Calendar dates as `YYYY-MM-DD`, which compare as they stand. Periods are half-open inside: from a day on, before
 * another one. People, and so the API, speak of the last day. Two outermost dates stand for "not known" and
 * "open-ended", so that columns are never empty and can be compared, sorted and indexed.
 */
import type { Tx } from './context.ts'
import { organizationDay } from './services.ts'

export const unknownStart = '0001-01-01'
export const openEnd = '9999-12-31'

/** Days from one on and before another. */
export interface Span {
  readonly from: string
  readonly before: string
}

const dayMs = 86_400_000
/** Before the first of our days there is none, and behind the last one neither: the database takes no other year. */
function written(date: Date): string {
  const year = date.getUTCFullYear()
  return year < 1 ? unknownStart : year > 9999 ? openEnd : date.toISOString().slice(0, 10)
}
const at = (date: string): Date => new Date(`${date}T00:00:00Z`)

export const addDays = (date: string, days: number): string => written(new Date(at(date).getTime() + days * dayMs))

/** The same day of a later month, or that month's last day: 31 January plus one is 28 or 29 February. */
export function addMonths(date: string, months: number): string {
  const from = at(date)
  const [year, month] = [from.getUTCFullYear(), from.getUTCMonth() + months]
  const last = dayOf(year, month + 1, 0).getUTCDate()
  return written(dayOf(year, month, Math.min(from.getUTCDate(), last)))
}

/** `Date.UTC` takes the years 0 to 99 for those from 1900 on. */
function dayOf(year: number, month: number, day: number): Date {
  const date = new Date(0)
  date.setUTCFullYear(year, month, day)
  return date
}

/** What is stored for a first day; null: not known. */
export const startOn = (firstDay: string | null): string => firstDay ?? unknownStart
/** What is stored for a last day; null: open-ended. */
export const endBefore = (lastDay: string | null): string =>
  lastDay === null || lastDay >= openEnd ? openEnd : addDays(lastDay, 1)
/** The first day, as it is shown. */
export const firstDay = (startsOn: string): string | null => (startsOn <= unknownStart ? null : startsOn)
/** The last day, as it is shown. */
export const lastDay = (endsBefore: string): string | null => (endsBefore >= openEnd ? null : addDays(endsBefore, -1))

export const spansOverlap = (a: Span, b: Span): boolean => a.from < b.before && b.from < a.before

/** What of a span none of the others covers, in order. */
export function uncovered(span: Span, taken: readonly Span[]): Span[] {
  let open = [span]
  for (const other of taken)
    open = open.flatMap((piece) =>
      spansOverlap(piece, other)
        ? [
            { from: piece.from, before: other.from },
            { from: other.before, before: piece.before },
          ].filter(({ from, before }) => from < before)
        : [piece],
    )
  return open
}

/** The organisation's calendar date, for what is contributed without a context of its own. */
export async function organizationToday(tx: Tx): Promise<string> {
  const [row] = await tx.query<{ day: string }>(
    `SELECT to_char(${organizationDay('$2::timestamptz')}, 'YYYY-MM-DD') AS day FROM core.tenant WHERE id = $1`,
    [tx.tenantId, tx.now()],
  )
  if (!row) throw new Error('The organisation of this unit of work is gone')
  return row.day
}
