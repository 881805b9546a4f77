/** The times most people mean, and how cron writes them; anything else stays the expression it is. */
export type CronTimes =
  | { readonly kind: 'daily' | 'weekdays'; readonly time: string }
  | { readonly kind: 'weekly'; readonly time: string; readonly weekday: number }
  | { readonly kind: 'monthly'; readonly time: string; readonly day: number }
  | Often
  | { readonly kind: 'other'; readonly expression: string }

/** Again and again, every day from one hour to another; each hour at `minute`, or every so many minutes. */
export interface Often {
  readonly kind: 'often'
  readonly every: number
  readonly minute: number
  readonly from: number
  /** The hour in which it still happens. */
  readonly to: number
}
/** Minutes between two times that people may choose. */
export const intervals = [5, 10, 15, 20, 30, 60] as const

const two = (n: string) => n.padStart(2, '0')

export function readCron(expression: string): CronTimes {
  return readOften(expression) ?? readOnce(expression) ?? { kind: 'other', expression }
}

function readOnce(expression: string): CronTimes | null {
  const match = /^(\d{1,2}) (\d{1,2}) (\*|\d{1,2}) \* (\*|1-5|[0-7])$/.exec(expression.trim())
  if (!match) return null
  const [, minute = '', hour = '', day = '', weekday = ''] = match
  const time = `${two(hour)}:${two(minute)}`
  if (Number(hour) > 23 || Number(minute) > 59) return null
  if (day === '*' && weekday === '*') return { kind: 'daily', time }
  if (day === '*' && weekday === '1-5') return { kind: 'weekdays', time }
  if (day === '*') return { kind: 'weekly', time, weekday: Number(weekday) % 7 }
  return weekday === '*' ? { kind: 'monthly', time, day: Number(day) } : null
}

function readOften(expression: string): Often | null {
  const match = /^(?:\*\/(\d{1,2})|(\d{1,2})) (?:\*|(\d{1,2})-(\d{1,2})) \* \* \*$/.exec(expression.trim())
  if (!match) return null
  const [, step, at, from = '0', to = '23'] = match
  const often = { every: Number(step ?? 60), minute: Number(at ?? 0), from: Number(from), to: Number(to) }
  const fits =
    (intervals as readonly number[]).includes(often.every) &&
    often.minute <= 59 &&
    often.from <= often.to &&
    often.to <= 23
  return fits ? { kind: 'often', ...often } : null
}

export function writeCron(times: CronTimes): string {
  if (times.kind === 'other') return times.expression
  if (times.kind === 'often') {
    const { every, minute, from, to } = times
    return `${every === 60 ? minute : `*/${every}`} ${from === 0 && to === 23 ? '*' : `${from}-${to}`} * * *`
  }
  const [hour = 0, minute = 0] = times.time.split(':').map(Number)
  const at = `${minute} ${hour}`
  switch (times.kind) {
    case 'daily':
      return `${at} * * *`
    case 'weekdays':
      return `${at} * * 1-5`
    case 'weekly':
      return `${at} * * ${times.weekday}`
    case 'monthly':
      return `${at} ${times.day} * *`
  }
}
