/** Addresses as registers write them: `PLZ Ort` in one cell, wherever it stands, with the code of the country in front. */
import type { Address } from '../member-schema.ts'
import type { PostalAddress } from './values/index.ts'

type Values = Readonly<Record<string, unknown>>

export function foldAddress(values: Values): Address | undefined {
  const whole = values.address as PostalAddress | undefined
  const postalCity = values['address.postalCity'] as PostalAddress | undefined
  const { street: unread, ...read } = postalCity ?? {}
  const town = { ...read, city: read.city ?? unread }
  const parts = partsOf(values, 'address.')
  if (parts) delete parts.postalCity
  const address = Object.fromEntries(
    Object.entries({ ...whole, ...town, ...parts }).filter(([, value]) => value !== undefined),
  ) as Address
  splitTown(address)
  return Object.keys(address).length > 0 ? address : undefined
}

/** Country, postal code and town in one cell. */
const TOWN = /^(?:(D|DE|A|AT|CH)[-\s]+)?(\d{4,5})(?:\s+(\p{L}.*))?$/u
const COUNTRIES: Readonly<Record<string, string>> = { D: 'DE', A: 'AT' }

function splitTown(address: Address): void {
  for (const field of ['postalCode', 'city'] as const) {
    const [, country, code, city] = TOWN.exec(address[field] ?? '') ?? []
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
