import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { type ByteCensus, type BytePlace, byteCensus, sequenceLength } from './byte-census.ts'
import { textDecoder } from './code-page.ts'
import { columnLetter } from './column-names.ts'
import { TEXT_ENCODINGS, type TextEncoding } from './format.ts'
import { guessEncoding } from './guess-encoding.ts'
import { detectSeparator, SEPARATORS } from './separator.ts'
import { SheetError } from './sheet-error.ts'

export interface DetectedEncoding {
  encoding: TextEncoding
  byteOrderMark: boolean
}

const SAVE_AGAIN = 'Save it again as "CSV UTF-8" or as XLSX.'
const NAME_IT = `Save it again as "CSV UTF-8" or as XLSX, or name its encoding with the option encoding (${TEXT_ENCODINGS.join(', ')}).`

/**
 * Decides the encoding of a text file by reading all of it: one foreign byte in the last row would otherwise stop an
 * import half-way. UTF-8 when every byte is valid, else the one of a single byte a character that makes words of them:
 * mostly Windows-1252, what German and French Excel write as "CSV".
 * @param asked What the owner of the file says it is.
 * @throws {SheetError} `encoding` with the place when the bytes are not what the byte order mark, the owner or the valid
 * rest of the file says, or make sense in no encoding; `nul-byte` with the row.
 */
export async function detectEncoding(path: string, head: Buffer, asked?: TextEncoding): Promise<DetectedEncoding> {
  const marked = byteOrderMark(head)
  const wide = asked ?? marked ?? looksLikeUtf16(head)
  if (wide === 'utf-16le' || wide === 'utf-16be') return utf16(path, wide, marked === wide)
  const byteMark = marked !== null
  if ((!asked || asked === 'utf-8') && (await isCleanUtf8(path))) return { encoding: 'utf-8', byteOrderMark: byteMark }
  const census = await byteCensus(path)
  if (census.nulRow !== null) {
    throw new SheetError('nul-byte', 'The file holds NUL bytes.', SAVE_AGAIN, { row: census.nulRow })
  }
  if (asked && asked !== 'utf-8') return { encoding: asked, byteOrderMark: byteMark }
  const refuse = (reason: string) => new SheetError('encoding', reason, NAME_IT, placeOf(census.firstInvalid, head))
  if (asked) throw refuse('The file is not UTF-8 here.')
  if (marked) throw refuse('The file says it is UTF-8, but it is not here.')
  if (isMixed(census))
    throw refuse(`The file mixes UTF-8, as in row ${census.firstValid?.row ?? 1}, with another encoding, as here.`)
  const guessed = guessEncoding(census.seen)
  if (guessed === null) throw refuse('The letters make sense in no encoding that we know.')
  return { encoding: guessed, byteOrderMark: false }
}

/** Enough characters that only UTF-8 can mean, beside bytes that are none. One in a long list was garbled before. */
const isMixed = ({ valid, invalid, certain }: ByteCensus): boolean =>
  valid > invalid || certain >= 3 || (certain > 0 && certain * 10 >= invalid)

function placeOf(place: BytePlace | null, head: Buffer): SheetError['place'] {
  if (!place) return { row: 1 }
  const separator = detectSeparator(head.toString('latin1'), false)
  const index = (SEPARATORS as readonly string[]).indexOf(separator)
  return { row: place.row, column: columnLetter(place.separators[index] ?? 0) }
}

/** The bytes of a text file as UTF-8 chunks, whatever it is encoded in. */
export async function* utf8Chunks(
  path: string,
  { encoding, byteOrderMark }: DetectedEncoding,
): AsyncGenerator<Buffer, void, undefined> {
  if (encoding === 'utf-8') {
    for await (const chunk of createReadStream(path)) yield chunk as Buffer
    return
  }
  const decoder = textDecoder(encoding)
  for await (const chunk of createReadStream(path, { start: foreignMark(encoding, byteOrderMark) }))
    yield Buffer.from(decoder.decode(chunk as Buffer, { stream: true }))
  yield Buffer.from(decoder.decode())
}

/** Bytes of a mark that the encoding does not know: it would stand in the first header. */
export const foreignMark = (encoding: TextEncoding, byteOrderMark: boolean): number =>
  byteOrderMark && !encoding.startsWith('utf-') ? 3 : 0

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
