import { normaliseText, UnprintableText } from '../../normalise.ts'
import { parseEmail, parseUrl } from './contact.ts'
import type { DateOrder } from './dates.ts'
import { parseDate, parseFirstDay, parseLastDay } from './dates.ts'
import { parseList, parseTick } from './lists.ts'
import { parseFullName, parseGivenName } from './names.ts'
import { noDate } from './no-date.ts'
import type { DecimalMark } from './numbers.ts'
import { parseInteger, parseMoney } from './numbers.ts'
import type { Parsed } from './parsed.ts'
import { isProblem } from './parsed.ts'
import { parsePhone } from './phone.ts'
import { parseAddress, parseCountry, parseLanguage } from './places.ts'
import { parseSalutation } from './salutation.ts'
import { parseStatus } from './status.ts'
import { parseBoolean, parseGenderOf, parseRole } from './words.ts'

/** What the organisation and the column say about how to read a cell. */
export interface ValueContext {
  /** ISO 3166 code: home of telephone numbers. */
  country: string | null
  /** ISO 4217 code of amounts that name none. */
  currency: string
  decimal: DecimalMark
  dateOrder: DateOrder
  currentYear: number
  /** Where this row may be at home, the likeliest first. Default: `country`. */
  countries?: readonly string[]
  /** Of the column: what a tick in it means. */
  header?: string
  /** The letter that means women in this file, where it is neither F nor W. */
  femaleLetter?: string
  /** The header says that family names stand first. */
  lastFirst?: boolean
}

type Parser = (text: string, context: ValueContext) => Parsed<unknown>

/** Signs that stand for "nothing" in every column. */
const SIGN = /^(-+|–+|—+|\/+|\?+|\.{2,})$/
/** The same as an abbreviation; of a gender it says that somebody was asked. */
const ABBREVIATION = /^(n\/a|k\.\s?a\.?|#n\/?v)$/i
/** Words that software and people write for "nothing" in columns that are not free text. */
const NOTHING =
  /^(n\/?a|null|nil|none|ka|n\.?\s?v\.?|unbekannt|unbek\.?|unknown|fehlt|entfällt|leer|kein|keine|keiner|ohne|keine? (e-?mail|mail|telefon|tel\.?|handy|angaben?)(-?adresse)?( vorhanden)?|nicht (vorhanden|bekannt|angegeben))$/i
/** What Excel leaves in a cell whose formula failed, in English and German. */
const FAILED_FORMULA = /^#(REF!|BEZUG!|N\/A|NV|VALUE!|WERT!|NAME\?|DIV\/0!|NUM!|ZAHL!|NULL!|#+)$/i

/** Somebody is the same without the day of his birthday; a membership without its days is another. */
function needed<T>(parsed: Parsed<T>): Parsed<T> {
  if (!isProblem(parsed)) return parsed
  const { bearable: _, ...unread } = parsed
  return unread
}

const PARSERS = {
  text: (text) => plain(text, 1000),
  longText: (text) => plain(text, 20_000, true),
  name: (text) => plain(text, 200),
  givenName: (text) => {
    const name = plain(text, 200)
    return isProblem(name) ? name : parseGivenName(name.value)
  },
  identifier: (text) => plain(text, 200),
  fullName: (text, { lastFirst }) => parseFullName(text, { lastFirst: lastFirst ?? false }),
  email: (text) => parseEmail(text),
  phone: (text, { country, countries }) => parsePhone(text, countries ?? [country]),
  url: (text) => parseUrl(text),
  date: (text, { dateOrder, currentYear }) => needed(parseDate(text, { order: dateOrder, currentYear })),
  pastDate: (text, { dateOrder, currentYear }) => parseDate(text, { order: dateOrder, currentYear, past: true }),
  firstDay: (text, { dateOrder, currentYear }) => needed(parseFirstDay(text, { order: dateOrder, currentYear })),
  lastDay: (text, { dateOrder, currentYear }) => needed(parseLastDay(text, { order: dateOrder, currentYear })),
  boolean: (text) => parseBoolean(text),
  gender: (text, { femaleLetter }) => parseGenderOf(text, femaleLetter),
  salutation: (text) => parseSalutation(text),
  integer: (text) => parseInteger(text),
  money: (text, { currency, decimal }) => parseMoney(text, currency, decimal),
  list: (text) => parseList(text),
  tick: (text, { header }) => parseTick(text, header ?? ''),
  status: (text) => parseStatus(text),
  role: (text) => parseRole(text),
  country: (text) => parseCountry(text),
  language: (text) => parseLanguage(text),
  address: (text) => parseAddress(text),
} satisfies Record<string, Parser>

export type ValueKind = keyof typeof PARSERS

export const dateKinds: ReadonlySet<ValueKind> = new Set(['date', 'pastDate', 'firstDay', 'lastDay'])

/** Kinds whose words mean what they say. */
const FREE: ReadonlySet<ValueKind> = new Set([
  'text',
  'longText',
  'name',
  'givenName',
  'identifier',
  'gender',
  'boolean',
])

/** Reads one cell as a kind of value. A blank cell is `{ value: null }` of every kind. */
export function parseValue(kind: ValueKind, cell: string, context: ValueContext): Parsed<unknown> {
  const text = plain(cell, Number.POSITIVE_INFINITY, true)
  if (isProblem(text)) return text
  if (text.value === '') return { value: null }
  if (FAILED_FORMULA.test(text.value)) {
    return {
      problem: 'A formula failed in this cell.',
      accepted: 'a value; mend the formula or type the value',
      bearable: false,
    }
  }
  if (SIGN.test(text.value) || (kind !== 'gender' && ABBREVIATION.test(text.value))) return { value: null }
  const none = dateKinds.has(kind) ? noDate(text.value) : null
  if (none) return none
  if (!FREE.has(kind) && NOTHING.test(text.value)) return { value: null }
  const parse: Parser = PARSERS[kind]
  // Mailing lists part the lines of an address by two spaces.
  return parse(kind === 'address' ? lined(cell, text.value) : text.value, context)
}

const lined = (cell: string, text: string): string =>
  / {2}/.test(cell.trim()) ? normaliseText(cell.trim().replace(/ {2,}/g, '\n'), { lines: true }) : text

function plain(text: string, maxLength: number, lines = false): Parsed<string> {
  try {
    const value = normaliseText(text, { lines })
    if (value.length <= maxLength) return { value }
    return { problem: `Longer than ${maxLength} characters.`, accepted: `at most ${maxLength} characters` }
  } catch (error) {
    if (!(error instanceof UnprintableText)) throw error
    return { problem: 'Holds control characters.', accepted: 'text without control characters', bearable: false }
  }
}
