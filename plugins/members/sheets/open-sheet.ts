import { open, stat } from 'node:fs/promises'
import type { TextEncoding } from './format.ts'
import { type HeaderWords, NO_WORDS } from './header-words.ts'
import type { SheetLimits } from './limits.ts'
import { DEFAULT_LIMITS } from './limits.ts'
import type { Sheet } from './sheet.ts'
import { sheetOf } from './sheet.ts'
import { SheetError } from './sheet-error.ts'
import { kindOf } from './signature.ts'
import { textSource } from './text-source.ts'
import { workbookSource } from './workbook-source.ts'

export interface OpenSheetOptions {
  /** The name its owner gave the file, for messages; the content alone decides what the file is. */
  fileName: string
  /** Which worksheet of a workbook. Default: the visible one whose header is known best. */
  sheetName?: string
  /** Of a text file. Default: found out by its bytes. */
  encoding?: TextEncoding
  /** Which headers are known. Default: none, so that the header is found by its form. */
  words?: HeaderWords
  limits?: Partial<SheetLimits>
}

const HEAD_BYTES = 256 * 1024

/**
 * Opens a table in a file: CSV, TSV or other separated text in UTF-8, UTF-16, Windows-1252, Mac Roman or code page 850, or
 * a workbook, XLSX or ODS.
 * Finds encoding, separator and header row; reads rows as a stream, in bounded memory.
 * @throws {SheetError} also from `rows()`, when the file cannot be read as a table.
 */
export async function openSheet(path: string, options: OpenSheetOptions): Promise<Sheet> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const { size } = await stat(path)
  if (size === 0) throw new SheetError('empty', `The file ${options.fileName} is empty.`, 'Export it again.')
  if (size > limits.fileBytes) {
    throw new SheetError(
      'file-too-large',
      `The file ${options.fileName} is larger than ${Math.round(limits.fileBytes / 1024 / 1024)} MB.`,
      'Split it into several files.',
    )
  }
  const words = options.words ?? NO_WORDS
  const head = await readHead(path, Math.min(size, HEAD_BYTES))
  const kind = await kindOf(path, head, size)
  const source =
    kind === 'text'
      ? await textSource(path, head, size, limits, { asked: options.encoding, words })
      : workbookSource(path, kind, options.sheetName, limits)
  return sheetOf(source, words, limits)
}

async function readHead(path: string, bytes: number): Promise<Buffer> {
  const head = Buffer.alloc(bytes)
  const file = await open(path)
  try {
    const { bytesRead } = await file.read(head, 0, bytes, 0)
    return head.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
