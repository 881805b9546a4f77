/** The times most people mean, and how cron writes them; anything else stays the expression it is. */
export type CronTimes =
  | { readonly kind: 'daily' | 'weekdays'; readonly time: string }
  | { readonly kind: 'weekly'; readonly time: string; readonly weekday: number }
  | { readonly kind: 'monthly'; readonly time: string; readonly day: number }
  | { readonly kind: 'other'; readonly expression: string }

const two = (n: string) => n.padStart(2, '0')

export function readCron(expression: string): CronTimes {
  const match = /^(\d{1,2}) (\d{1,2}) (\*|\d{1,2}) \* (\*|1-5|[0-7])$/.exec(expression.trim())
  if (!match) return { kind: 'other', expression }
  const [, minute = '', hour = '', day = '', weekday = ''] = match
  const time = `${two(hour)}:${two(minute)}`
  if (Number(hour) > 23 || Number(minute) > 59) return { kind: 'other', expression }
  if (day === '*' && weekday === '*') return { kind: 'daily', time }
  if (day === '*' && weekday === '1-5') return { kind: 'weekdays', time }
  if (day === '*') return { kind: 'weekly', time, weekday: Number(weekday) % 7 }
  return weekday === '*' ? { kind: 'monthly', time, day: Number(day) } : { kind: 'other', expression }
}

export function writeCron(times: CronTimes): string {
  if (times.kind === 'other') return times.expression
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
