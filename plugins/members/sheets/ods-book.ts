import type { FileHandle } from 'node:fs/promises'
import type { SheetLimits } from './limits.ts'
import { type OdsEvent, OdsReader } from './ods-reader.ts'
import type { RawRow, WorksheetRows } from './sheet.ts'
import { SheetError } from './sheet-error.ts'
import { notATable } from './signature.ts'
import { XmlScanner } from './xml-scanner.ts'
import { damaged, readZipDirectory, type ZipEntry } from './zip-directory.ts'
import { partChunks, partText, unpacksTooFar, zipBomb } from './zip-part.ts'

const SPREADSHEET = 'application/vnd.oasis.opendocument.spreadsheet'

/**
 * The visible worksheets of an OpenDocument spreadsheet (`.ods`). All of them stand in one part of the archive, so what
 * nobody reads of one is passed over on the way to the next.
 */
export async function* odsWorksheets(file: FileHandle, limits: SheetLimits): AsyncGenerator<WorksheetRows, void> {
  const events = contentEvents(file, await contentOf(file, limits), limits)
  /** Begun, and not handed out yet. */
  let table: string | null = null
  async function* rows(): AsyncGenerator<RawRow, void> {
    for (;;) {
      const { value, done } = await events.next()
      if (done) return
      if ('refused' in value) throw value.refused
      if ('table' in value) {
        table = value.table
        return
      }
      for (let i = 0; i < value.times; i++) yield { number: value.row.number + i, cells: [...value.row.cells] }
    }
  }
  for (;;) {
    while (table === null) {
      const { value, done } = await events.next()
      if (done) return
      if ('table' in value) table = value.table
    }
    const name: string = table
    table = null
    yield { name, rows: rows() }
  }
}

/** @throws {SheetError} when it is another kind of document, or protected. */
async function contentOf(file: FileHandle, limits: SheetLimits): Promise<ZipEntry> {
  const entries = await readZipDirectory(file, (await file.stat()).size)
  const manifest = await partText(file, entries.get('meta-inf/manifest.xml'), limits)
  if (/<(\w+:)?encryption-data\b/.test(manifest) || entries.has('encrypted-package')) {
    throw new SheetError(
      'encrypted',
      'The spreadsheet is protected by a password.',
      'Open it in LibreOffice and save it again without "Save with password".',
    )
  }
  const type = (await partText(file, entries.get('mimetype'), limits)).trim()
  if (type !== '' && !type.startsWith(SPREADSHEET)) {
    throw notATable('an OpenDocument file without worksheets')
  }
  const content = entries.get('content.xml')
  if (!content) throw damaged('The spreadsheet has no content.')
  return content
}

async function* contentEvents(
  file: FileHandle,
  content: ZipEntry,
  limits: SheetLimits,
): AsyncGenerator<OdsEvent, void> {
  const reader = new OdsReader(limits)
  const scanner = new XmlScanner(reader)
  let unfolded = 0
  try {
    for await (const chunk of partChunks(file, content, limits.inflatedBytes, limits)) {
      scanner.push(chunk)
      for (const event of reader.take()) {
        // A row that stands there a thousand times takes room a thousand times, like one that was written out.
        if ('row' in event) unfolded += event.times * event.row.cells.reduce((sum, cell) => sum + cell.length + 1, 0)
        if (unpacksTooFar(content, unfolded, limits.inflatedBytes, limits)) throw zipBomb()
        yield event
      }
    }
  } catch (error) {
    throw (error instanceof SheetError && error.code === 'cell-too-long' && reader.tooLong()) || error
  }
  // A part that breaks off would lose the rows behind without a word.
  if (!reader.ended) throw damaged('The spreadsheet ends within its rows.')
}
