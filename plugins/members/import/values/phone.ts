import { createRequire } from 'node:module'
import type { CountryCode } from 'libphonenumber-js/min'
import type { Parsed } from './parsed.ts'

/** Loaded with the first number: 2 MB of every country's rules that a server at rest has no use for. */
const numbers = (): typeof import('libphonenumber-js/min') => createRequire(import.meta.url)('libphonenumber-js/min')

type Countries = readonly (string | null)[]

/**
 * A telephone number as E.164 (`+492211234`), with `;ext=` for an extension. Of several in one cell the first is taken.
 * What is no valid number stays as it is written, with a notice: a club's list holds `see parents`.
 * @param countries Where a number without country code may be at home, the likeliest first.
 */
export function parsePhone(text: string, countries: Countries): Parsed<string> {
  const written = text
    .trim()
    .replace(/\s*\n\s*/g, '; ')
    .replace(/\s+/g, ' ')
  const whole = dial(written, countries)
  if (whole) return { value: whole }
  const [, bare = '', remark] = /^(.*\d)\s*(\(?[^\d()]*\p{L}[^\d()]*\)?)$/u.exec(written) ?? []
  const remarked = remark ? dial(bare, countries) : null
  if (remarked) return { value: remarked, notice: 'The words beside the number are kept.', rest: written }
  for (const separator of SEPARATORS) {
    const several = dialAll(written.split(separator), countries)
    if (several) return several
  }
  if (written.length > 64)
    return { problem: 'Too long for a telephone number.', accepted: 'such as +49 221 1234567', bearable: true }
  return { value: written, notice: 'Not a valid telephone number; kept as it is written.' }
}

/** What stands between two numbers. A slash also separates the area code, so it is tried last. */
const SEPARATORS = [/\s*(?:[;,|]|:::|\b(?:oder|od\.|or|und|u\.)\s)\s*/i, /\s+\/+\s+/, /\/+/]

function dialAll(parts: readonly string[], countries: Countries): Parsed<string> | null {
  const numbers = parts.map((part) => part.trim()).filter(Boolean)
  const dialled = numbers.map((number) => dial(number, countries))
  const [first] = dialled
  if (!first || dialled.includes(null)) return null
  const others = numbers.filter((_, i) => dialled.indexOf(dialled[i]!) === i && i > 0)
  if (others.length === 0) return { value: first }
  const notice = 'More than one telephone number: the first is taken, the others are kept.'
  return { value: first, notice, rest: others.join(', ') }
}

function dial(text: string, countries: Countries): string | null {
  const { isSupportedCountry, parsePhoneNumberFromString } = numbers()
  // `(0)` after a country code is dialled only at home; `00` is dialled for `+` in most of the world.
  const dialled = text
    .replace(/^(tel|telefon|phone|fon|mobil|handy|privat|[mpth])(:|\.:?)\s*/i, '')
    .replace(/^00(?=[1-9])/, '+')
    .replace(/^\+\s*(\d{1,3})\s*\(0\)/, '+$1 ')
  for (const country of countries) {
    const home = country && isSupportedCountry(country) ? (country as CountryCode) : undefined
    const number = parsePhoneNumberFromString(dialled, { extract: false, ...(home && { defaultCountry: home }) })
    if (number?.isValid()) return number.number + (number.ext ? `;ext=${number.ext}` : '')
  }
  return null
}
