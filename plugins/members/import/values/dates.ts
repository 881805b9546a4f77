import type { Parsed } from './parsed.ts'

/** In which order a column writes day, month and year. */
export type DateOrder = 'dmy' | 'mdy'

const ACCEPTED = 'a date such as 2025-12-31 or 31.12.2025'

const MONTHS: readonly (readonly string[])[] = [
  ['january', 'januar', 'jänner', 'jan', 'jän'],
  ['february', 'februar', 'feber', 'feb'],
  ['march', 'märz', 'maerz', 'mar', 'mär', 'mrz'],
  ['april', 'apr'],
  ['may', 'mai'],
  ['june', 'juni', 'jun'],
  ['july', 'juli', 'jul'],
  ['august', 'aug'],
  ['september', 'sept', 'sep'],
  ['october', 'oktober', 'oct', 'okt'],
  ['november', 'nov'],
  ['december', 'dezember', 'dec', 'dez'],
]
const MONTH_OF = new Map(MONTHS.flatMap((names, index) => names.map((name) => [name, index + 1] as const)))

/** Characters of a date with whatever stands beside it. What is longer is not looked at: the expressions below would try every space in it. */
export const LONGEST_DATE = 100

const TIME = /[T ]\s*\d{1,2}:\d{2}(:\d{2})?([.,]\d+)?\s*([ap]m)?\s*(Z|[+-]\d{2}:?\d{2})?$/i
const YEAR_FIRST = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/
/** Without signs; the number of a person in Sweden begins with it. */
const COMPACT = /^(\d{4})(\d{2})(\d{2})(-\d{4})?$/
const NUMBERS = /^(\d{1,2})\s*([./-])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})$/
const DAY_NAME = /^(?:\p{L}+,\s*)?(\d{1,2})(?:\.|st|nd|rd|th)?[\s-]*(\p{L}+)\.?[\s,-]*(\d{4}|\d{2})$/u
const NAME_DAY = /^(?:\p{L}+,\s+)?(\p{L}+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4}|\d{2})$/u
/** A birthday of address books: Apple writes 1604 for the year that nobody knows, and mailing lists none. */
const NO_YEAR = /^(?:--?\d{1,2}-?\d{2}|1604-\d{2}-\d{2}|\d{1,2}\/\d{1,2}|\d{1,2}\.\s?\d{1,2}\.)$/
/** Serial numbers of 1927 to 2119: five digits, so a year or a house number is never taken for one. */
const SERIAL = /^(\d{5})(?:\.\d+)?$/

export interface DateOptions {
  /** Order of `1/2/2025`, as `DateOrderVote` decided it for the column. Default: dmy. */
  order?: DateOrder
  /** A birthday or an entry lies in the past: two digits of a year are never read as the future. */
  past?: boolean
  /** The year two-digit years are read from. Default: this year. */
  currentYear?: number
}

/**
 * Reads a calendar date: ISO, `31.12.2025`, `12/31/2025`, two-digit years, month names in English and German, Excel's
 * serial numbers; a time of day behind it is dropped. Returns `YYYY-MM-DD`.
 */
export function parseDate(text: string, options: DateOptions = {}): Parsed<string> {
  if (text.length > LONGEST_DATE) return { problem: 'Not a date.', accepted: ACCEPTED }
  const date = text.normalize('NFC').trim().replace(TIME, '').trim()
  if (NO_YEAR.test(date)) return { problem: 'Only a day and a month, no year.', accepted: ACCEPTED, bearable: true }
  const first = YEAR_FIRST.exec(date)
  if (first) return calendarDate(Number(first[1]), Number(first[3]), Number(first[4]))
  const compact = COMPACT.exec(date)
  if (compact) {
    const day = calendarDate(Number(compact[1]), Number(compact[2]), Number(compact[3]))
    return compact[4] && 'value' in day ? { ...day, rest: text } : day
  }
  const numbers = NUMBERS.exec(date)
  if (numbers) {
    const [a, b, year] = [Number(numbers[1]), Number(numbers[3]), fullYear(numbers[4]!, options)]
    return (options.order ?? 'dmy') === 'mdy' ? calendarDate(year, a, b) : calendarDate(year, b, a)
  }
  const named = DAY_NAME.exec(date)
  if (named) return namedDate(named[1]!, named[2]!, named[3]!, options)
  const american = NAME_DAY.exec(date)
  if (american) return namedDate(american[2]!, american[1]!, american[3]!, options)
  const serial = SERIAL.exec(date)
  if (serial) {
    // Day 25569 of Excel's calendar is 1970-01-01.
    const value = new Date((Number(serial[1]) - 25_569) * 86_400_000).toISOString().slice(0, 10)
    return { value, notice: 'Read as numbers of days, as Excel counts them: 45658 is 2025-01-01.' }
  }
  if (YEAR.test(date)) return { problem: 'Only a year, no day and month.', accepted: ACCEPTED, bearable: true }
  if (spanOf(date, options)) return { problem: 'Only a month, no day.', accepted: ACCEPTED, bearable: true }
  return { problem: 'Not a date.', accepted: ACCEPTED }
}

/** A first day. A register that knows only the year or the month of it counts from its first day. */
export const parseFirstDay = (text: string, options: DateOptions = {}): Parsed<string> => {
  const span = spanOf(text, options)
  if (span !== null)
    return { value: span.first, notice: 'No day is given; read as the first one of the year or month.' }
  return orOfItsMonth(text, options, 'first')
}

