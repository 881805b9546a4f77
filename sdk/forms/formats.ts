/** Formats by hand, each in one pass: no regular expression here can backtrack over a long text. */
import { isCalendarDate, isInstant } from '../calendar-date.ts'
import { isUuid } from '../uuid.ts'
import { type DomainFormat, isDomainFormat, type textFormats } from './vocabulary.ts'

const clock = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/

/** A host by its name, in lower case, without port: no address in numbers, no name without a dot. */
export function isHostName(text: string): boolean {
  if (text.length > 253) return false
  const labels = text.split('.')
  const last = labels.at(-1) as string
  return (
    labels.length > 1 &&
    labels.every((label) => /^[a-z0-9-]{1,63}$/.test(label) && !/^-|-$/.test(label)) &&
    /[a-z]/.test(last)
  )
}

function isEmail(text: string): boolean {
  const at = text.indexOf('@')
  const local = text.slice(0, at)
  return (
    at > 0 &&
    at <= 64 &&
    text.length <= 254 &&
    /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+$/.test(local) &&
    !/^\.|\.$|\.\./.test(local) &&
    isHostName(text.slice(at + 1).toLowerCase())
  )
}

/** An address of the web: https or http, without a password inside. */
function isWebAddress(text: string): boolean {
  if (!/^https?:\/\/[^\s/]/i.test(text) || /[\s<>"\\^`{|}\p{Cc}]/u.test(text) || !URL.canParse(text)) return false
  const { username, password } = new URL(text)
  return username === '' && password === ''
}

interface CronField {
  readonly from: number
  readonly to: number
  readonly names?: readonly string[]
}
const cronFields: readonly CronField[] = [
  { from: 0, to: 59 },
  { from: 0, to: 23 },
  { from: 1, to: 31 },
  { from: 1, to: 12, names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { from: 0, to: 7, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
]

interface CronSpan {
  readonly first: number
  readonly last: number
  readonly every: number
}

/** One part of a field: `*`, `*\/15`, `5`, `1-5`, `1-5/2`; null for what is none. */
function cronSpan(part: string, { from, to, names }: CronField): CronSpan | null {
  const [span, step = '1', ...more] = part.split('/')
  const stepped = part.includes('/')
  const every = /^\d{1,2}$/.test(step) ? Number(step) : 0
  if (span === undefined || more.length > 0 || every < 1) return null
  if (span === '*') return { first: from, last: to, every }
  const ends = span.split('-').map((end) => {
    const named = names?.indexOf(end.toLowerCase()) ?? -1
    if (named >= 0) return named + (from === 1 ? 1 : 0)
    return /^\d{1,2}$/.test(end) ? Number(end) : Number.NaN
  })
  const [first, last = first] = ends as [number, number?]
  const fits = ends.length <= 2 && first >= from && last <= to && first <= last
  return fits && !(stepped && ends.length === 1) ? { first, last, every } : null
}

const longestMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const holds = ({ first, last, every }: CronSpan, value: number): boolean =>
  value >= first && value <= last && (value - first) % every === 0

/**
 * What is wrong with five fields (minute, hour, day of month, month, day of week; `*`, `1-5`, `*\/15`, lists, English names
 * of months and days), as a sentence for authors. Null: nothing, and one of the days comes in one of the months.
 */
export function cronFault(text: string): string | null {
  const fields = text.length > 100 ? [] : text.split(' ')
  const spans = fields.map((field, i) => field.split(',').map((part) => cronFields[i] && cronSpan(part, cronFields[i])))
  if (spans.length !== 5 || spans.flat().some((span) => !span))
    return 'Write five fields: minute, hour, day, month, weekday; such as "0 7 * * 1"'
  const [days, months] = spans.slice(2) as unknown as [CronSpan[], CronSpan[]]
  const earliest = Math.min(...days.map(({ first }) => first))
  const comes = longestMonth.some((last, i) => earliest <= last && months.some((span) => holds(span, i + 1)))
  return comes ? null : `Write a day that comes: none of its months has a day ${earliest}`
}

/** Five fields, as `cronFault` says. */
export const isCron = (text: string): boolean => cronFault(text) === null

const key = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/

export type FormFormat = (typeof textFormats)[number] | DomainFormat

/** The form of a text only; whether the member, the group, ... is there, the server looks. */
export const formats: Readonly<Record<FormFormat, (text: string) => boolean>> = {
  email: isEmail,
  uri: isWebAddress,
  date: isCalendarDate,
  'date-time': isInstant,
  time: (text) => clock.test(text),
  member: (text) => isUuid(text),
  group: (text) => isUuid(text),
  plan: (text) => isUuid(text),
  role: (text) => /^[a-z][a-z0-9_-]{0,62}$/.test(text),
  qualification: (text) => key.test(text),
  emailTemplate: (text) => key.test(text),
  segment: (text) => key.test(text),
  cron: isCron,
  secret: (text) => text.length > 0,
  httpHost: isHostName,
}
export const isFormFormat = (format: unknown): format is FormFormat =>
  typeof format === 'string' && (isDomainFormat(format) || Object.hasOwn(formats, format))
