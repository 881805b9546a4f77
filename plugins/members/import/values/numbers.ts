import type { Parsed } from './parsed.ts'

/** The mark before the decimals: a comma in German, a point in English. */
export type DecimalMark = ',' | '.'

export interface Money {
  /** In minor units of the currency: cents. */
  amount: number
  currency: string
}

/** A whole number; thousands may be grouped. */
export function parseInteger(text: string): Parsed<number> {
  const accepted = 'a whole number such as 42'
  const digits = text
    .trim()
    .replace(/^([+-]?\d{1,3})(?:([.,' \u00a0\u202f’])\d{3})(?:\2\d{3})*$/u, (all) => all.replace(/[^\d+-]/g, ''))
  // A workbook or an export of a database writes 42 as 42.0.
  const whole = /^([+-]?\d+)(?:[.,]0+)?$/.exec(digits)
  if (!whole) return { problem: 'Not a whole number.', accepted }
  const value = Number(whole[1])
  return Number.isSafeInteger(value) ? { value } : { problem: 'The number is too large.', accepted }
}

const SYMBOLS: Readonly<Record<string, string>> = {
  '€': 'EUR',
  $: 'USD',
  '£': 'GBP',
  '₹': 'INR',
  'SFr.': 'CHF',
  Fr: 'CHF',
  'Fr.': 'CHF',
  Euro: 'EUR',
}

/** Characters of an amount. Longer ones are not taken apart: their marks could be divided in too many ways. */
const LONGEST_AMOUNT = 60

/**
 * An amount of money: `1.234,50 €`, `$1,234.50`, `EUR 12`, `12,5`, `(12.00)`. Where one mark and three digits leave it
 * open (`1.234`), the language's decimal mark decides.
 * @param currency Of amounts that name none.
 */
export function parseMoney(text: string, currency: string, decimal: DecimalMark): Parsed<Money> {
  const accepted = 'an amount such as 12.50 or 12,50 €'
  if (text.length > LONGEST_AMOUNT) return { problem: 'Not an amount of money.', accepted }
  const match =
    /^(\()?\s*([+-])?\s*([\p{L}\p{Sc}.]*)\s*([+-])?\s*([\d.,'’ \u00a0\u202f]*\d)(?:[.,][-–—]+)?\s*([\p{L}\p{Sc}.]*)\s*(-)?(\))?$/u.exec(
      text.trim(),
    )
  if (!match) return { problem: 'Not an amount of money.', accepted }
  const [, open, sign1, before, sign2, digits = '', after, trailing] = match
  const unit = before || after || ''
  const code = unit === '' ? currency : (SYMBOLS[unit] ?? unit.toUpperCase())
  if (!Intl.supportedValuesOf('currency').includes(code)) return { problem: 'Not a currency we know.', accepted }
  const places =
    new Intl.NumberFormat('en', { style: 'currency', currency: code }).resolvedOptions().maximumFractionDigits ?? 2
  const [whole, fraction] = splitDecimals(digits.replace(/['’ \u00a0\u202f]/g, ''), decimal)
  if (whole === null) return { problem: 'Not an amount of money.', accepted }
  const trimmed = fraction.replace(/0+$/, '')
  if (trimmed.length > places) return { problem: `More than ${places} decimals.`, accepted }
  const amount = Number(whole + trimmed.padEnd(places, '0'))
  if (!Number.isSafeInteger(amount)) return { problem: 'The amount is too large.', accepted }
  const negative = Boolean(open) || [sign1, sign2, trailing].includes('-')
  return { value: { amount: negative && amount !== 0 ? -amount : amount, currency: code } }
}

/** Whole digits and decimals; null when the marks contradict each other. */
function splitDecimals(text: string, decimal: DecimalMark): [whole: string | null, fraction: string] {
  const last = Math.max(text.lastIndexOf(','), text.lastIndexOf('.'))
  if (last === -1) return [text, '']
  const mark = text[last]!
  const other = mark === ',' ? '.' : ','
  const grouped = (digits: string, by: string) =>
    digits.includes(by) ? new RegExp(`^\\d{1,3}(\\${by}\\d{3})+$`).test(digits) : /^\d*$/.test(digits)
  const plain = (digits: string) => digits.replace(/[.,]/g, '')
  const isThousands =
    text.indexOf(mark) !== last || (text.length - last === 4 && mark !== decimal && !text.includes(other))
  if (isThousands) return grouped(text, mark) ? [plain(text), ''] : [null, '']
  const head = text.slice(0, last)
  return grouped(head, other) && !head.includes(mark) ? [plain(head) || '0', text.slice(last + 1)] : [null, '']
}
