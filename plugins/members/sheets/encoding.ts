import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import type { TextEncoding } from './format.ts'
import { SheetError } from './sheet-error.ts'

export interface DetectedEncoding {
  encoding: TextEncoding
  byteOrderMark: boolean
}

const SAVE_AGAIN = 'Save it again as "CSV UTF-8" or as XLSX.'
const LF = 0x0a
const CR = 0x0d
const QUOTE = 0x22

/**
 * Decides the encoding of a text file by reading all of it: one foreign byte in the last row would otherwise stop an
 * import half-way. UTF-8 when every byte is valid, else Windows-1252, what German and French Excel write as "CSV".
 * @throws {SheetError} `encoding` with the row when the bytes are not what the byte order mark, or the valid rest of
 * the file, says; `nul-byte` with the row.
 */
export async function detectEncoding(path: string, head: Buffer): Promise<DetectedEncoding> {
  const marked = byteOrderMark(head)
  if (marked === 'utf-16le' || marked === 'utf-16be') return utf16(path, marked, true)
  if (!marked) {
    const wide = looksLikeUtf16(head)
    if (wide) return utf16(path, wide, false)
  }
  if (await isCleanUtf8(path)) return { encoding: 'utf-8', byteOrderMark: marked !== null }
  const census = await inspect(path)
  if (census.nulRow !== null) {
    throw new SheetError('nul-byte', 'The file holds NUL bytes.', SAVE_AGAIN, { row: census.nulRow })
  }
  const row = census.invalidRow ?? 1
  if (marked) {
    throw new SheetError('encoding', 'The file says it is UTF-8, but this row is not.', SAVE_AGAIN, { row })
  }
  if (census.valid > census.invalid) {
    throw new SheetError('encoding', 'The file mixes UTF-8 with another encoding.', SAVE_AGAIN, { row })
  }
  return { encoding: 'windows-1252', byteOrderMark: false }
}

/** The bytes of a text file as UTF-8 chunks, whatever it is encoded in. */
export async function* utf8Chunks(path: string, encoding: TextEncoding): AsyncGenerator<Buffer, void, undefined> {
  const stream = createReadStream(path)
  if (encoding === 'utf-8') {
    for await (const chunk of stream) yield chunk as Buffer
    return
  }
  const decoder = new TextDecoder(encoding)
  for await (const chunk of stream) yield Buffer.from(decoder.decode(chunk as Buffer, { stream: true }))
  yield Buffer.from(decoder.decode())
}

function byteOrderMark(head: Buffer): TextEncoding | null {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8'
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  return null
}

/** Letters, separators and line ends have a zero byte in UTF-16: the side it is on tells the order. */
function looksLikeUtf16(head: Buffer): TextEncoding | null {
  const length = Math.min(head.length, 4096) & ~1
  let even = 0
  let odd = 0
  for (let i = 0; i < length; i += 2) {
    if (head[i] === 0) even++
    if (head[i + 1] === 0) odd++
  }
  if (odd > length / 5 && odd > even * 4) return 'utf-16le'
  if (even > length / 5 && even > odd * 4) return 'utf-16be'
  return null
}

async function utf16(path: string, encoding: TextEncoding, marked: boolean): Promise<DetectedEncoding> {
  const decoder = new TextDecoder(encoding, { fatal: true })
  let row = 1
  for await (const chunk of createReadStream(path)) {
    let text: string
    try {
      text = decoder.decode(chunk as Buffer, { stream: true })
    } catch (cause) {
      throw new SheetError('encoding', 'The file is not valid UTF-16 near this row.', SAVE_AGAIN, { row }, cause)
    }
    const nul = text.indexOf('\0')
    row += linesIn(nul === -1 ? text : text.slice(0, nul))
    if (nul !== -1) throw new SheetError('nul-byte', 'The file holds NUL characters.', SAVE_AGAIN, { row })
  }
  try {
    decoder.decode()
  } catch (cause) {
    throw new SheetError('encoding', 'The file ends in the middle of a character.', SAVE_AGAIN, { row }, cause)
  }
  return { encoding, byteOrderMark: marked }
}

function linesIn(text: string): number {
  let lines = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines++
  return lines
}

async function isCleanUtf8(path: string): Promise<boolean> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const data of createReadStream(path)) {
    const chunk = rest.length > 0 ? Buffer.concat([rest, data as Buffer]) : (data as Buffer)
    const whole = wholeCharacters(chunk)
    if (!isUtf8(chunk.subarray(0, whole)) || chunk.includes(0)) return false
    rest = chunk.subarray(whole)
  }
  return isUtf8(rest)
}

/** Length of the chunk without a character that the chunk's end cuts. */
function wholeCharacters(chunk: Buffer): number {
  for (let back = 1; back <= Math.min(3, chunk.length); back++) {
    const byte = chunk[chunk.length - back]!
    if (byte < 0x80) break
    if (byte >= 0xc0) return sequenceLength(byte) > back ? chunk.length - back : chunk.length
  }
  return chunk.length
}

function sequenceLength(lead: number): number {
  if (lead >= 0xc2 && lead <= 0xdf) return 2
  if (lead >= 0xe0 && lead <= 0xef) return 3
  if (lead >= 0xf0 && lead <= 0xf4) return 4
  return 1
}

interface Census {
  valid: number
  invalid: number
  invalidRow: number | null
  nulRow: number | null
}

/** Looks at a file that is not clean UTF-8 byte by byte: characters that are valid UTF-8, bytes that are not, rows. */
async function inspect(path: string): Promise<Census> {
  const census: Census = { valid: 0, invalid: 0, invalidRow: null, nulRow: null }
  let row = 1
  let quoted = false
  let previous = 0
  let missing = 0
  const invalid = () => {
    census.invalid++
    census.invalidRow ??= row
  }
  for await (const chunk of createReadStream(path)) {
    for (const byte of chunk as Buffer) {
      if (missing > 0) {
        if ((byte & 0xc0) === 0x80) {
          if (--missing === 0) census.valid++
          continue
        }
        missing = 0
        invalid()
      }
      if (byte >= 0x80) {
        missing = sequenceLength(byte) - 1
        if (missing === 0) invalid()
      } else if (byte === QUOTE) quoted = !quoted
      else if (byte === 0) census.nulRow ??= row
      else if (!quoted && (byte === CR || (byte === LF && previous !== CR))) row++
      previous = byte
    }
  }
  if (missing > 0) invalid()
  return census
}
