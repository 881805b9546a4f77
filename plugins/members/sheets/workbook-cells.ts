/** Cells of a workbook as text: dates as `YYYY-MM-DD`, numbers with all their digits, a point and no exponent. */

/** Excel keeps 15 digits; the 17 of the binary number would turn 12.1 into 12.100000000000001. */
export function numberText(value: number): string {
  const text = String(Number(value.toPrecision(15)))
  if (!text.includes('e')) return text
  const [digits = '', exponent = '0'] = text.split('e')
  const sign = digits.startsWith('-') ? '-' : ''
  const [whole = '', fraction = ''] = digits.replace('-', '').split('.')
  const shift = Number(exponent)
  if (shift < 0) return `${sign}0.${'0'.repeat(-shift - 1)}${whole}${fraction}`
  return sign + whole + fraction.padEnd(shift, '0')
}

export type DateSystem = '1900' | '1904'

/**
 * A date as Excel counts it: days, with the time of day as fraction. `YYYY-MM-DD`, with ` HH:MM:SS` when there is a
 * time; below one day a time alone. The calendar of 1900 has a 29 February, so days before it are off by one.
 */
export function serialText(serial: number, system: DateSystem): string {
  const seconds = Math.round(serial * 86_400)
  const epoch = system === '1904' ? 24_107 : 25_569
  const early = system === '1900' && serial < 60 ? 1 : 0
  const date = new Date((seconds - (epoch - early) * 86_400) * 1000)
  if (serial < 0 || Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999) return numberText(serial)
  const clock = date.toISOString().slice(11, 19)
  if (serial < 1) return clock
  const day = date.toISOString().slice(0, 10)
  return clock === '00:00:00' ? day : `${day} ${clock}`
}

/** Number formats of dates and times that every workbook has without naming them (ECMA-376, 18.8.30). */
const BUILT_IN = [
  14, 15, 16, 17, 18, 19, 20, 21, 22, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 45, 46, 47, 50, 51, 52, 53, 54, 55, 56,
  57, 58,
]

/** Whether a number format shows a date or a time: it has letters of one outside of quotes, colours and padding. */
export function isDateFormat(id: number, code: string | undefined): boolean {
  if (code === undefined) return BUILT_IN.includes(id)
  return /[ymdhs]/i.test(code.replace(/"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]|general/gi, ''))
}
