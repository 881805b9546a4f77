/**
 * The journal of a run: what was asked, what was answered. A row is written in the unit of work of what it tells of, and
 * only while the run is this attempt's: a node that was taken for dead does nothing more.
 */
import type { SandboxAnswer, Tx } from '@guildhall/sdk'
import { hashOf } from './canonical.ts'
import type { Redactor } from './redactor.ts'

export type CallEffect = 'read' | 'write' | 'destructive' | 'none'
export interface JournalRow {
  readonly sequence: number
  readonly method: string
  readonly name: string
  readonly effect: CallEffect
  readonly inputHash: string
  readonly answer: { readonly ok: boolean; readonly value?: unknown; readonly code?: string; readonly message?: string }
  readonly clock: Date
  readonly asked: number
}
/** A call that has come in. */
export interface Asked {
  readonly sequence: number
  readonly method: string
  readonly input: unknown
  readonly hash: string
  readonly began: number
}
/** What the journal says of it beside the answer. */
export interface Described {
  readonly name: string
  readonly effect: CallEffect
}

/** Another node has the run by now, or somebody cancelled it. */
export class Superseded extends Error {}

/** The retry asks something else than the attempt before it. */
export class Drift extends Error {}

const columns = `sequence, method, name, effect, input_hash AS "inputHash", answer, clock, asked`

export const journalOf = (tx: Tx, runId: string): Promise<JournalRow[]> =>
  tx.query<JournalRow>(`SELECT ${columns} FROM bots.call WHERE tenant_id = $1 AND run_id = $2 ORDER BY sequence`, [
    tx.tenantId,
    runId,
  ])

export class Journal {
  readonly #rows: ReadonlyMap<number, JournalRow>
  readonly #o: { runId: string; attempt: number; redactor: Redactor; again: boolean }
  #asked = -1

  /** @param o.again whether calls that nothing could be reached for are made again, rather than answered as before */
  constructor(rows: readonly JournalRow[], o: { runId: string; attempt: number; redactor: Redactor; again: boolean }) {
    this.#rows = new Map(rows.map((row) => [row.sequence, row]))
    this.#o = o
  }

  /** @throws RangeError when the input nests too deep */
  begin(call: { sequence: number; method: string; input: unknown }): Asked {
    this.#asked = Math.max(this.#asked, call.sequence)
    return { ...call, hash: hashOf(call.input), began: performance.now() }
  }

  /** The answer of an earlier attempt. @throws Drift */
  recorded(call: Asked): SandboxAnswer | undefined {
    const row = this.#rows.get(call.sequence)
    if (!row) return undefined
    if (row.method !== call.method || row.inputHash !== call.hash)
      throw new Drift(`Call ${call.sequence} was ${row.method} ${row.name}, and is something else now`)
    if (this.#o.again && row.answer.code === 'UNAVAILABLE' && !this.#wentOn(row)) return undefined
    return { ...row.answer, at: row.clock.getTime() } as SandboxAnswer
  }

  /** Whether the bot did something after it had this answer: then the answer is part of what happened. */
  #wentOn(row: JournalRow): boolean {
    return [...this.#rows.values()].some(({ sequence }) => sequence > row.asked)
  }

  /** Before what no database can take back. @throws Superseded */
  async requireOurs(tx: Tx): Promise<void> {
    const rows = await tx.query(
      `SELECT 1 FROM bots.run WHERE tenant_id = $1 AND id = $2 AND attempt = $3 AND status = 'running'`,
      [tx.tenantId, this.#o.runId, this.#o.attempt],
    )
    if (rows.length === 0) throw new Superseded("The run is no longer this attempt's")
  }

  /** Takes care of the fence as well. @throws Superseded */
  async write(tx: Tx, call: Asked, what: Described, answer: SandboxAnswer): Promise<void> {
    const { at, ...given } = answer
    const rows = await tx.query(
      `INSERT INTO bots.call (tenant_id, run_id, sequence, method, name, effect, input_hash, input, answer, clock, asked,
                              attempt, duration_ms, at)
       SELECT $1, r.id, $3, $5, $6, $7, $8, $9, $10, $11, $12, $4, $13, $14
         FROM (SELECT id FROM bots.run WHERE tenant_id = $1 AND id = $2 AND attempt = $4 AND status = 'running' FOR SHARE) r
       ON CONFLICT (tenant_id, run_id, sequence) DO UPDATE
          SET answer = excluded.answer, clock = excluded.clock, asked = excluded.asked, attempt = excluded.attempt,
              duration_ms = excluded.duration_ms, at = excluded.at
        WHERE bots.call.attempt < excluded.attempt AND bots.call.answer->>'code' = 'UNAVAILABLE'
       RETURNING sequence`,
      [
        tx.tenantId,
        this.#o.runId,
        call.sequence,
        this.#o.attempt,
        call.method.slice(0, 100),
        this.#o.redactor.text(what.name).slice(0, 300),
        what.effect,
        call.hash,
        JSON.stringify(this.#o.redactor.json(call.input)),
        JSON.stringify(this.#o.redactor.json(given)),
        new Date(at ?? tx.now().getTime()),
        this.#asked,
        performance.now() - call.began,
        tx.now(),
      ],
    )
    if (rows.length === 0) throw new Superseded("The run is no longer this attempt's")
  }
}
