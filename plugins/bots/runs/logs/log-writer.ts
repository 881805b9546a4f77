/** Writes what a bot logs: while it runs what has come together in a moment, what is left with its end. */
import type { Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import type { Redactor } from '../redactor.ts'
import type { Units } from '../units.ts'
import { capped, inert } from './inert.ts'

export type LogLevel = 'debug' | 'info' | 'warning' | 'error'
export const logLevels = ['debug', 'info', 'warning', 'error'] as const
export interface LogLine {
  readonly level: LogLevel
  readonly message: string
  readonly data?: unknown
  readonly at: Date
}
interface Of {
  readonly installationId: string
  readonly runId: string
}

const most = { lines: 200, bytes: 2048 } as const
/** What a quick run says is written with its end; whoever follows a slow one waits this long. */
const gatherMs = 50

export class LogWriter {
  readonly #units: Units
  readonly #o: Of & { readonly redactor: Redactor; readonly now: () => Date }
  #lines = 0
  #waiting: LogLine[] = []
  #writing: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined

  constructor(units: Units, o: Of & { readonly redactor: Redactor; readonly now: () => Date }) {
    this.#units = units
    this.#o = o
  }

  add(line: { message: string; data?: unknown }): void {
    if (++this.#lines > most.lines) return
    const { redactor, now } = this.#o
    const data = line.data === undefined ? undefined : redactor.json(line.data)
    this.#waiting.push({
      level: 'info',
      message: capped(inert(redactor.text(String(line.message))), most.bytes),
      at: now(),
      ...(data === undefined ? {} : { data: small(data) }),
    })
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#writing = this.#write()
    }, gatherMs)
  }

  /** The run is over: nothing more is written from here. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#writing
  }

  /** What is left then. */
  async rest(tx: Tx): Promise<void> {
    const lines = this.#waiting.splice(0)
    if (lines.length > 0) await writeLines(tx, this.#o, lines)
  }

  async #write(): Promise<void> {
    await this.#writing
    const lines = this.#waiting.splice(0)
    try {
      await this.#units.run((tx) => writeLines(tx, this.#o, lines))
    } catch {
      // The log is no reason for a run to fail; what is wrong with the database, its calls will say.
    }
  }
}

const small = (data: unknown): unknown => {
  const text = JSON.stringify(data)
  return text.length <= most.bytes ? data : { cut: capped(text, most.bytes) }
}

export const writeLines = (tx: Tx, { installationId, runId }: Of, lines: readonly LogLine[]): Promise<void> =>
  writeLinesOfRuns(
    tx,
    installationId,
    lines.map((line) => ({ ...line, runId })),
  )

export async function writeLinesOfRuns(
  tx: Tx,
  installationId: string,
  lines: readonly (LogLine & Pick<Of, 'runId'>)[],
): Promise<void> {
  await tx.query(
    `INSERT INTO bots.log (tenant_id, id, installation_id, run_id, level, message, data, at)
     SELECT $1, l.id, $2, l."runId", l.level, l.message, l.data, l.at
       FROM jsonb_to_recordset($3) AS l (id uuid, "runId" uuid, level text, message text, data jsonb, at timestamptz)`,
    [
      tx.tenantId,
      installationId,
      JSON.stringify(lines.map((line) => ({ id: uuidv7(), ...line, data: line.data ?? null }))),
    ],
    { prepared: true },
  )
}
