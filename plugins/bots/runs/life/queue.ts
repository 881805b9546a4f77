/** Whose turn it is: so many runs an organisation at a time, and of scheduled ones one a bot. */
import type { Tx } from '@guildhall/sdk'
import { runJob } from '../../job-names.ts'
import { type Run, runColumns } from '../stored.ts'

/** Whoever counts and whoever frees a place come one after another, so that nobody waits for a place that is free. */
export const lockQueue = async (tx: Tx): Promise<void> => {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`bots.queue:${tx.tenantId}`], {
    prepared: true,
  })
}

/** Somebody carries what waits. One call of each name waits at a time: whoever comes takes all there is. */
export const callCarrier = (tx: Tx, name = 0): Promise<void> => tx.enqueue(runJob, {}, { key: `carry:${name}` })

/** For so many new runs: the second need not wait until the first is taken. */
export async function callCarriers(tx: Tx, runs: number): Promise<void> {
  for (let name = 0; name < Math.min(runs, 2); name++) await callCarrier(tx, name)
}

/** With what decides whether it may happen, and what it runs with. */
export interface InLine extends Run {
  readonly enabled: boolean
  readonly consent: { readonly actions: readonly string[]; readonly hosts: readonly string[] }
  readonly installedBy: { readonly kind: string; readonly id: string }
  /** Null with `pinned`: what it began with is gone. */
  readonly config: unknown
  readonly pinnedLimits: Readonly<Record<string, number>> | null
  /** Runs of the organisation, this one not counted. */
  readonly underWay: number
}

const leased = `u.tenant_id = $1 AND u.status = 'running' AND u.lease_until > $2`
const first = 'ORDER BY r.queued_at, r.id LIMIT 2'
/** A run `r` that waits for nothing but its turn, at `$2`. */
export const isDue = `r.status = 'queued' OR (r.status = 'retrying' AND r.next_attempt_at <= $2)
  OR (r.status = 'running' AND r.lease_until <= $2)`
/** Three ways to be due, each by its index; a scheduled run waits for the one before it. */
const nextTwo = `
SELECT ${runColumns}, i.enabled, i.consent, json_build_object('kind', i.installed_by_kind, 'id', i.installed_by_id) AS "installedBy",
       c.config, c.limits AS "pinnedLimits", (SELECT count(*)::int FROM bots.run u WHERE ${leased}) AS "underWay"
  FROM ((SELECT r.* FROM bots.run r WHERE r.tenant_id = $1 AND r.status = 'queued' AND (r.trigger_kind <> 'cron' OR NOT EXISTS (
            SELECT 1 FROM bots.run u WHERE ${leased} AND u.trigger_kind = 'cron' AND u.installation_id = r.installation_id))
          ${first})
        UNION ALL
        (SELECT r.* FROM bots.run r WHERE r.tenant_id = $1 AND r.status = 'retrying' AND r.next_attempt_at <= $2 ${first})
        UNION ALL
        (SELECT r.* FROM bots.run r WHERE r.tenant_id = $1 AND r.status = 'running' AND r.lease_until <= $2 ${first})) r
  JOIN bots.installation i ON i.tenant_id = r.tenant_id AND i.id = r.installation_id
  LEFT JOIN bots.config_version c ON c.tenant_id = r.tenant_id AND c.installation_id = r.installation_id
   AND c.config_version = r.config_version
 ${first}`

/** The first two that could be taken, whether there is room or not; those of a node that was lost among them. */
export const nextInLine = (tx: Tx): Promise<InLine[]> =>
  tx.query<InLine & Record<string, unknown>>(nextTwo, [tx.tenantId, tx.now()], { prepared: true })

export interface UnderWay {
  readonly installation: string
  readonly kind: string
}

/** A run whose node was lost is not counted. */
export const runsUnderWay = (tx: Tx): Promise<UnderWay[]> =>
  tx.query<UnderWay & Record<string, unknown>>(
    `SELECT u.installation_id AS installation, u.trigger_kind AS kind FROM bots.run u WHERE ${leased}`,
    [tx.tenantId, tx.now()],
  )

/** Why a queued run is not taken, for people; null: it is about to be. */
export function noRoom(
  running: readonly UnderWay[],
  run: { installationId: string; triggerKind: string },
  runsAtOnce: number,
): string | null {
  if (running.length >= runsAtOnce)
    return `Waiting for its turn: ${running.length} runs of this organisation are under way, ${runsAtOnce} at a time`
  if (run.triggerKind === 'cron' && running.some((r) => r.kind === 'cron' && r.installation === run.installationId))
    return 'Waiting for its turn: the run of the time before is still under way'
  return null
}
