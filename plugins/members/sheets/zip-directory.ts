import type { FileHandle } from 'node:fs/promises'
import { SheetError } from './sheet-error.ts'

/** What a ZIP archive's central directory says of one file. Every figure is the archive's claim, not a fact. */
export interface ZipEntry {
  name: string
  encrypted: boolean
  method: number
  packedSize: number
  size: number
  headerOffset: number
}

const END_OF_DIRECTORY = 0x06054b50
const END_OF_DIRECTORY_64 = 0x06064b50
const LOCATOR_64 = 0x07064b50
const DIRECTORY_ENTRY = 0x02014b50
const LOCAL_HEADER = 0x04034b50
const SENTINEL = 0xffffffff
const MAX_DIRECTORY_BYTES = 4 * 1024 * 1024

/** Reads the central directory (APPNOTE.TXT 4.3.12 and, for ZIP64, 4.3.14) without touching any content. */
export async function readZipDirectory(file: FileHandle, fileSize: number): Promise<Map<string, ZipEntry>> {
  const tailSize = Math.min(fileSize, 65_557)
  const tail = await readAt(file, fileSize - tailSize, tailSize)
  let end = tail.length - 22
  while (end >= 0 && tail.readUInt32LE(end) !== END_OF_DIRECTORY) end--
  if (end < 0) throw damaged('The archive is cut off.')
  let length = tail.readUInt32LE(end + 12)
  let offset = tail.readUInt32LE(end + 16)
  if (end >= 20 && tail.readUInt32LE(end - 20) === LOCATOR_64 && (length === SENTINEL || offset === SENTINEL)) {
    const record = await readAt(file, Number(tail.readBigUInt64LE(end - 12)), 56)
    if (record.readUInt32LE(0) !== END_OF_DIRECTORY_64) throw damaged('The archive has a broken directory.')
    length = Number(record.readBigUInt64LE(40))
    offset = Number(record.readBigUInt64LE(48))
  }
  if (length > MAX_DIRECTORY_BYTES) throw damaged('The archive holds far more files than a workbook has.')
  const entries = new Map<string, ZipEntry>()
  const directory = await readAt(file, offset, length)
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === DIRECTORY_ENTRY; ) {
    const nameEnd = at + 46 + directory.readUInt16LE(at + 28)
    const extraEnd = nameEnd + directory.readUInt16LE(at + 30)
    const entry: ZipEntry = {
      name: directory.toString('utf8', at + 46, nameEnd).replace(/^\//, ''),
      encrypted: (directory.readUInt16LE(at + 8) & 1) === 1,
      method: directory.readUInt16LE(at + 10),
      packedSize: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      headerOffset: directory.readUInt32LE(at + 42),
    }
    widen(entry, directory.subarray(nameEnd, extraEnd))
    entries.set(entry.name.toLowerCase(), entry)
    at = extraEnd + directory.readUInt16LE(at + 32)
  }
  return entries
}

/** Where the packed bytes of an entry begin: behind its local header, whose length the directory does not tell. */
export async function contentOffset(file: FileHandle, entry: ZipEntry): Promise<number> {
  const header = await readAt(file, entry.headerOffset, 30)
  if (header.readUInt32LE(0) !== LOCAL_HEADER) throw damaged('The archive has a broken directory.')
  return entry.headerOffset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
}

export async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  if (!Number.isSafeInteger(position) || position < 0) throw damaged('The archive has a broken directory.')
  const { bytesRead } = await file.read(buffer, 0, length, position)
  if (bytesRead < length) throw damaged('The archive is cut off.')
  return buffer
}

/** ZIP64: a field that is all ones stands in the extra field 1 instead, in this order. */
function widen(entry: ZipEntry, extra: Buffer): void {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue
    const data = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2))
    let field = 0
    const next = (value: number) => {
      if (value !== SENTINEL || field + 8 > data.length) return value
      field += 8
      return Number(data.readBigUInt64LE(field - 8))
    }
    entry.size = next(entry.size)
    entry.packedSize = next(entry.packedSize)
    entry.headerOffset = next(entry.headerOffset)
    return
  }
}

export function damaged(reason: string, cause?: unknown): SheetError {
  return new SheetError('damaged', reason, 'Open it in your spreadsheet software and save it again.', {}, cause)
}
