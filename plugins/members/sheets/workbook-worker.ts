/**
 * The thread that reads a workbook: its heap and time are bounded, so a hostile file ends this thread and nothing else.
 * The parent sends `more` for each batch of rows it can take.
 */

import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'
import { parentPort, workerData } from 'node:worker_threads'
import type { WorkbookFormat } from './format.ts'
import type { SheetLimits } from './limits.ts'
import { odsWorksheets } from './ods-book.ts'
import type { RawRow, WorksheetRows } from './sheet.ts'
import type { SheetErrorCode } from './sheet-error.ts'
import { SheetError } from './sheet-error.ts'
import { xlsxWorksheets } from './workbook-package.ts'
import { damaged } from './zip-directory.ts'

export interface WorkerInput {
  path: string
  format: WorkbookFormat
  /** Undefined: all worksheets. */
  sheetName: string | undefined
  limits: SheetLimits
  /** Only the first rows of each worksheet, one batch a worksheet. */
  rowsEach?: number
}

export type WorkerMessage =
  | { rows: RawRow[]; sheetName: string }
  | { done: true }
  | { error: { code: SheetErrorCode; reason: string; remedy: string; place: SheetError['place'] } }

const WORKSHEETS = { xlsx: xlsxWorksheets, ods: odsWorksheets }
const BATCH_ROWS = 500
const BATCH_CHARACTERS = 512 * 1024
/** More worksheets than anybody looks through for his list. */
const STARTS = 50

const port = parentPort!
const { path, format, sheetName, limits, rowsEach } = workerData as WorkerInput

/** Batches the parent can still take. */
let credit = 0
let wake: () => void = () => undefined
port.on('message', () => {
  credit++
  wake()
})

/** Waits until the parent wants a batch; the file is read no further meanwhile. */
async function send(message: WorkerMessage): Promise<void> {
  if (credit === 0) {
    await new Promise<void>((resolve) => {
      wake = resolve
    })
  }
  credit--
  port.postMessage(message)
}

async function sendRows({ name, rows }: WorksheetRows): Promise<void> {
  let batch: RawRow[] = []
  let characters = 0
  for await (const row of rows) {
    batch.push(row)
    for (const cell of row.cells) characters += cell.length
    if (batch.length < (rowsEach ?? BATCH_ROWS) && characters < BATCH_CHARACTERS) continue
    await send({ rows: batch, sheetName: name })
    if (rowsEach !== undefined) return
    batch = []
    characters = 0
  }
  if (batch.length > 0) await send({ rows: batch, sheetName: name })
}

async function read(file: FileHandle): Promise<void> {
  const most = rowsEach === undefined ? 1 : STARTS
  const names: string[] = []
  let refused: SheetError | undefined
  let seen = 0
  let read = 0
  for await (const worksheet of WORKSHEETS[format](file, limits)) {
    names.push(worksheet.name)
    if (sheetName !== undefined && worksheet.name !== sheetName) continue
    try {
      await sendRows(worksheet)
      read++
    } catch (error) {
      // A chart of a thousand columns beside the list is no reason to refuse the list.
      if (!(error instanceof SheetError)) throw error
      refused ??= error
    }
    if (++seen === most) break
  }
  if (refused && read === 0) throw refused
  if (seen > 0) return
  const named = names.map((name) => `"${name}"`).join(', ')
  throw new SheetError('no-such-sheet', `There is no worksheet "${sheetName ?? ''}".`, `Choose one of ${named}.`)
}

try {
  const file = await open(path)
  try {
    await read(file)
  } finally {
    await file.close()
  }
  await send({ done: true })
} catch (error) {
  const known = error instanceof SheetError ? error : damaged('The workbook cannot be read.', error)
  const { code, reason, remedy, place } = known
  port.postMessage({ error: { code, reason, remedy, place } } satisfies WorkerMessage)
}
port.close()
