/** Everything a run did, as it was written down while it did it. */
import { Problem, problems, type Tx } from '@guildhall/sdk'
import type { BotsContext } from '../../context.ts'
import type { Language } from '../../definitions/requests.ts'
import type { JournalRow } from '../journal.ts'
import { readLogs } from '../logs/read-logs.ts'
import type { RunModeName } from '../stored.ts'
import { runRow, shownRuns } from './run-list.ts'
import type { CallView, RunTrace } from './run-schema.ts'
import { shownTrigger, whatMayBeSeen } from './what-may-be-seen.ts'

type Row = JournalRow & {
  readonly input: unknown
  readonly attempt: number
  readonly durationMs: number
  readonly at: Date
}

/** @throws Problem 404 */
export async function traceOf(ctx: BotsContext, tx: Tx, id: string, language: Language): Promise<RunTrace> {
  const run = await runRow(tx, id)
  if (!run) throw new Problem(problems.notFound)
  const rows = await tx.query<Row>(
    `SELECT sequence, method, name, effect, input, answer, attempt, duration_ms AS "durationMs", at
       FROM bots.call WHERE tenant_id = $1 AND run_id = $2 ORDER BY sequence LIMIT 500`,
    [tx.tenantId, run.mode === 'replay' ? (run.ofRunId ?? id) : id],
  )
  const open = whatMayBeSeen(ctx)
  const [view] = await shownRuns(ctx, tx, [run], language)
  return {
    ...view!,
    trigger: shownTrigger(ctx, run),
    requestedBy: run.requestedBy,
    result: run.result ?? null,
    error: run.error,
    used: run.used,
    limits: run.limits,
    calls: rows.map((row) => callView(row, run.mode, open)),
    logs: await readLogs(tx, { runId: id, limit: 400 }),
  }
}

function callView(row: Row, mode: RunModeName, open: (action: string) => boolean): CallView {
  const shown = row.method === 'action' ? open(row.name) : row.method !== 'fetch' || open('members.list')
  const kept = mode === 'dry' && (row.effect === 'write' || row.effect === 'destructive')
  return {
    sequence: row.sequence,
    method: row.method,
    name: row.name,
    effect: row.effect,
    outcome: row.answer.ok ? (kept ? 'wouldDo' : 'done') : 'refused',
    input: shown ? row.input : null,
    answer: shown ? row.answer : null,
    attempt: row.attempt,
    durationMs: Math.round(row.durationMs * 10) / 10,
    at: row.at.toISOString(),
  }
}
