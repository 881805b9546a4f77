/**
 * The journal of a run: what was asked, what was answered. The row of an effect is written in the unit of work of that
 * effect, and only while the run is this attempt's: a node that was taken for dead does nothing more. What changed nothing
 * is noted, and written before the first effect that could follow from it.
 */
import type { SandboxAnswer, Tx } from '@guildhall/sdk'
import { hashOf } from './canonical.ts'
import { inert } from './logs/inert.ts'
import type { Redactor } from './redactor.ts'
import type { Units } from './units.ts'

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

/** What it did in the end: an action may have found nothing to do. */
export const doneAs = (what: Described, changed: boolean): Described => (changed ? what : { ...what, effect: 'none' })

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
  readonly #noted = new Map<number, object>()
  #notedAt = 0
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

  /** For what had no effect. @throws Superseded, when it was time to write what had been noted */
  async note(units: Units, call: Asked, what: Described, answer: SandboxAnswer, now: Date): Promise<void> {
    if (this.#noted.size === 0) this.#notedAt = performance.now()
    this.#noted.set(call.sequence, this.#line(call, what, answer, now))
    if (this.#noted.size < mostNoted && performance.now() - this.#notedAt < longestNotedMs) return
    const stands = await units.run((tx) => this.write(tx))
    stands()
  }

  /**
   * What was noted, and with it a call in the unit of work of its effect; without one, what has to stand before something
   * that no database can take back.
   * @returns to be called when it is committed
   * @throws Superseded
   */
  async write(tx: Tx, call?: Asked, what?: Described, answer?: SandboxAnswer): Promise<() => void> {
    const lines = new Map(this.#noted)
    if (call && what && answer) lines.set(call.sequence, this.#line(call, what, answer, tx.now()))
    const rows = await tx.query(
      insertCalls,
      [tx.tenantId, this.#o.runId, this.#o.attempt, JSON.stringify([...lines.values()])],
      { prepared: true },
    )
    if (rows.length === 0) throw new Superseded("The run is no longer this attempt's")
    return () => {
      for (const sequence of lines.keys()) this.#noted.delete(sequence)
    }
  }

  /** What is left when the attempt is over, in the unit of work that says so. */
  async rest(tx: Tx): Promise<void> {
    if (this.#noted.size > 0)
      await this.write(tx).catch((error: unknown) => {
        if (!(error instanceof Superseded)) throw error
      })
  }

  #line({ sequence, method, input, hash, began }: Asked, what: Described, answer: SandboxAnswer, now: Date): object {
    const { at, ...given } = answer
    const { redactor } = this.#o
    return {
      sequence,
      method: method.slice(0, 100),
      name: inert(redactor.text(what.name)).slice(0, 300),
      effect: what.effect,
      input_hash: hash,
      input: redactor.json(input),
      answer: redactor.json(given),
      clock: new Date(at ?? now.getTime()),
      asked: this.#asked,
      duration_ms: performance.now() - began,
      at: now,
    }
  }
}

/** Rows and time that a kill may cost: what is noted is read again then. */
const mostNoted = 50
const longestNotedMs = 1_000

const insertCalls = `
WITH ours AS (
  SELECT id FROM bots.run WHERE tenant_id = $1 AND id = $2 AND attempt = $3 AND status = 'running' FOR SHARE),
written AS (
  INSERT INTO bots.call (tenant_id, run_id, sequence, method, name, effect, input_hash, input, answer, clock, asked,
                         attempt, duration_ms, at)
  SELECT $1, ours.id, c.sequence, c.method, c.name, c.effect, c.input_hash, c.input, c.answer, c.clock, c.asked,
         $3, c.duration_ms, c.at
    FROM ours CROSS JOIN jsonb_to_recordset($4) AS c (sequence integer, method text, name text, effect text, input_hash text,
           input jsonb, answer jsonb, clock timestamptz, asked integer, duration_ms double precision, at timestamptz)
  ON CONFLICT (tenant_id, run_id, sequence) DO UPDATE
     SET answer = excluded.answer, clock = excluded.clock, asked = excluded.asked, attempt = excluded.attempt,
         duration_ms = excluded.duration_ms, at = excluded.at
   WHERE bots.call.attempt < excluded.attempt AND bots.call.answer->>'code' = 'UNAVAILABLE')
SELECT id FROM ours`
