import type { FileHandle } from 'node:fs/promises'
import { pipeline, Readable } from 'node:stream'
import { createInflateRaw } from 'node:zlib'
import type { SheetLimits } from './limits.ts'
import { SheetError } from './sheet-error.ts'
import { XmlGuard } from './xml-guard.ts'
import type { ZipEntry } from './zip-directory.ts'
import { contentOffset, damaged, readAt } from './zip-directory.ts'

const CHUNK_BYTES = 64 * 1024
const SMALL_PART_BYTES = 16 * 1024 * 1024

/** A small part as a whole; empty when there is none. */
export async function partText(file: FileHandle, entry: ZipEntry | undefined, limits: SheetLimits): Promise<string> {
  const chunks: Buffer[] = []
  if (entry) for await (const chunk of partChunks(file, entry, SMALL_PART_BYTES, limits)) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

/** Whether an entry comes to more than the limit, or to more than its packed bytes can honestly hold. */
export const unpacksTooFar = (entry: ZipEntry, size: number, maxBytes: number, limits: SheetLimits): boolean =>
  size > maxBytes || (size > limits.ratioFromBytes && size > Math.max(1, entry.packedSize) * limits.inflationRatio)

export const zipBomb = (): SheetError =>
  new SheetError('zip-bomb', 'The workbook unpacks to far more than its size.', 'Save the worksheet as CSV.')

/**
 * The content of a part, every byte counted and every tag watched while it inflates.
 * @throws {SheetError} `zip-bomb`, `damaged`, `encrypted`, and what the guard refuses.
 */
export async function* partChunks(
  file: FileHandle,
  entry: ZipEntry,
  maxBytes: number,
  limits: SheetLimits,
): AsyncGenerator<Buffer, void, undefined> {
  const guard = new XmlGuard(limits)
  for await (const chunk of inflated(file, entry, maxBytes, limits)) {
    guard.see(chunk)
    yield chunk
  }
}

/** Inflates one entry, never trusting what the directory claims: its size is checked before, while and after. */
async function* inflated(
  file: FileHandle,
  entry: ZipEntry,
  maxBytes: number,
  limits: SheetLimits,
): AsyncGenerator<Buffer, void, undefined> {
  if (entry.encrypted) {
    throw new SheetError(
      'encrypted',
      'The workbook is protected by a password.',
      'Remove the password and save it again.',
    )
  }
  if (entry.method !== 0 && entry.method !== 8) throw damaged('The workbook is packed in an unknown way.')
  if (unpacksTooFar(entry, entry.size, maxBytes, limits)) throw zipBomb()
  const packed = packedBytes(file, await contentOffset(file, entry), entry.packedSize)
  let size = 0
  try {
    for await (const chunk of entry.method === 8 ? unpack(packed) : packed) {
      size += chunk.length
      if (unpacksTooFar(entry, size, maxBytes, limits)) throw zipBomb()
      if (size > entry.size) throw damaged('The workbook holds more than its directory says.')
      yield chunk
    }
  } catch (error) {
    throw error instanceof SheetError ? error : damaged('The workbook cannot be unpacked.', error)
  }
  if (size !== entry.size) throw damaged('The workbook holds less than its directory says.')
}

async function* packedBytes(file: FileHandle, start: number, length: number): AsyncGenerator<Buffer, void, undefined> {
  for (let at = 0; at < length; at += CHUNK_BYTES) yield readAt(file, start + at, Math.min(CHUNK_BYTES, length - at))
}

function unpack(packed: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const inflate = createInflateRaw({ chunkSize: CHUNK_BYTES })
  // An error of the source destroys the inflater, so whoever reads from that gets it.
  return pipeline(Readable.from(packed), inflate, () => undefined)
}
