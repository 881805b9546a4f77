const date = /^(\d{4})-(\d\d)-(\d\d)$/
const rfc3339 =
  /^(\d{4}-\d\d-\d\d)[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

/** A day that is in the calendar, `YYYY-MM-DD`, from the year 1 on: the database knows no year 0. */
export function isCalendarDate(text: string): boolean {
  const [, year, month, day] = (date.exec(text) ?? []).map(Number)
  if (!year || !month || !day || month > 12) return false
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return day <= (month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31)
}

/** A moment as RFC 3339 writes it, which is in the years 1 to 9999 in UTC too. */
export function isInstant(text: string): boolean {
  const [, day] = rfc3339.exec(text) ?? []
  if (!day || !isCalendarDate(day)) return false
  const year = new Date(text).getUTCFullYear()
  return year >= 1 && year <= 9999
}

/** Kept by time zone, of which there are some hundreds: making one takes longer than all else of a date. */
const formats = new Map<string, Intl.DateTimeFormat>()

/** The calendar date at an instant, in a time zone. */
export function dateIn(timeZone: string, at: Date): string {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  formats.set(timeZone, format)
  return format.format(at)
}
