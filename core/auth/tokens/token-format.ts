import { hash, randomBytes, randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'

/**
 * `gh_<12 characters id>_<64 hexadecimal digits secret><6 characters checksum>`: the prefix makes leaks findable, the
 * id names the token in lists, the checksum lets a scanner and the door tell a typing error from a guess.
 */
export interface NewToken {
  /** Shown once. */
  readonly token: string
  readonly publicId: string
  /** All that is stored. */
  readonly hash: string
}

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const shape = /^gh_[0-9A-Za-z]{12}_[0-9a-f]{64}[0-9A-Za-z]{6}$/
export const tokenPrefix = 'gh_'
const checksumLength = 6

export function createToken(): NewToken {
  const publicId = Array.from({ length: 12 }, () => alphabet[randomInt(alphabet.length)]).join('')
  const body = `${tokenPrefix}${publicId}_${randomBytes(32).toString('hex')}`
  const token = body + checksum(body)
  return { token, publicId, hash: hashToken(token) }
}

/** Whether it can be a token at all. Says nothing about whether it is one: the checksum is no secret. */
export const isTokenShaped = (text: string): boolean =>
  shape.test(text) && checksum(text.slice(0, -checksumLength)) === text.slice(-checksumLength)

/**
 * A plain SHA-256 is enough for 256 random bits, and looking up the hash takes the same work for any guess: what an
 * index compares is not under the caller's control.
 */
export const hashToken = (token: string): string => hash('sha256', token, 'hex')

function checksum(body: string): string {
  let rest = crc32(body)
  let text = ''
  for (let i = 0; i < checksumLength; i++) {
    text = alphabet[rest % 62] + text
    rest = Math.floor(rest / 62)
  }
  return text
}
