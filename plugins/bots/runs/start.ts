/** A run begins as a row and a job in the caller's unit of work: both are there, or neither. */
import type { Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import { runJob } from '../job-names.ts'
import { enqueueSweep } from './life/give-back.ts'
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
  const id = uuidv7()
  const key = o.key ?? id
  const mode = o.mode ?? 'live'
  const rows = await tx.query(
    `WITH kept AS (
       INSERT INTO bots.config_version (tenant_id, installation_id, config_version, config, limits, created_at)
       SELECT i.tenant_id, i.id, i.config_version, i.config, i.limits, $11
         FROM bots.installation i WHERE i.tenant_id = $1 AND i.id = $3 ON CONFLICT DO NOTHING)
     INSERT INTO bots.run (tenant_id, id, installation_id, version_id, config_version, mode, trigger, trigger_kind,
                           trigger_key, depth, requested_by, of_run_id, status, limits, queued_at)
     SELECT i.tenant_id, $2, i.id, coalesce($12::uuid, i.version_id), coalesce($13::int, i.config_version),
            -- In a copy everything is a rehearsal, whoever starts it.
            CASE WHEN t.copy_of IS NULL THEN $4 ELSE 'rehearsal' END, $5, $6,
            $7, $8, $9, $10::uuid, 'queued', '{}', $11
       FROM bots.installation i JOIN core.tenant t ON t.id = i.tenant_id WHERE i.tenant_id = $1 AND i.id = $3
     ON CONFLICT (tenant_id, installation_id, mode, trigger_key) DO NOTHING RETURNING id`,
    [
      tx.tenantId,
      id,
      o.installationId,
      mode,
      JSON.stringify(o.trigger),
      o.kind,
      key,
      o.depth ?? 0,
      o.requestedBy ? JSON.stringify(o.requestedBy) : null,
      o.ofRunId ?? null,
      tx.now(),
      o.pinned?.versionId ?? null,
      o.pinned?.configVersion ?? null,
    ],
  )
  if (rows.length > 0) {
    await tx.enqueue(runJob, { runId: id }, { key: id })
    await enqueueSweep(tx)
    return { id, duplicate: false }
  }
  const [earlier] = await tx.query<{ id: string }>(
    `SELECT id FROM bots.run
      WHERE tenant_id = $1 AND installation_id = $2 AND mode IN ($3, 'rehearsal') AND trigger_key = $4`,
    [tx.tenantId, o.installationId, mode, key],
  )
  return { id: earlier?.id ?? id, duplicate: true }
}
