/** A run begins as a row and a call for a carrier in the caller's unit of work: both are there, or neither. */
import type { Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import { enqueueSweep } from './life/give-back.ts'
import { callCarrier } from './life/queue.ts'
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
export async function startRun(tx: Tx, o: NewRun): Promise<{ id: string; duplicate: boolean }> {
  const key = o.key ?? uuidv7()
  const mode = o.mode ?? 'live'
  const [id] = await startRuns(tx, [o.installationId], { ...o, key, mode })
  if (id !== undefined) return { id, duplicate: false }
  const [earlier] = await tx.query<{ id: string }>(
    `SELECT id FROM bots.run
      WHERE tenant_id = $1 AND installation_id = $2 AND mode IN ($3, 'rehearsal') AND trigger_key = $4`,
    [tx.tenantId, o.installationId, mode, key],
  )
  return { id: earlier?.id ?? key, duplicate: true }
}

type Cause = Omit<NewRun, 'installationId'> & { readonly key: string }

/** One cause for several installations. Gives the ids of the runs that it has not had before. */
export async function startRuns(tx: Tx, installations: readonly string[], o: Cause): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    insertRuns,
    [
      tx.tenantId,
      installations.map(() => uuidv7()),
      installations,
      o.mode ?? 'live',
      JSON.stringify(o.trigger),
      o.kind,
      o.key,
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
    await callCarrier(tx)
    await enqueueSweep(tx)
  }
  return rows.map(({ id }) => id)
}

const insertRuns = `
WITH due AS (
  SELECT i.*, d.run_id FROM unnest($2::uuid[], $3::uuid[]) AS d (run_id, installation_id)
    JOIN bots.installation i ON i.tenant_id = $1 AND i.id = d.installation_id),
kept AS (
  INSERT INTO bots.config_version (tenant_id, installation_id, config_version, config, limits, created_at)
  SELECT due.tenant_id, due.id, due.config_version, due.config, due.limits, $11 FROM due ON CONFLICT DO NOTHING)
INSERT INTO bots.run (tenant_id, id, installation_id, version_id, config_version, mode, trigger, trigger_kind,
                      trigger_key, depth, requested_by, of_run_id, status, limits, queued_at)
SELECT due.tenant_id, due.run_id, due.id, coalesce($12::uuid, due.version_id), coalesce($13::int, due.config_version),
       -- In a copy everything is a rehearsal, whoever starts it.
       CASE WHEN t.copy_of IS NULL THEN $4 ELSE 'rehearsal' END, $5, $6, $7, $8, $9, $10::uuid, 'queued', '{}', $11
  FROM due JOIN core.tenant t ON t.id = due.tenant_id
ON CONFLICT (tenant_id, installation_id, mode, trigger_key) DO NOTHING
RETURNING id`
