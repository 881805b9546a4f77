/** What a rehearsed bot did in the copy, as an administrator reads it. */
import type { Tx } from '@guildhall/sdk'
import { summaryOf } from '../runs/summary.ts'
import { mostEntries, type TimelineEntry } from './rehearsal-schema.ts'

interface RunRow {
  readonly id: string
  readonly kind: string
  readonly status: string
  readonly reason: string | null
  readonly result: unknown
  readonly at: Date
}
interface CallRow {
  readonly runId: string
  readonly method: string
  readonly name: string
  readonly input: unknown
  readonly answer: { readonly ok: boolean; readonly message?: string }
  readonly at: Date
}

export interface Timeline {
  readonly counts: Record<string, number>
  readonly entries: readonly TimelineEntry[]
}

/** `tx` is in the copy. Reading is left out, and what found nothing to do: nobody asks what a bot looked at, but what it did. */
export async function timelineOf(tx: Tx, installationId: string): Promise<Timeline> {
  const runs = await tx.query<RunRow>(
    `SELECT id, trigger_kind AS kind, status, reason, result, queued_at AS at FROM bots.run
      WHERE tenant_id = $1 AND installation_id = $2 AND mode = 'rehearsal' ORDER BY queued_at, id`,
    [tx.tenantId, installationId],
  )
  const calls = await tx.query<CallRow>(
    `SELECT c.run_id AS "runId", c.method, c.name, c.input, c.answer, c.at FROM bots.call c
       JOIN bots.run r ON r.tenant_id = c.tenant_id AND r.id = c.run_id
      WHERE c.tenant_id = $1 AND r.installation_id = $2 AND r.mode = 'rehearsal' AND c.effect <> 'read'
        AND (c.effect <> 'none' OR NOT (c.answer->>'ok')::boolean)
        AND c.method IN ('action', 'fetch')
      ORDER BY c.at, c.run_id, c.sequence`,
    [tx.tenantId, installationId],
  )
  const entries = [...runs.flatMap(ofRun), ...calls.map(ofCall)].sort((a, b) => a.at.localeCompare(b.at))
  const counts: Record<string, number> = {}
  for (const { kind } of entries) counts[kind] = (counts[kind] ?? 0) + 1
  return { counts, entries: entries.slice(0, mostEntries) }
}

function ofRun({ id, kind, status, reason, result, at }: RunRow): TimelineEntry[] {
  const entry = { at: at.toISOString(), runId: id, name: kind, input: null }
  const failed = status === 'failed' || status === 'retrying'
  return [
    { ...entry, kind: 'run', detail: summaryOf(result) },
    ...(failed ? [{ ...entry, kind: 'failed' as const, detail: reason }] : []),
  ]
}

function ofCall({ runId, method, name, input, answer, at }: CallRow): TimelineEntry {
  const entry = { at: at.toISOString(), runId, name, input: inputOf(method, input) }
  if (!answer.ok) return { ...entry, kind: 'refused', detail: answer.message ?? null }
  return { ...entry, kind: kindOf(method, name), detail: null }
}

const kindOf = (method: string, name: string): TimelineEntry['kind'] => {
  if (method === 'fetch') return 'call'
  if (name.startsWith('email.')) return 'mail'
  return name.startsWith('notifications.') ? 'told' : 'change'
}

/** Of an action: what it was asked, without the envelope. */
const inputOf = (method: string, input: unknown): unknown =>
  method === 'action' && typeof input === 'object' && input !== null && 'input' in input ? input.input : input
