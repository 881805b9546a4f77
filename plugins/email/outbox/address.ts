/** Addresses as mails have them: one, plain, and nothing that could end a header or begin another recipient. */
import { invalid } from '@guildhall/sdk'

const plain = /^[^\s@<>(),;:\\"[\]\p{Cc}]+@[^\s@<>(),;:\\"[\]\p{Cc}]+\.[^\s@<>(),;:\\"[\]\p{Cc}.]+$/u
/** RFC 5321: 64 before the sign, 254 in all. */
export const isAddress = (address: string): boolean =>
  address.length <= 254 && address.indexOf('@') <= 64 && !address.includes('..') && plain.test(address)

/** @throws Problem 400 for an address that is none, or several */
export function oneAddress(address: string, pointer: string): string {
  const trimmed = address.normalize('NFC').trim()
  if (!isAddress(trimmed)) throw invalid(pointer, 'must be one e-mail address', { code: 'format' })
  return trimmed
}

/** How addresses are compared, as everywhere in the platform. */
export const emailKey = (email: string): string => email.normalize('NFC').trim().toLowerCase()

/** A name beside an address, on one line. */
export const oneLine = (name: string): string =>
  name
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 200)
