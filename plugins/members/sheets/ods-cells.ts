/** Cells of an OpenDocument spreadsheet as text (ODF 1.3, part 3, 19.383 and following), in the form `workbook-cells.ts` gives. */
import { numberText } from './workbook-cells.ts'
import { attribute } from './xml-scanner.ts'

/**
 * @param tag Of the cell, with its attributes.
 * @param shown What the spreadsheet shows in it.
 */
export function odsCellText(tag: string, shown: string): string {
  // A formula that failed has its error as text and a value that means nothing.
  if (attribute(tag, 'calcext:value-type') === 'error') return failure(shown)
  switch (attribute(tag, 'office:value-type')) {
    case 'float':
    case 'currency':
    case 'percentage':
      return numberOf(attribute(tag, 'office:value') ?? '', shown)
    case 'date':
      return dateOf(attribute(tag, 'office:date-value') ?? shown)
    case 'time':
      return timeOf(attribute(tag, 'office:time-value') ?? shown)
    case 'boolean':
      return attribute(tag, 'office:boolean-value') ?? shown
    default:
      return shown || (attribute(tag, 'office:string-value') ?? '')
  }
}

/** `Err:502` is how LibreOffice shows what has no name of its own. */
const failure = (shown: string) => (/^Err:\d+$/.test(shown) ? '#VALUE!' : shown)

function numberOf(value: string, shown: string): string {
  const number = Number(value)
  if (value.trim() === '' || !Number.isFinite(number)) return shown
  return isPattern(number, shown) ? shown : numberText(number)
}

/**
 * Whether the digits stand in a form of their own: `01067` of postal codes, `M-0001` of member numbers, `+49 171 234`.
 * Amounts and quantities, which have a point, a comma or a percent sign, are read by their value.
 */
function isPattern(value: number, shown: string): boolean {
  if (!Number.isSafeInteger(value) || value < 0 || !/^[\p{L}\d\-+ ()/]+$/u.test(shown)) return false
  const digits = shown.replace(/\D/g, '')
  return Number(digits) === value && (digits.length > String(value).length || /^[\p{L}+]/u.test(shown))
}

/** Day 0 is a formula's or a database's "no date"; with a time of day it is that alone. */
const NO_DAY = '1899-12-30'

function dateOf(value: string): string {
  const [day = '', clock = ''] = value.trim().split('T')
  const time = clock.slice(0, 8)
  if (day === NO_DAY) return time === '00:00:00' ? '' : time
  return time === '' || time === '00:00:00' ? day : `${day} ${time}`
}

function timeOf(value: string): string {
  const parts = /^PT(\d+)H(\d+)M(\d+)/.exec(value.trim())
  return parts
    ? parts
        .slice(1)
        .map((part) => part.padStart(2, '0'))
        .join(':')
    : value
}