/** A last day. A register that knows only the year or the month of it counts to its last day. */
export const parseLastDay = (text: string, options: DateOptions = {}): Parsed<string> => {
  const span = spanOf(text, options)
  if (span !== null) return { value: span.last, notice: 'No day is given; read as the last one of the year or month.' }
  return orOfItsMonth(text, options, 'last')
}

const YEAR = /^(?:ca\.?|um|etwa|~)?\s*((?:18|19|20)\d{2})\s*\??$/i
const MONTH_YEAR = /^(?:(\d{1,2})\s*[./-]|(\p{L}{3,})\.?)\s*((?:18|19|20)\d{2})$/u
const MONTH_SHORT_YEAR = /^(\p{L}{3,})\.?[\s'’-]*(\d{2})$/u
const NO_SUCH_DAY = 'There is no such day in the calendar.'

interface Span {
  readonly first: string
  readonly last: string
}

/** A date. A day that no calendar has, such as 31 June, could be the first or last one of its month. */
function orOfItsMonth(text: string, options: DateOptions, which: keyof Span): Parsed<string> {
  const parsed = parseDate(text, options)
  if (!('problem' in parsed) || parsed.problem !== NO_SUCH_DAY || options.order === 'mdy') return parsed
  const written = text.trim().replace(TIME, '')
  const month = spanOf(written.replace(/^\d{1,2}\s*[./-]\s*/, ''), options)
  if (month === null) return parsed
  const notice = `${NO_SUCH_DAY} Read as the ${which} one of its month.`
  return { ...parsed, instead: { value: month[which], notice } }
}

/** A year or a month as its first and last day. */
function spanOf(text: string, options: DateOptions): Span | null {
  if (text.length > LONGEST_DATE) return null
  const written = text.normalize('NFC').trim()
  const year = YEAR.exec(written)?.[1]
  if (year) return { first: `${year}-01-01`, last: `${year}-12-31` }
  const [, short, two] = MONTH_SHORT_YEAR.exec(written) ?? []
  const [, digits, name = short, of = two && String(fullYear(two, options))] = MONTH_YEAR.exec(written) ?? []
  const month = digits ? Number(digits) : MONTH_OF.get(name?.toLowerCase() ?? '')
  if (!of || !month || month > 12) return null
  const days = [Date.UTC(Number(of), month - 1, 1), Date.UTC(Number(of), month, 0)]
  const [first, last] = days.map((day) => new Date(day).toISOString().slice(0, 10))
  return { first: first!, last: last! }
}

function namedDate(day: string, month: string, year: string, options: DateOptions): Parsed<string> {
  const number = MONTH_OF.get(month.toLowerCase())
  if (!number) return { problem: 'Not a month we know.', accepted: ACCEPTED }
  return calendarDate(fullYear(year, options), number, Number(day))
}

function fullYear(text: string, options: DateOptions): number {
  const year = Number(text)
  if (text.length === 4) return year
  const current = options.currentYear ?? new Date().getUTCFullYear()
  const near = 2000 + year
  return near > current + (options.past ? 0 : 10) ? near - 100 : near
}

function calendarDate(year: number, month: number, day: number): Parsed<string> {
  const date = new Date(Date.UTC(year, month - 1, day))
  if (year < 1800 || year > 2200) return { problem: 'The year is out of range.', accepted: 'a year from 1800 to 2200' }
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) {
    return { problem: NO_SUCH_DAY, accepted: ACCEPTED }
  }
  return { value: date.toISOString().slice(0, 10) }
}

/**
 * Decides the order of a whole column: a part above 12 can only be a day. Show it every cell, then ask. Holds two
 * counts, so a column of a million rows costs nothing.
 */
export class DateOrderVote {
  #dayFirst = 0
  #monthFirst = 0
  #open = 0

  see(cell: string): void {
    if (cell.length > LONGEST_DATE) return
    const numbers = NUMBERS.exec(cell.trim().replace(TIME, '').trim())
    if (!numbers) return
    const [a, b] = [Number(numbers[1]), Number(numbers[3])]
    if (a > 12 && b <= 12) this.#dayFirst++
    else if (b > 12 && a <= 12) this.#monthFirst++
    // Nobody writes the month first with points.
    else if (a !== b && numbers[2] !== '.') this.#open++
  }

  /**
   * @param fallback What the organisation's language and country write, used when the data does not say.
   * @returns `notice` when the order was assumed or when the column mixes both.
   */
  decide(fallback: DateOrder): { order: DateOrder; notice?: string } {
    const name = (order: DateOrder) => (order === 'dmy' ? 'day, month, year' : 'month, day, year')
    if (this.#dayFirst > 0 && this.#monthFirst > 0) {
      const order = this.#dayFirst >= this.#monthFirst ? 'dmy' : 'mdy'
      return { order, notice: `The column mixes both orders of day and month; read as ${name(order)}.` }
    }
    if (this.#dayFirst > 0) return { order: 'dmy' }
    if (this.#monthFirst > 0) return { order: 'mdy' }
    if (this.#open === 0) return { order: 'dmy' }
    return { order: fallback, notice: `No date tells day from month; read as ${name(fallback)}.` }
  }
}

/** Month first is written in the United States and few other places. */
export function defaultDateOrder(language: 'en' | 'de', country: string | null): DateOrder {
  if (country) return ['US', 'PH', 'FM', 'MH', 'PW'].includes(country) ? 'mdy' : 'dmy'
  return language === 'en' ? 'mdy' : 'dmy'
}
