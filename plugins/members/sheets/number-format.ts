/** How a number format of a workbook shows a number, where that is more than its digits (ECMA-376, 18.8.30 and 18.8.31). */
export type CellFormat = 'date' | 'time' | DigitPattern

/** Digits with zeros in front and signs between: `00000` of postal codes, `"M-"0000` of member numbers. */
export interface DigitPattern {
  /** From left to right: a place that is always filled, one that may stay empty, or a text. */
  readonly places: readonly ({ readonly digit: '0' | '#' } | string)[]
}

/** Formats of dates and times that every workbook has without naming them. */
const BUILT_IN_TIMES = [18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56]
const BUILT_IN_DATES = [14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58]

/** @returns undefined where the digits of the number are all there is to read. */
export function cellFormat(id: number, code: string | undefined): CellFormat | undefined {
  if (code === undefined) {
    if (BUILT_IN_DATES.includes(id)) return 'date'
    return BUILT_IN_TIMES.includes(id) ? 'time' : undefined
  }
  // Letters of a date stand outside of quotes, colours and padding; a minute is an m beside an hour.
  const letters = code.replace(/"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]|general/gi, '')
  if (/[yd]/i.test(letters)) return 'date'
  if (/[hs]/i.test(letters)) return 'time'
  return /m/i.test(letters) ? 'date' : digitPattern(code)
}

const TOKEN = /"([^"]*)"|\\(.)|[_*].|\[\$-[^\]]*\]|\[[a-z]+\d*\]|([0#])|([-+ ()])|(;.*)|(.)/gi

/** Amounts and quantities, which have a point, a comma or a percent sign, are read by their value. */
function digitPattern(code: string): DigitPattern | undefined {
  const places: DigitPattern['places'][number][] = []
  for (const [, quoted, escaped, digit, sign, end, other] of code.matchAll(TOKEN)) {
    if (end !== undefined) break
    if (other !== undefined) return undefined
    const text = quoted ?? escaped ?? sign
    if (digit !== undefined) places.push({ digit: digit as '0' | '#' })
    else if (text !== undefined) places.push(text)
  }
  const zeros = places.filter((place) => typeof place !== 'string' && place.digit === '0')
  return zeros.length > 1 ? { places } : undefined
}

/** The number as the pattern shows it; null when it is none that has such a form. */
export function patternText(value: number, { places }: DigitPattern): string | null {
  if (!Number.isSafeInteger(value) || value < 0) return null
  let digits = String(value)
  const first = places.findIndex((place) => typeof place !== 'string')
  const shown = places.toReversed().map((place, i) => {
    if (typeof place === 'string') return place
    // The leftmost place takes all digits that are left.
    const digit = places.length - 1 - i === first ? digits : digits.slice(-1)
    digits = digits.slice(0, digits.length - digit.length)
    return digit || (place.digit === '0' ? '0' : '')
  })
  return shown.toReversed().join('').trim()
}
