import { normaliseText, UnprintableText } from '../../normalise.ts'
import { parseEmail, parsePhone, parseUrl } from './contact.ts'
import type { DateOrder } from './dates.ts'
import { parseDate } from './dates.ts'
import { parseList } from './lists.ts'
import { parseFullName } from './names.ts'
import { noDate } from './no-date.ts'
import type { DecimalMark } from './numbers.ts'
import { parseInteger, parseMoney } from './numbers.ts'
import type { Parsed } from './parsed.ts'
import { isProblem } from './parsed.ts'
import { parseAddress, parseCountry, parseLanguage } from './places.ts'
import { parseBoolean, parseGender, parseRole, parseStatus } from './words.ts'

/** What the organisation and the column say about how to read a cell. */
export interface ValueContext {
  /** ISO 3166 code: home of telephone numbers. */
  country: string | null
  /** ISO 4217 code of amounts that name none. */
  currency: string
  decimal: DecimalMark
  dateOrder: DateOrder
  currentYear: number
}

type Parser = (text: string, context: ValueContext) => Parsed<unknown>

/** Text that software writes for "nothing" in columns that are not free text. */
const NOTHING = /^(-+|–|—|\/|n\/?a|null|nil|none|k\.?\s?a\.?|keine|unbekannt|0000-00-00|00[./]00[./]0000|#n\/?v)$/i
/** What Excel leaves in a cell whose formula failed, in English and German. */
const FAILED_FORMULA = /^#(REF!|BEZUG!|N\/A|NV|VALUE!|WERT!|NAME\?|DIV\/0!|NUM!|ZAHL!|NULL!|#+)$/i

const PARSERS = {
  text: (text) => plain(text, 1000),
  longText: (text) => plain(text, 20_000, true),
  name: (text) => plain(text, 200),
  identifier: (text) => plain(text, 200),
  fullName: (text) => parseFullName(text),
  email: (text) => parseEmail(text),
  phone: (text, { country }) => parsePhone(text, country),
  url: (text) => parseUrl(text),
  date: (text, { dateOrder, currentYear }) => parseDate(text, { order: dateOrder, currentYear }),
  pastDate: (text, { dateOrder, currentYear }) => parseDate(text, { order: dateOrder, currentYear, past: true }),
  boolean: (text) => parseBoolean(text),
  gender: (text) => parseGender(text),
  integer: (text) => parseInteger(text),
  money: (text, { currency, decimal }) => parseMoney(text, currency, decimal),
  list: (text) => parseList(text),
  status: (text) => parseStatus(text),
  role: (text) => parseRole(text),
  country: (text) => parseCountry(text),
  language: (text) => parseLanguage(text),
  address: (text) => parseAddress(text),
} satisfies Record<string, Parser>

export type ValueKind = keyof typeof PARSERS

/** Reads one cell as a kind of value. A blank cell is `{ value: null }` of every kind. */
export function parseValue(kind: ValueKind, cell: string, context: ValueContext): Parsed<unknown> {
  const text = plain(cell, Number.POSITIVE_INFINITY, true)
  if (isProblem(text)) return text
  if (text.value === '') return { value: null }
  if (FAILED_FORMULA.test(text.value)) {
    return { problem: 'A formula failed in this cell.', accepted: 'a value; mend the formula or type the value' }
  }
  const free = kind === 'text' || kind === 'longText' || kind === 'name' || kind === 'identifier'
  if (!free && NOTHING.test(text.value) && kind !== 'gender' && kind !== 'boolean') return { value: null }
  const none = kind === 'date' || kind === 'pastDate' ? noDate(text.value) : null
  if (none) return none
  const parse: Parser = PARSERS[kind]
  return parse(text.value, context)
}

function plain(text: string, maxLength: number, lines = false): Parsed<string> {
  try {
    const value = normaliseText(text, { lines })
    if (value.length <= maxLength) return { value }
    return { problem: `Longer than ${maxLength} characters.`, accepted: `at most ${maxLength} characters` }
  } catch (error) {
    if (!(error instanceof UnprintableText)) throw error
    return { problem: 'Holds control characters.', accepted: 'text without control characters' }
  }
}
