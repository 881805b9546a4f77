import type { FileHandle } from 'node:fs/promises'
import { open, stat } from 'node:fs/promises'
import { posix } from 'node:path'
import { pipeline, Readable } from 'node:stream'
import { createInflateRaw } from 'node:zlib'
import type { SheetLimits } from './limits.ts'
import { SheetError } from './sheet-error.ts'
import { notATable } from './signature.ts'
import { XmlGuard } from './xml-guard.ts'
import type { ZipEntry } from './zip-directory.ts'
import { contentOffset, damaged, localHeader, readAt, readZipDirectory } from './zip-directory.ts'

export interface Worksheet {
  name: string
  entry: ZipEntry
}

const CHUNK_BYTES = 64 * 1024
const SMALL_PART_BYTES = 16 * 1024 * 1024

/**
 * An XLSX file opened as a package of parts. `stream()` gives one worksheet as a small archive of its own: only the
 * parts a reader of rows needs, in an order that can be streamed (Excel writes shared texts behind the worksheets),
 * every byte counted and every tag watched while it inflates.
 */
export class WorkbookPackage {
  readonly #file: FileHandle
  readonly #limits: SheetLimits
  readonly worksheets: readonly Worksheet[]
  readonly dateSystem: '1900' | '1904'
  readonly #sharedTexts: ZipEntry | undefined
  readonly #styles: ZipEntry | undefined

  private constructor(file: FileHandle, limits: SheetLimits, book: Book) {
    this.#file = file
    this.#limits = limits
    this.worksheets = book.worksheets
    this.dateSystem = book.dateSystem
    this.#sharedTexts = book.sharedTexts
    this.#styles = book.styles
  }

