/** Cells of a workbook as text: dates as `YYYY-MM-DD`, numbers with all their digits, a point and no exponent. */

import { type CellFormat, patternText } from './number-format.ts'

export function cellText(value: number, format: CellFormat | undefined, system: DateSystem): string {
  if (format === undefined) return numberText(value)
  if (typeof format !== 'string') return patternText(value, format) ?? numberText(value)
  // Day 0, which Excel shows as 00.01.1900, is a formula's or a database's "no date".
  return format === 'date' && value === 0 && system === '1900' ? '' : serialText(value, system)
}

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
