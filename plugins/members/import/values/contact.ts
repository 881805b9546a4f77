import { createRequire } from 'node:module'
import type { CountryCode } from 'libphonenumber-js/min'
import type { Parsed } from './parsed.ts'

/** Loaded with the first number: 2 MB of every country's rules that a server at rest has no use for. */
const numbers = (): typeof import('libphonenumber-js/min') => createRequire(import.meta.url)('libphonenumber-js/min')

/**
 * A telephone number as E.164 (`+492211234`), with `;ext=` for an extension. What is no valid number stays as it is
 * written, with a notice: a club's list holds `see parents` and two numbers in one cell.
 * @param country Where a number without country code is at home.
 */
export function parsePhone(text: string, country: string | null): Parsed<string> {
  const { isSupportedCountry, parsePhoneNumberFromString } = numbers()
  const written = text.replace(/\s+/g, ' ').trim()
  const home = country && isSupportedCountry(country) ? (country as CountryCode) : undefined
  // `(0)` after a country code is dialled only at home.
  const dialled = written.replace(/^(tel:|tel\.|phone:|fon:)\s*/i, '').replace(/^(\+|00)(\d{1,3})\s*\(0\)/, '$1$2 ')
  const number =
    parsePhoneNumberFromString(dialled, { extract: false, ...(home && { defaultCountry: home }) }) ??
    (dialled.startsWith('00') ? parsePhoneNumberFromString(`+${dialled.slice(2)}`, { extract: false }) : undefined)
  if (number?.isValid()) return { value: number.number + (number.ext ? `;ext=${number.ext}` : '') }
  if (written.length > 64) return { problem: 'Too long for a telephone number.', accepted: 'such as +49 221 1234567' }
  return { value: written, notice: 'Not a valid telephone number; kept as it is written.' }
}

const ADDRESS =
  /^[^\s@<>()[\],;:"\\]{1,64}@[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?)+$/u

/** One e-mail address, also as `Name <address>` or `mailto:address`. The domain is written in lower case. */
export function parseEmail(text: string): Parsed<string> {
  const bare = text.trim().replace(/^mailto:/i, '')
  const address = (/<([^<>]+)>\s*$/.exec(bare)?.[1] ?? bare).trim()
  if (ADDRESS.test(address) && address.length <= 254) {
    const at = address.lastIndexOf('@')
    return { value: address.slice(0, at) + address.slice(at).toLowerCase() }
  }
  if ((address.match(/@/g) ?? []).length > 1) {
    return { problem: 'More than one e-mail address.', accepted: 'one address, such as name@example.org' }
  }
  return { problem: 'Not an e-mail address.', accepted: 'one address, such as name@example.org' }
}

/** A web address; `www.example.org` gets its scheme. */
export function parseUrl(text: string): Parsed<string> {
  const written = text.trim()
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:/i.test(written) ? written : `https://${written}`)
  if (
    url &&
    /^https?:$/.test(url.protocol) &&
    url.hostname.includes('.') &&
    !/\s/.test(written) &&
    written.length <= 2048
  ) {
    return { value: written.includes('://') ? written : `https://${written}` }
  }
  return { problem: 'Not a web address.', accepted: 'such as https://example.org' }
}
