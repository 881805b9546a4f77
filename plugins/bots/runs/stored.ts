/** A run as it stands in the database. */
import { Problem, problems, type Tx } from '@guildhall/sdk'

export const runModes = ['live', 'dry', 'replay', 'rehearsal'] as const
export const triggerKinds = ['event', 'cron', 'manual', 'api', 'webhook', 'action'] as const
export const runStatuses = ['queued', 'running', 'retrying', 'ok', 'failed', 'discarded', 'cancelled'] as const
export type RunModeName = (typeof runModes)[number]
export type TriggerKind = (typeof triggerKinds)[number]
export type RunStatus = (typeof runStatuses)[number]

export interface RunError {
  readonly name?: string
  readonly message: string
  readonly line?: number
  readonly code?: string
}
export interface RunUse {
  readonly cpuMs: number
  readonly wallMs: number
  readonly heapMb: number
  readonly calls: number
}
export interface Run {
  readonly id: string
  readonly installationId: string
  readonly versionId: string
  readonly configVersion: number
  readonly mode: RunModeName
  readonly trigger: Readonly<Record<string, unknown>>
  readonly triggerKind: TriggerKind
  readonly triggerKey: string
  readonly depth: number
  readonly requestedBy: { readonly kind: string; readonly id: string } | null
  readonly ofRunId: string | null
  readonly status: RunStatus
  readonly leaseUntil: Date | null
  readonly reason: string | null
  readonly attempt: number
  readonly nextAttemptAt: Date | null
  readonly ended: string | null
  readonly error: RunError | null
  readonly result: unknown
  readonly used: RunUse | null
  readonly limits: Readonly<Record<string, number>>
  readonly queuedAt: Date
  readonly startedAt: Date | null
  readonly finishedAt: Date | null
}

export const runColumns = `r.id, r.installation_id AS "installationId", r.version_id AS "versionId",
  r.config_version AS "configVersion", r.mode, r.trigger, r.trigger_kind AS "triggerKind", r.trigger_key AS "triggerKey",
  r.depth, r.requested_by AS "requestedBy", r.of_run_id AS "ofRunId", r.status, r.lease_until AS "leaseUntil", r.reason,
  r.attempt, r.next_attempt_at AS "nextAttemptAt", r.ended, r.error, r.result, r.used, r.limits,
  r.queued_at AS "queuedAt", r.started_at AS "startedAt", r.finished_at AS "finishedAt"`

export async function findRun(tx: Tx, id: string, o: { lock?: boolean } = {}): Promise<Run | null> {
  const [run] = await tx.query<Run>(
    `SELECT ${runColumns} FROM bots.run r WHERE r.tenant_id = $1 AND r.id = $2${o.lock ? ' FOR UPDATE' : ''}`,
    [tx.tenantId, id],
  )
  return run ?? null
}

/** @throws Problem 404 */
export async function requireRun(tx: Tx, id: string, o: { lock?: boolean } = {}): Promise<Run> {
  const run = await findRun(tx, id, o)
  if (!run) throw new Problem(problems.notFound)
  return run
}
