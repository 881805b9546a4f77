import type { FileHandle } from 'node:fs/promises'
import { posix } from 'node:path'
import { isPrintable, unprintableWorksheet } from './column-names.ts'
import type { SheetLimits } from './limits.ts'
import { type CellFormat, cellFormat } from './number-format.ts'
import { SharedTexts } from './shared-texts.ts'
import type { RawRow, WorksheetRows } from './sheet.ts'
import { notATable } from './signature.ts'
import type { DateSystem } from './workbook-cells.ts'
import { worksheetRows } from './worksheet-reader.ts'
import { attribute, XmlScanner } from './xml-scanner.ts'
import type { ZipEntry } from './zip-directory.ts'
import { readZipDirectory } from './zip-directory.ts'
import { partChunks, partText } from './zip-part.ts'

interface Worksheet {
  name: string
  entry: ZipEntry
}

/** What has to be known of a workbook before its rows can be read. */
interface Book {
  /** The visible ones, in the order of the tabs. */
  worksheets: readonly Worksheet[]
  dateSystem: DateSystem
  /** By index of the style, where a number is more than its digits. */
  formats: ReadonlyMap<number, CellFormat>
  sharedTexts: ZipEntry | undefined
}

/** The visible worksheets of an XLSX file. @throws {SheetError} when it is another kind of archive, or protected. */
export async function* xlsxWorksheets(file: FileHandle, limits: SheetLimits): AsyncGenerator<WorksheetRows, void> {
  const { worksheets, sharedTexts, formats, dateSystem } = await readBook(file, limits)
  let texts: SharedTexts | null = null
  async function* rows(entry: ZipEntry): AsyncGenerator<RawRow, void> {
    if (sharedTexts) texts ??= await SharedTexts.read(partChunks(file, sharedTexts, limits.sharedTextBytes, limits))
    yield* worksheetRows(partChunks(file, entry, limits.inflatedBytes, limits), { texts, formats, dateSystem }, limits)
  }
  for (const { name, entry } of worksheets) yield { name, rows: rows(entry) }
}

async function readBook(file: FileHandle, limits: SheetLimits): Promise<Book> {
  const entries = await readZipDirectory(file, (await file.stat()).size)
  const text = (entry: ZipEntry | undefined) => partText(file, entry, limits)
  const at = (path: string) => entries.get(path.toLowerCase())
  const office = relationships('', await text(at('_rels/.rels'))).find((part) => part.type === 'officeDocument')
  const path = office?.path ?? 'xl/workbook.xml'
  if (!/\.xml$/i.test(path) || !at(path)) {
    const other = at('xl/workbook.bin') ? 'a binary workbook' : 'a ZIP archive'
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
    throw unprintableWorksheet()
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
