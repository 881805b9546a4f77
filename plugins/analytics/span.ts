import { invalid } from '@guildhall/sdk'

/** The days a report speaks of, both included, and the day its states are of. */
export interface Span {
  readonly from: string
  readonly to: string
  readonly at: string
}
export type Step = 'month' | 'quarter' | 'year'

const monthsOf: Record<Step, number> = { month: 1, quarter: 3, year: 12 }
/** A report is read by people; ten years of months are more than anybody reads. */
const mostPeriods = 120

const plusMonths = (day: string, months: number): string => {
  const [year = 0, month = 1] = day.split('-').map(Number)
  return new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10)
}
const dayBefore = (day: string): string => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10)

/** The year up to `at`, where nothing else is asked. @throws Problem 400 when the span ends before it begins. */
export function spanOf(query: { from?: string; to?: string; at?: string }, today: string): Span {
  const at = query.at ?? query.to ?? today
  const to = query.to ?? at
  const from = query.from ?? `${Number(to.slice(0, 4)) - 1}${to.slice(4) === '-02-29' ? '-02-28' : to.slice(4)}`
  if (from > to) throw invalid('/from', `begins after the span ends (${to})`, { in: 'query' })
  return { from, to, at }
}

/** The span cut at months, quarters or years; states are those of each period's last day. */
export function periodsOf(span: Span, step: Step): (Span & { readonly period: string })[] {
  const size = monthsOf[step]
  const firstMonth = Math.floor((Number(span.from.slice(5, 7)) - 1) / size) * size + 1
  const periods: (Span & { period: string })[] = []
  for (
    let start = `${span.from.slice(0, 4)}-${String(firstMonth).padStart(2, '0')}-01`;
    start <= span.to;
    start = plusMonths(start, size)
  ) {
    if (periods.length === mostPeriods)
      throw invalid('/groupBy', `gives more than ${mostPeriods} periods; ask for a shorter span`, { in: 'query' })
    const end = dayBefore(plusMonths(start, size))
    const [from, to] = [start < span.from ? span.from : start, end > span.to ? span.to : end]
    periods.push({ period: start.slice(0, step === 'year' ? 4 : 7), from, to, at: to })
  }
  return periods
}
