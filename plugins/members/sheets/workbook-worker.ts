/**
 * The thread that reads a workbook: its heap and time are bounded, so a hostile file ends this thread and nothing else.
 * The parent sends `more` for each batch of rows it can take.
 */

import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'
import { parentPort, workerData } from 'node:worker_threads'
import type { SheetLimits } from './limits.ts'
import { SharedTexts } from './shared-texts.ts'
import type { RawRow } from './sheet.ts'
import type { SheetErrorCode } from './sheet-error.ts'
import { SheetError } from './sheet-error.ts'
import type { Worksheet } from './workbook-package.ts'
import { readBook } from './workbook-package.ts'
import type { CellSources } from './worksheet-reader.ts'
import { worksheetRows } from './worksheet-reader.ts'
import { damaged } from './zip-directory.ts'
import { partChunks } from './zip-part.ts'

export interface WorkerInput {
  path: string
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

const BATCH_ROWS = 500
const BATCH_CHARACTERS = 512 * 1024
/** More worksheets than anybody looks through for his list. */
const STARTS = 50

const port = parentPort!
const { path, sheetName, limits, rowsEach } = workerData as WorkerInput

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

async function readWorksheet(file: FileHandle, worksheet: Worksheet, sources: CellSources): Promise<void> {
  let batch: RawRow[] = []
  let characters = 0
  const chunks = partChunks(file, worksheet.entry, limits.inflatedBytes, limits)
  for await (const row of worksheetRows(chunks, sources, limits)) {
    batch.push(row)
    for (const cell of row.cells) characters += cell.length
    if (batch.length < (rowsEach ?? BATCH_ROWS) && characters < BATCH_CHARACTERS) continue
    await send({ rows: batch, sheetName: worksheet.name })
    if (rowsEach !== undefined) return
    batch = []
    characters = 0
  }
  if (batch.length > 0) await send({ rows: batch, sheetName: worksheet.name })
}

async function read(): Promise<void> {
  const file = await open(path)
  try {
    const { worksheets, sharedTexts, formats, dateSystem } = await readBook(file, limits)
    const chosen = worksheets.filter((candidate) => sheetName === undefined || candidate.name === sheetName)
    if (chosen.length === 0) {
      const names = worksheets.map((candidate) => `"${candidate.name}"`).join(', ')
      throw new SheetError('no-such-sheet', `There is no worksheet "${sheetName ?? ''}".`, `Choose one of ${names}.`)
    }
    const texts = sharedTexts
      ? await SharedTexts.read(partChunks(file, sharedTexts, limits.sharedTextBytes, limits))
      : null
    let refused: SheetError | undefined
    let read = 0
    for (const worksheet of chosen.slice(0, rowsEach === undefined ? 1 : STARTS)) {
      try {
        await readWorksheet(file, worksheet, { texts, formats, dateSystem })
        read++
      } catch (error) {
        // A chart of a thousand columns beside the list is no reason to refuse the list.
        if (!(error instanceof SheetError)) throw error
        refused ??= error
      }
    }
    if (refused && read === 0) throw refused
  } finally {
    await file.close()
  }
}

try {
  await read()
  await send({ done: true })
} catch (error) {
  const known = error instanceof SheetError ? error : damaged('The workbook cannot be read.', error)
  const { code, reason, remedy, place } = known
  port.postMessage({ error: { code, reason, remedy, place } } satisfies WorkerMessage)
}
port.close()
