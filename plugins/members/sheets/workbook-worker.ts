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
import { partChunks, readBook } from './workbook-package.ts'
import type { CellSources } from './worksheet-reader.ts'
import { worksheetRows } from './worksheet-reader.ts'
import { damaged } from './zip-directory.ts'

export interface WorkerInput {
  path: string
  sheetName: string | undefined
  limits: SheetLimits
}

export type WorkerMessage =
  | { rows: RawRow[]; sheetName: string }
  | { done: true }
  | { error: { code: SheetErrorCode; reason: string; remedy: string; place: SheetError['place'] } }

const BATCH_ROWS = 500
const BATCH_CHARACTERS = 512 * 1024

const port = parentPort!
const { path, sheetName, limits } = workerData as WorkerInput

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

async function readWorksheet(file: FileHandle, worksheet: Worksheet, sources: CellSources): Promise<boolean> {
  let batch: RawRow[] = []
  let characters = 0
  let found = false
  const chunks = partChunks(file, worksheet.entry, limits.inflatedBytes, limits)
  for await (const row of worksheetRows(chunks, sources, limits)) {
    found = true
    batch.push(row)
    for (const cell of row.cells) characters += cell.length
    if (batch.length < BATCH_ROWS && characters < BATCH_CHARACTERS) continue
    await send({ rows: batch, sheetName: worksheet.name })
    batch = []
    characters = 0
  }
  if (batch.length > 0) await send({ rows: batch, sheetName: worksheet.name })
  return found
}

async function read(): Promise<void> {
  const file = await open(path)
  try {
    const { worksheets, sharedTexts, dateStyles, dateSystem } = await readBook(file, limits)
    const chosen = worksheets.filter((candidate) => sheetName === undefined || candidate.name === sheetName)
    if (chosen.length === 0) {
      const names = worksheets.map((candidate) => `"${candidate.name}"`).join(', ')
      throw new SheetError('no-such-sheet', `There is no worksheet "${sheetName ?? ''}".`, `Choose one of ${names}.`)
    }
    const texts = sharedTexts
      ? await SharedTexts.read(partChunks(file, sharedTexts, limits.sharedTextBytes, limits))
      : null
    for (const worksheet of chosen) if (await readWorksheet(file, worksheet, { texts, dateStyles, dateSystem })) return
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
