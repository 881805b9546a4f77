/** What the XLSX library makes of a cell. A formula is its cached result. */
export type WorkbookCell = string | number | boolean | Date | null | undefined

/** A cell as text: dates as `YYYY-MM-DD`, numbers with all their digits and a point, no exponent. */
export function cellText(value: WorkbookCell | object): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (value instanceof Date) return dateText(value)
  return ''
}

/** Excel keeps 15 digits; the 17 of the binary number would turn 12.1 into 12.100000000000001. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return ''
  const rounded = Number(value.toPrecision(15))
  const text = String(rounded)
  if (!text.includes('e')) return text
  const [digits = '', exponent = '0'] = text.split('e')
  const sign = digits.startsWith('-') ? '-' : ''
  const [whole = '', fraction = ''] = digits.replace('-', '').split('.')
  const shift = Number(exponent)
  if (shift < 0) return `${sign}0.${'0'.repeat(-shift - 1)}${whole}${fraction}`
  return sign + whole + fraction.padEnd(shift, '0')
}

function dateText(value: Date): string {
  const time = value.getTime()
  if (Number.isNaN(time)) return ''
  const iso = value.toISOString()
  const clock = iso.slice(11, 19)
  // A serial below 1 is a time of day without a date; such cells read as 31 December 1899.
  if (time < Date.UTC(1900, 0, 1)) return clock
  return clock === '00:00:00' ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${clock}`
}
