import { open } from 'node:fs/promises'
import type { WorkbookFormat } from './format.ts'
import { SheetError } from './sheet-error.ts'
import { readZipDirectory } from './zip-directory.ts'

const OLE = Buffer.from('d0cf11e0a1b11ae1', 'hex')
const ZIP = Buffer.from('PK')
const AS_XLSX = 'Open it in your spreadsheet software and save it as XLSX or CSV.'

/** Signatures of the files people pick by mistake. */
const STRANGERS: readonly (readonly [name: string, magic: Buffer])[] = [
  ['a PDF', Buffer.from('%PDF')],
  ['a PNG picture', Buffer.from('89504e47', 'hex')],
  ['a JPEG picture', Buffer.from('ffd8ff', 'hex')],
  ['a GIF picture', Buffer.from('GIF8')],
  ['a gzip archive', Buffer.from('1f8b', 'hex')],
  ['a 7z archive', Buffer.from('377abcaf', 'hex')],
  ['a RAR archive', Buffer.from('Rar!')],
  ['an RTF document', Buffer.from('{\\rtf')],
  ['a vCard file', Buffer.from('BEGIN:VCARD')],
]

/**
 * Says what a file is by its first bytes, not by its name.
 * @throws {SheetError} `legacy-excel`, `encrypted`, `not-a-table`, with the way out.
 */
export async function kindOf(path: string, head: Buffer, size: number): Promise<WorkbookFormat | 'text'> {
  if (head.subarray(0, 8).equals(OLE)) throw await oldOffice(path, head)
  if (head.subarray(0, 2).equals(ZIP)) return workbookIn(path, size)
  for (const [name, magic] of STRANGERS) {
    if (head.subarray(0, magic.length).equals(magic)) throw notATable(name)
  }
  const start = head
    .toString('latin1', 0, 1024)
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
  if (/^<(\?xml|!doctype|html|table|meta|head|!--)/i.test(start)) throw notATable('an HTML or XML page', AS_XLSX)
  if (/^(\{\s*["}]|\[\s*[[{\]]|\[\s*"[^"]*"\s*[,\]])/.test(start)) throw notATable('JSON')
  return 'text'
}

/** What LibreOffice encrypts has no content to be seen, but the type in front of it all the same. */
async function workbookIn(path: string, size: number): Promise<WorkbookFormat> {
  const file = await open(path)
  try {
    const entries = await readZipDirectory(file, size)
    return entries.has('content.xml') || entries.has('mimetype') ? 'ods' : 'xlsx'
  } finally {
    await file.close()
  }
}

/** Excel before 2007 and encrypted workbooks of today share one container; the names of its streams tell them apart. */
async function oldOffice(path: string, head: Buffer): Promise<SheetError> {
  const directory = Buffer.alloc(4096)
  // Cut off in its first lines: then it is one of the two all the same.
  if (head.length < 52) return anOldOne()
  const sectorSize = 1 << Math.min(head.readUInt16LE(30), 12)
  const file = await open(path)
  try {
    await file.read(directory, 0, directory.length, (head.readUInt32LE(48) + 1) * sectorSize)
  } finally {
    await file.close()
  }
  if (directory.includes(Buffer.from('EncryptedPackage', 'utf16le'))) {
    return new SheetError(
      'encrypted',
      'The workbook is protected by a password.',
      'Remove the password in Excel (File, Info, Protect Workbook) and save it again.',
    )
  }
  return anOldOne()
}

const anOldOne = () =>
  new SheetError(
    'legacy-excel',
    'The file is of the Excel format from before 2007 (.xls) or of another old Office program.',
    'Open it in Excel or LibreOffice and save it as XLSX.',
  )

export function notATable(what: string, remedy = 'Choose a CSV, XLSX or ODS file.'): SheetError {
  return new SheetError('not-a-table', `The file is ${what}, not a table.`, remedy)
}
