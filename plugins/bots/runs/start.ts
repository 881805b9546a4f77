/** A run begins as a row and a call for a carrier in the caller's unit of work: both are there, or neither. */
import type { Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import { enqueueSweep } from './life/give-back.ts'
import { callCarriers } from './life/queue.ts'
import type { RunModeName, TriggerKind } from './stored.ts'

export interface NewRun {
  readonly installationId: string
  /** As the bot gets it. */
  readonly trigger: Readonly<Record<string, unknown>>
  readonly kind: TriggerKind
  /** One run a cause and mode; without one, each call is a cause of its own. */
  readonly key?: string
  readonly mode?: RunModeName
  readonly depth?: number
  readonly requestedBy?: { readonly kind: string; readonly id: string }
  readonly ofRunId?: string
  /** Of the run it repeats; default: those the installation has now. */
  readonly pinned?: { readonly versionId: string; readonly configVersion: number }
}

/** Gives the run's id, and that of the earlier one where the cause has one already. */
export async function startRun(
  tx: Tx,
  { installationId, trigger, key = uuidv7(), ...o }: NewRun,
): Promise<{ id: string; duplicate: boolean }> {
  const [id] = await startRuns(tx, [{ installationId, trigger, key }], o)
  if (id !== undefined) return { id, duplicate: false }
  const [earlier] = await tx.query<{ id: string }>(
    `SELECT id FROM bots.run
      WHERE tenant_id = $1 AND installation_id = $2 AND mode IN ($3, 'rehearsal') AND trigger_key = $4`,
    [tx.tenantId, installationId, o.mode ?? 'live', key],
  )
  return { id: earlier?.id ?? key, duplicate: true }
}

type Cause = Required<Pick<NewRun, 'installationId' | 'trigger' | 'key'>>

/** Gives the ids of those runs whose cause has none yet. */
export async function startRuns(
  tx: Tx,
  runs: readonly Cause[],
  o: Omit<NewRun, keyof Cause>,
): Promise<readonly string[]> {
  const rows = await tx.query<{ id: string }>(
    insertRuns,
    [
      tx.tenantId,
      JSON.stringify(runs.map((run) => ({ ...run, id: uuidv7() }))),
      o.mode ?? 'live',
      o.kind,
      o.depth ?? 0,
      o.requestedBy ? JSON.stringify(o.requestedBy) : null,
      o.ofRunId ?? null,
      tx.now(),
      o.pinned?.versionId ?? null,
      o.pinned?.configVersion ?? null,
    ],
    { prepared: true },
  )
  if (rows.length > 0) {
    await callCarriers(tx, rows.length)
    await enqueueSweep(tx)
  }
  return rows.map(({ id }) => id)
}

const insertRuns = `
WITH due AS (
  SELECT i.*, d.id AS run_id, d.key AS trigger_key, d.trigger
    FROM jsonb_to_recordset($2) AS d (id uuid, "installationId" uuid, key text, trigger jsonb)
    JOIN bots.installation i ON i.tenant_id = $1 AND i.id = d."installationId"),
kept AS (
  INSERT INTO bots.config_version (tenant_id, installation_id, config_version, config, limits, created_at)
  SELECT DISTINCT ON (due.id) due.tenant_id, due.id, due.config_version, due.config, due.limits, $8::timestamptz FROM due
  ON CONFLICT DO NOTHING)
INSERT INTO bots.run (tenant_id, id, installation_id, version_id, config_version, mode, trigger, trigger_kind,
                      trigger_key, depth, requested_by, of_run_id, status, limits, queued_at)
SELECT due.tenant_id, due.run_id, due.id, coalesce($9::uuid, due.version_id), coalesce($10::int, due.config_version),
       -- In a copy everything is a rehearsal, whoever starts it.
       CASE WHEN t.copy_of IS NULL THEN $3 ELSE 'rehearsal' END, due.trigger, $4, due.trigger_key, $5, $6, $7::uuid,
       'queued', '{}', $8
  FROM due JOIN core.tenant t ON t.id = due.tenant_id
ON CONFLICT (tenant_id, installation_id, mode, trigger_key) DO NOTHING RETURNING id`
