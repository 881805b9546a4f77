import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { WorkbookFormat } from './format.ts'
import type { SheetLimits } from './limits.ts'
import type { RawRow, Source, TableStart } from './sheet.ts'
import { SheetError } from './sheet-error.ts'
import type { WorkerInput, WorkerMessage } from './workbook-worker.ts'

/** Batches asked for ahead: the worker parses one while the other is used. */
const AHEAD = 2

/** A workbook, read in a thread of its own. Each call of `starts()` and `rows()` starts one and ends it. */
export function workbookSource(
  path: string,
  format: WorkbookFormat,
  sheetName: string | undefined,
  limits: SheetLimits,
): Source {
  return {
    format,
    encoding: null,
    separator: null,
    byteOrderMark: false,
    shortRowsAreWhole: true,
    starts: async (rowsEach) => {
      const starts: TableStart[] = []
      for await (const batch of batches({ path, format, sheetName, limits, rowsEach }))
        starts.push({ name: batch.sheetName, rows: batch.rows })
      return starts
    },
    async *rows(name) {
      for await (const batch of batches({ path, format, sheetName: name ?? undefined, limits })) yield* batch.rows
    },
  }
}

async function* batches(input: WorkerInput): AsyncGenerator<{ rows: RawRow[]; sheetName: string }, void, undefined> {
  const { limits } = input
  const worker = new Worker(new URL('./workbook-worker.ts', import.meta.url), {
    workerData: input,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: limits.workerHeapMb, maxYoungGenerationSizeMb: 16 },
  })
  const inbox = new Inbox(worker, limits.timeoutMs)
  try {
    for (let i = 0; i < AHEAD; i++) worker.postMessage('more')
    for (;;) {
      const message = await inbox.next()
      if ('done' in message) return
      if ('error' in message) {
        const { code, reason, remedy, place } = message.error
        throw new SheetError(code, reason, remedy, place)
      }
      worker.postMessage('more')
      yield message
    }
  } finally {
    await worker.terminate()
  }
}

/** Messages of the worker in order, each awaited no longer than the limit; the worker's death is the last one. */
class Inbox {
  readonly #messages: WorkerMessage[] = []
  readonly #worker: Worker
  readonly #timeoutMs: number
  #failure: SheetError | null = null

  constructor(worker: Worker, timeoutMs: number) {
    this.#worker = worker
    this.#timeoutMs = timeoutMs
    worker.on('message', (message: WorkerMessage) => {
      this.#messages.push(message)
      worker.emit('arrived')
    })
    worker.on('error', (error: NodeJS.ErrnoException) => {
      this.#failure = died(error)
      worker.emit('arrived')
    })
  }

  async next(): Promise<WorkerMessage> {
    const signal = AbortSignal.timeout(this.#timeoutMs)
    while (this.#messages.length === 0) {
      if (this.#failure) throw this.#failure
      try {
        await once(this.#worker, 'arrived', { signal })
      } catch (error) {
        if (!signal.aborted) throw this.#failure ?? error
        throw new SheetError(
          'timeout',
          `The workbook gave no rows for ${this.#timeoutMs / 1000} seconds.`,
          'Save the worksheet as CSV.',
          {},
          error,
        )
      }
    }
    return this.#messages.shift()!
  }
}

function died(error: NodeJS.ErrnoException): SheetError {
  if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new SheetError(
      'file-too-large',
      'The workbook needs more memory than we give it.',
      'Save the worksheet as CSV.',
      {},
      error,
    )
  }
  return new SheetError('damaged', 'The workbook cannot be read.', 'Save the worksheet as CSV.', {}, error)
}
