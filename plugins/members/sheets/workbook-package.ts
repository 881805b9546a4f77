import type { FileHandle } from 'node:fs/promises'
import { posix } from 'node:path'
import { pipeline, Readable } from 'node:stream'
import { createInflateRaw } from 'node:zlib'
import { isPrintable } from './column-names.ts'
import type { SheetLimits } from './limits.ts'
import { type CellFormat, cellFormat } from './number-format.ts'
import { SheetError } from './sheet-error.ts'
import { notATable } from './signature.ts'
import type { DateSystem } from './workbook-cells.ts'
import { XmlGuard } from './xml-guard.ts'
import { attribute, XmlScanner } from './xml-scanner.ts'
import type { ZipEntry } from './zip-directory.ts'
import { contentOffset, damaged, readAt, readZipDirectory } from './zip-directory.ts'

export interface Worksheet {
  name: string
  entry: ZipEntry
}

const CHUNK_BYTES = 64 * 1024
const SMALL_PART_BYTES = 16 * 1024 * 1024

/** What has to be known of a workbook before its rows can be read. */
export interface Book {
  /** The visible ones, in the order of the tabs. */
  worksheets: readonly Worksheet[]
  dateSystem: DateSystem
  /** By index of the style, where a number is more than its digits. */
  formats: ReadonlyMap<number, CellFormat>
  sharedTexts: ZipEntry | undefined
}

/** Finds the parts of an XLSX file. @throws {SheetError} when it is another kind of archive, or protected. */
export async function readBook(file: FileHandle, limits: SheetLimits): Promise<Book> {
  const entries = await readZipDirectory(file, (await file.stat()).size)
  const text = async (entry: ZipEntry | undefined) => {
    const chunks: Buffer[] = []
    if (entry) for await (const chunk of partChunks(file, entry, SMALL_PART_BYTES, limits)) chunks.push(chunk)
    return Buffer.concat(chunks).toString('utf8')
  }
  const at = (path: string) => entries.get(path.toLowerCase())
  const office = relationships('', await text(at('_rels/.rels'))).find((part) => part.type === 'officeDocument')
  const path = office?.path ?? 'xl/workbook.xml'
  if (!/\.xml$/i.test(path) || !at(path)) {
    const other = at('mimetype') || at('xl/workbook.bin') ? 'an OpenDocument or binary workbook' : 'a ZIP archive'
    throw notATable(other, 'Open it in your spreadsheet software and save it as XLSX or CSV.')
  }
  const workbook = await text(at(path))
  if (!/<(\w+:)?workbook[\s>]/.test(workbook)) throw notATable('an Office document without worksheets')
  const { dir, base } = posix.parse(path)
  const parts = relationships(dir, await text(at(posix.join(dir, '_rels', `${base}.rels`))))
  const entryOf = (part: Relationship | undefined) => part && at(part.path)
  const worksheets = tags(workbook, 'sheet').flatMap((sheet) => {
    const id = /\s\w+:id\s*=\s*["']([^"']*)/.exec(sheet)?.[1]
    const entry = entryOf(parts.find((part) => part.id === id && part.type === 'worksheet'))
    const visible = (attribute(sheet, 'state') ?? 'visible') === 'visible'
    if (!entry || !visible) return []
    const name = attribute(sheet, 'name') ?? ''
    if (isPrintable(name)) return [{ name, entry }]
    throw new SheetError(
      'unprintable',
      'The name of a worksheet holds control characters or half a character.',
      'Rename it.',
    )
  })
  const from1904 = tags(workbook, 'workbookPr').some((tag) => /^(1|true)$/.test(attribute(tag, 'date1904') ?? ''))
  return {
    worksheets,
    dateSystem: from1904 ? '1904' : '1900',
    formats: cellFormats(await text(entryOf(parts.find((part) => part.type === 'styles')))),
    sharedTexts: entryOf(parts.find((part) => part.type === 'sharedStrings')),
  }
}

function cellFormats(styles: string): Map<number, CellFormat> {
  const codes = new Map(tags(styles, 'numFmt').map((tag) => [attribute(tag, 'numFmtId'), attribute(tag, 'formatCode')]))
  const xfs = /<(?:\w+:)?cellXfs[\s>][\s\S]*?<\/(?:\w+:)?cellXfs>/.exec(styles)?.[0] ?? ''
  const found = new Map<number, CellFormat>()
  tags(xfs, 'xf').forEach((tag, index) => {
    const id = attribute(tag, 'numFmtId') ?? '0'
    const format = cellFormat(Number(id), codes.get(id))
    if (format !== undefined) found.set(index, format)
  })
  return found
}

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
  const tooBig = (size: number) =>
    size > maxBytes || (size > limits.ratioFromBytes && size > Math.max(1, entry.packedSize) * limits.inflationRatio)
  const bomb = () =>
    new SheetError('zip-bomb', 'The workbook unpacks to far more than its size.', 'Save the worksheet as CSV.')
  if (entry.encrypted) {
    throw new SheetError(
      'encrypted',
      'The workbook is protected by a password.',
      'Remove the password and save it again.',
    )
  }
  if (entry.method !== 0 && entry.method !== 8) throw damaged('The workbook is packed in an unknown way.')
  if (tooBig(entry.size)) throw bomb()
  const packed = packedBytes(file, await contentOffset(file, entry), entry.packedSize)
  let size = 0
  try {
    for await (const chunk of entry.method === 8 ? unpack(packed) : packed) {
      size += chunk.length
      if (tooBig(size)) throw bomb()
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

interface Relationship {
  id: string
  type: string
  path: string
}

function relationships(folder: string, xml: string): Relationship[] {
  return tags(xml, 'Relationship').map((tag) => {
    const type = attribute(tag, 'Type') ?? ''
    const target = attribute(tag, 'Target') ?? ''
    return {
      id: attribute(tag, 'Id') ?? '',
      type: type.slice(type.lastIndexOf('/') + 1),
      path: target.startsWith('/') ? target.slice(1) : posix.join(folder, target),
    }
  })
}

/** Every element of that name, as written between its angle brackets. */
function tags(xml: string, name: string): string[] {
  const found: string[] = []
  const scanner = new XmlScanner({
    open: (opened, tag) => {
      if (opened === name) found.push(tag)
    },
    text: () => undefined,
    close: () => undefined,
  })
  scanner.push(Buffer.from(xml))
  return found
}
