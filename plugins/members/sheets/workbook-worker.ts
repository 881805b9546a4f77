/**
 * The thread that reads a workbook: its heap and time are bounded, so a hostile file ends this thread and nothing else.
 * The parent sends `more` for each batch of rows it can take.
 */
import { setImmediate } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { streamXlsxRows } from 'hucre/xlsx'
import type { SheetLimits } from './limits.ts'
import type { RawRow } from './sheet.ts'
import type { SheetErrorCode } from './sheet-error.ts'
import { SheetError } from './sheet-error.ts'
import { cellText } from './workbook-cells.ts'
import type { Worksheet } from './workbook-package.ts'
import { WorkbookPackage } from './workbook-package.ts'
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

/** Batches the parent can still take; `waiting` holds whoever waits for the next one, the source included. */
let credit = 0
let waiting: (() => void) | null = null
let blocked: Promise<void> = Promise.resolve()
port.on('message', () => {
  credit++
  waiting?.()
})

async function send(message: WorkerMessage): Promise<void> {
  if (credit === 0) {
    blocked = new Promise((resolve) => {
      waiting = resolve
    })
    await blocked
    waiting = null
  }
  credit--
  port.postMessage(message)
}

/** The XLSX library parses as fast as bytes arrive, so back pressure has to hold the bytes. */
async function beforeChunk(): Promise<void> {
  await setImmediate()
  await blocked
}

async function readWorksheet(book: WorkbookPackage, worksheet: Worksheet): Promise<boolean> {
  let batch: RawRow[] = []
  let characters = 0
  let number = 0
  let found = false
  const stream = ReadableStream.from(book.stream(worksheet, beforeChunk)) as ReadableStream<Uint8Array>
  for await (const row of streamXlsxRows(stream, { dateSystem: book.dateSystem })) {
    number = Math.max(number + 1, Number.isSafeInteger(row.index) ? row.index + 1 : 0)
    const cells = row.values.map(cellText)
    while (cells.length > 0 && cells.at(-1) === '') cells.pop()
    if (cells.length === 0) continue
    found = true
    for (const cell of cells) characters += cell.length
    batch.push({ number, cells })
    if (batch.length < BATCH_ROWS && characters < BATCH_CHARACTERS) continue
    await send({ rows: batch, sheetName: worksheet.name })
    batch = []
    characters = 0
  }
  if (batch.length > 0) await send({ rows: batch, sheetName: worksheet.name })
  return found
}

async function read(): Promise<void> {
  const book = await WorkbookPackage.open(path, limits)
  try {
    if (sheetName === undefined) {
      for (const worksheet of book.worksheets) if (await readWorksheet(book, worksheet)) return
      return
    }
    const worksheet = book.worksheets.find((candidate) => candidate.name === sheetName)
    if (!worksheet) {
      const names = book.worksheets.map((candidate) => `"${candidate.name}"`).join(', ')
      throw new SheetError('no-such-sheet', `There is no worksheet "${sheetName}".`, `Choose one of ${names}.`)
    }
    await readWorksheet(book, worksheet)
  } finally {
    await book.close()
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
