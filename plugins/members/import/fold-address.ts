/** Addresses as registers write them: `PLZ Ort` in one cell, wherever it stands, with the code of the country in front. */
import type { Address } from '../member-schema.ts'
import type { PostalAddress } from './values/index.ts'

type Values = Readonly<Record<string, unknown>>

/** Digits of a postal code, where they may begin with a zero that a spreadsheet takes for nothing. */
const DIGITS: Readonly<Record<string, number>> = { DE: 5, FR: 5, IT: 5, ES: 5, FI: 5, US: 5, NO: 4, DK: 4 }

/** Whether a postal code may have lost its zeros at home in a country. */
export const isCut = (code: string, country: string): boolean =>
  /^[1-9]\d{1,3}$/.test(code) && code.length < (DIGITS[country] ?? 0)

/**
 * @param home the country of rows that name none, where the file's postal codes have lost their zeros
 */
export function foldAddress(values: Values, home?: string): Address | undefined {
  const whole = values.address as PostalAddress | undefined
  const postalCity = values['address.postalCity'] as PostalAddress | undefined
  const { street: unread, ...read } = postalCity ?? {}
  const town = postalCity && { ...read, city: read.city ?? unread }
  const parts = partsOf(values, 'address.')
  if (parts) delete parts.postalCity
  const address = Object.fromEntries(
    Object.entries({ ...whole, ...town, ...parts }).filter(([, value]) => value !== undefined),
  ) as Address
  splitTown(address)
  const country = address.country ?? home
  if (country !== undefined && isCut(address.postalCode ?? '', country))
    address.postalCode = address.postalCode!.padStart(DIGITS[country]!, '0')
  return Object.keys(address).length > 0 ? address : undefined
}

/** Country, postal code and town in one cell. */
const TOWN = /^(?:(D|DE|A|AT|CH)[-\s]+)?(\d{4,5})(?:\s+(\p{L}.*))?$/u
const COUNTRIES: Readonly<Record<string, string>> = { D: 'DE', A: 'AT' }

function splitTown(address: Address): void {
  for (const field of ['postalCode', 'city'] as const) {
    const [, country, code, city] = TOWN.exec(address[field] ?? '') ?? []
    // `1234 AB` is a whole postal code of the Netherlands.
    if (field === 'postalCode' && /^[A-Z]{2}$/.test(city ?? '')) continue
    if (!code || (field === 'city' && !city)) continue
    if (country) address.country ??= COUNTRIES[country] ?? country
    if (field === 'postalCode') address.postalCode = code
    else address.postalCode ??= code
    if (city && (field === 'city' || address.city === undefined)) address.city = city
  }
}

/** Fields `<prefix>x` as one object. */
export function partsOf(values: Values, prefix: string): Record<string, unknown> | undefined {
  const found = Object.entries(values).filter(([name]) => name.startsWith(prefix))
  return found.length === 0
    ? undefined
    : Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), value]))
}
