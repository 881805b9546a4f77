import { UsageError } from './output.ts'

const units: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
}

/** `30d`, `12h`, `1y`, or a date: the moment a credential ends. @throws UsageError */
export function endOf(text: string, now: Date): Date {
  const [, count, unit] = /^(\d{1,5})([mhdwy])$/.exec(text) ?? []
  const end =
    count && unit
      ? new Date(now.getTime() + Number(count) * units[unit]!)
      : /^\d{4}-\d{2}-\d{2}/.test(text)
        ? new Date(text)
        : null
  if (!end || Number.isNaN(end.getTime()))
    throw new UsageError(`"${text}" is no time: write 30d, 12h, 1y or a date such as 2027-01-31`)
  if (end <= now) throw new UsageError(`${text} lies in the past`)
  return end
}