  static async open(path: string, limits: SheetLimits): Promise<WorkbookPackage> {
    const file = await open(path)
    try {
      return new WorkbookPackage(file, limits, await readBook(file, (await stat(path)).size, limits))
    } catch (error) {
      await file.close()
      throw error
    }
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  /** @param beforeChunk Awaited before each chunk of the worksheet: back pressure. */
  async *stream(worksheet: Worksheet, beforeChunk: () => Promise<void>): AsyncGenerator<Buffer, void, undefined> {
    for (const [name, text] of scaffold(this.#sharedTexts !== undefined, this.#styles !== undefined)) {
      const bytes = Buffer.from(text)
      yield localHeader(name, { method: 0, crc: 0, packedSize: bytes.length, size: bytes.length })
      yield bytes
    }
    if (this.#sharedTexts) yield* this.#whole('xl/sharedStrings.xml', this.#sharedTexts, this.#limits.sharedTextBytes)
    if (this.#styles) yield* this.#whole('xl/styles.xml', this.#styles, SMALL_PART_BYTES)
    const { size, crc } = worksheet.entry
    yield localHeader('xl/worksheets/sheet1.xml', { method: 0, crc, packedSize: size, size })
    const guard = new XmlGuard(this.#limits)
    for await (const chunk of inflated(this.#file, worksheet.entry, this.#limits.inflatedBytes, this.#limits)) {
      guard.see(chunk)
      await beforeChunk()
      yield chunk
    }
  }

  /** A part the reader holds in memory: looked through first, then handed on still packed. */
  async *#whole(name: string, entry: ZipEntry, maxBytes: number): AsyncGenerator<Buffer, void, undefined> {
    const guard = new XmlGuard(this.#limits)
    for await (const chunk of inflated(this.#file, entry, maxBytes, this.#limits)) guard.see(chunk)
    yield localHeader(name, entry)
    yield await readAt(this.#file, await contentOffset(this.#file, entry), entry.packedSize)
  }
}

interface Book {
  worksheets: Worksheet[]
  dateSystem: '1900' | '1904'
  sharedTexts: ZipEntry | undefined
  styles: ZipEntry | undefined
}

async function readBook(file: FileHandle, fileSize: number, limits: SheetLimits): Promise<Book> {
  const entries = await readZipDirectory(file, fileSize)
  const text = async (path: string) => {
    const entry = entries.get(path.toLowerCase())
    if (!entry) return null
    const chunks: Buffer[] = []
    const guard = new XmlGuard(limits)
    for await (const chunk of inflated(file, entry, SMALL_PART_BYTES, limits)) {
      guard.see(chunk)
      chunks.push(chunk)
    }
    return Buffer.concat(chunks).toString('utf8')
  }
  const office = relationships('', (await text('_rels/.rels')) ?? '').find((part) => part.type === 'officeDocument')
  const path = office?.path ?? 'xl/workbook.xml'
  if (!/\.xml$/i.test(path) || !entries.has(path.toLowerCase())) {
    const other =
      entries.has('mimetype') || entries.has('xl/workbook.bin') ? 'an OpenDocument or binary workbook' : 'a ZIP archive'
    throw notATable(other, 'Open it in your spreadsheet software and save it as XLSX or CSV.')
  }
  const workbook = (await text(path)) ?? ''
  if (!/<(\w+:)?workbook[\s>]/.test(workbook)) {
    throw notATable('an Office document without worksheets', 'Choose a CSV or XLSX file.')
  }
  const { dir, base } = posix.parse(path)
  const parts = relationships(dir, (await text(posix.join(dir, '_rels', `${base}.rels`))) ?? '')
  const entryOf = (part: Relationship | undefined) => part && entries.get(part.path.toLowerCase())
  const worksheets = tags(workbook, 'sheet').flatMap((sheet) => {
    const entry = entryOf(parts.find((part) => part.id === sheet['r:id'] && part.type === 'worksheet'))
    return entry && (sheet.state ?? 'visible') === 'visible' ? [{ name: sheet.name ?? '', entry }] : []
  })
  const properties = tags(workbook, 'workbookPr')[0]
  return {
    worksheets,
    dateSystem: /^(1|true)$/.test(properties?.date1904 ?? '') ? '1904' : '1900',
    sharedTexts: entryOf(parts.find((part) => part.type === 'sharedStrings')),
    styles: entryOf(parts.find((part) => part.type === 'styles')),
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
  return tags(xml, 'Relationship').map(({ Id = '', Type = '', Target = '' }) => ({
    id: Id,
    type: Type.slice(Type.lastIndexOf('/') + 1),
    path: Target.startsWith('/') ? Target.slice(1) : posix.join(folder, Target),
  }))
}

/** The attributes of every element of that name. The parts read this way are flat lists without text. */
function tags(xml: string, name: string): Record<string, string>[] {
  const found: Record<string, string>[] = []
  for (const [, content] of xml.matchAll(
    new RegExp(`<(?:\\w+:)?${name}((?:\\s+[\\w:.-]+\\s*=\\s*(?:"[^"]*"|'[^']*'))*)\\s*/?>`, 'g'),
  )) {
    const attributes: Record<string, string> = {}
    for (const [, key = '', double, single] of (content ?? '').matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
      attributes[key.endsWith(':id') ? 'r:id' : key] = unescapeXml(double ?? single ?? '')
    }
    found.push(attributes)
  }
  return found
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescapeXml(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (all, decimal, hex, name) => {
    const code = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : null
    if (code !== null) return code <= 0x10ffff ? String.fromCodePoint(code) : all
    return ENTITIES[name] ?? all
  })
}

function scaffold(sharedTexts: boolean, styles: boolean): [string, string][] {
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  const packages = 'http://schemas.openxmlformats.org/package/2006'
  const part = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${office}/${type}" Target="${target}"/>`
  const list = (content: string) => `<Relationships xmlns="${packages}/relationships">${content}</Relationships>`
  return [
    ['[Content_Types].xml', `<Types xmlns="${packages}/content-types"/>`],
    ['_rels/.rels', list(part('rId1', 'officeDocument', 'xl/workbook.xml'))],
    [
      'xl/workbook.xml',
      `<workbook xmlns:r="${office}"><sheets><sheet name="rows" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      list(
        part('rId1', 'worksheet', 'worksheets/sheet1.xml') +
          (sharedTexts ? part('rId2', 'sharedStrings', 'sharedStrings.xml') : '') +
          (styles ? part('rId3', 'styles', 'styles.xml') : ''),
      ),
    ],
  ]
}
