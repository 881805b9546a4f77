/** Writes what a bot logs while it runs: lines that come during one insert go together into the next. */
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
}
interface Of {
  readonly installationId: string
  readonly runId: string
}

const most = { lines: 200, bytes: 2048 } as const

export class LogWriter {
  readonly #units: Units
  readonly #o: Of & { readonly redactor: Redactor }
  #lines = 0
  #waiting: LogLine[] = []
  #writing: Promise<void> | null = null

  constructor(units: Units, o: Of & { readonly redactor: Redactor }) {
    this.#units = units
    this.#o = o
  }

  add(line: { message: string; data?: unknown }): void {
    if (++this.#lines > most.lines) return
    const { redactor } = this.#o
    const data = line.data === undefined ? undefined : redactor.json(line.data)
    this.#waiting.push({
      level: 'info',
      message: capped(inert(redactor.text(String(line.message))), most.bytes),
      ...(data === undefined ? {} : { data: small(data) }),
    })
    this.#writing ??= this.#write()
  }

  async flush(): Promise<void> {
    while (this.#writing) await this.#writing
  }

  async #write(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const lines = this.#waiting.splice(0)
        await this.#units.run((tx) => writeLines(tx, this.#o, lines))
      }
    } catch {
      // The log is no reason for a run to fail; what is wrong with the database, its calls will say.
    } finally {
      this.#writing = null
    }
  }
}

const small = (data: unknown): unknown => {
  const text = JSON.stringify(data)
  return text.length <= most.bytes ? data : { cut: capped(text, most.bytes) }
}

export async function writeLines(tx: Tx, o: Of, lines: readonly LogLine[]): Promise<void> {
  await tx.query(
    `INSERT INTO bots.log (tenant_id, id, installation_id, run_id, level, message, data, at)
     SELECT $1, l.id, $2, $3, l.level, l.message, l.data, $4
       FROM jsonb_to_recordset($5) AS l (id uuid, level text, message text, data jsonb)`,
    [
      tx.tenantId,
      o.installationId,
      o.runId,
      tx.now(),
      JSON.stringify(lines.map((line) => ({ id: uuidv7(), ...line, data: line.data ?? null }))),
    ],
  )
}
