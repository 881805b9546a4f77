import { createReadStream } from 'node:fs'
import { SEPARATORS } from './separator.ts'

/** Where a byte stands: `separators` counts each of `SEPARATORS` before it in its row. */
export interface BytePlace {
  row: number
  separators: readonly number[]
}

/** What a text file that is not clean UTF-8 is made of. */
export interface ByteCensus {
  /** Characters of several bytes that are valid UTF-8, and bytes that are not. */
  valid: number
  invalid: number
  /** Those that no other encoding of a European language can mean: accented letters and typographic signs. */
  certain: number
  firstValid: BytePlace | null
  firstInvalid: BytePlace | null
  nulRow: number | null
  /** Times each byte from 128 on stands between such neighbours: `surroundings(byte, before, after)` is the index. */
  seen: Uint32Array
}

/** What stands beside a byte. */
export const NEIGHBOUR = { none: 0, lower: 1, upper: 2, high: 3 } as const
export type Neighbour = (typeof NEIGHBOUR)[keyof typeof NEIGHBOUR]

export const surroundings = (byte: number, before: Neighbour, after: Neighbour): number =>
  (byte - 128) * 16 + before * 4 + after

const LF = 0x0a
const CR = 0x0d
const QUOTE = 0x22
const CODES = SEPARATORS.map((separator) => separator.charCodeAt(0))

/** Counts a file byte by byte, in memory that does not depend on its size. */
export async function byteCensus(path: string): Promise<ByteCensus> {
  const census: ByteCensus = {
    valid: 0,
    invalid: 0,
    certain: 0,
    firstValid: null,
    firstInvalid: null,
    nulRow: null,
    seen: new Uint32Array(128 * 16),
  }
  let row = 1
  let separators = CODES.map(() => 0)
  let quoted = false
  let previous = 0
  let beforePrevious = 0
  let missing = 0
  let lead = 0
  const place = (): BytePlace => ({ row, separators: [...separators] })
  const invalid = () => {
    census.invalid++
    census.firstInvalid ??= place()
  }
  const neighbours = (next: number) => {
    if (previous >= 0x80) census.seen[surroundings(previous, neighbour(beforePrevious), neighbour(next))]!++
    beforePrevious = previous
    previous = next
  }
  for await (const chunk of createReadStream(path)) {
    for (const byte of chunk as Buffer) {
      const last = previous
      neighbours(byte)
      if (missing > 0) {
        if ((byte & 0xc0) === 0x80) {
          if (--missing > 0) continue
          census.valid++
          if (lead === 0xc3 || lead === 0xe2) census.certain++
          census.firstValid ??= place()
          continue
        }
        missing = 0
        invalid()
      }
      if (byte >= 0x80) {
        missing = sequenceLength(byte) - 1
        lead = byte
        if (missing === 0) invalid()
      } else if (byte === QUOTE) quoted = !quoted
      else if (byte === 0) census.nulRow ??= row
      else if (quoted) continue
      else if (byte === CR || (byte === LF && last !== CR)) {
        row++
        separators = CODES.map(() => 0)
      } else {
        const index = CODES.indexOf(byte)
        if (index >= 0) separators[index]!++
      }
    }
  }
  neighbours(0)
  if (missing > 0) invalid()
  return census
}

/** Bytes of the UTF-8 character that begins so; 1 where none does. */
export function sequenceLength(lead: number): number {
  if (lead >= 0xc2 && lead <= 0xdf) return 2
  if (lead >= 0xe0 && lead <= 0xef) return 3
  if (lead >= 0xf0 && lead <= 0xf4) return 4
  return 1
}

function neighbour(byte: number): Neighbour {
  if (byte >= 0x80) return NEIGHBOUR.high
  if (byte >= 0x61 && byte <= 0x7a) return NEIGHBOUR.lower
  return byte >= 0x41 && byte <= 0x5a ? NEIGHBOUR.upper : NEIGHBOUR.none
}
