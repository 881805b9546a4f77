import { Problem, problems, type Tx } from '@guildhall/sdk'
import { type Installation, installationById } from './stored.ts'

/** What a change may write; the rest of an installation follows from it. */
export interface Settings {
  readonly versionId: string
  readonly previousVersionId: string | null
  readonly enabled: boolean
  readonly stopped: Installation['stopped']
  readonly config: Installation['config']
  readonly triggers: Installation['triggers']
  readonly notifications: Installation['notifications']
  readonly limits: Installation['limits']
  readonly consent: Installation['consent']
  readonly installedBy: Installation['installedBy']
}

const values = (tx: Tx, id: string, s: Settings) => [
  tx.tenantId,
  id,
  s.versionId,
  s.previousVersionId,
  s.enabled,
  s.stopped === null ? null : JSON.stringify(s.stopped),
  JSON.stringify(s.config),
  JSON.stringify(s.triggers),
  JSON.stringify(s.notifications),
  JSON.stringify(s.limits),
  JSON.stringify(s.consent),
  s.installedBy.kind,
  s.installedBy.id,
  tx.now(),
]

/** @throws Problem 409 when an installation has that key already */
export async function insertInstallation(
  tx: Tx,
  o: Settings & { id: string; key: string; botId: string },
): Promise<Installation> {
  const rows = await tx.query(
    `INSERT INTO bots.installation (tenant_id, id, version_id, previous_version_id, enabled, stopped, config, triggers,
            notifications, limits, consent, installed_by_kind, installed_by_id, created_at, updated_at, key, bot_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, $15, $16)
     ON CONFLICT (tenant_id, key) DO NOTHING RETURNING id`,
    [...values(tx, o.id, o), o.key, o.botId],
  )
  if (rows.length === 0)
    throw new Problem(problems.alreadyExists, {
      detail: `"${o.key}" is installed already. Give the second one an alias.`,
    })
  return kept(tx, o.id)
}

/** @param o.settled config, triggers or limits changed: runs from here on are of another configuration */
export async function updateInstallation(
  tx: Tx,
  id: string,
  settings: Settings,
  o: { settled: boolean },
): Promise<Installation> {
  await tx.query(
    `UPDATE bots.installation SET version_id = $3, previous_version_id = $4, enabled = $5, stopped = $6, config = $7,
            triggers = $8, notifications = $9, limits = $10, consent = $11, installed_by_kind = $12, installed_by_id = $13,
            updated_at = $14, version = version + 1, config_version = config_version + $15,
            failures_in_row = CASE WHEN $5 AND NOT enabled THEN 0 ELSE failures_in_row END
      WHERE tenant_id = $1 AND id = $2`,
    [...values(tx, id, settings), o.settled ? 1 : 0],
  )
  return kept(tx, id)
}

/** Notes what the configuration is now, for retries and replays, and gives the installation as it stands. */
async function kept(tx: Tx, id: string): Promise<Installation> {
  await tx.query(
    `INSERT INTO bots.config_version (tenant_id, installation_id, config_version, config, limits, created_at)
     SELECT i.tenant_id, i.id, i.config_version, i.config, i.limits, $3 FROM bots.installation i
      WHERE i.tenant_id = $1 AND i.id = $2 ON CONFLICT DO NOTHING`,
    [tx.tenantId, id, tx.now()],
  )
  const installation = await installationById(tx, id)
  if (!installation) throw new Error(`The installation ${id} is gone within its own unit of work`)
  return installation
}

export const deleteInstallation = (tx: Tx, id: string) =>
  tx.query('DELETE FROM bots.installation WHERE tenant_id = $1 AND id = $2', [tx.tenantId, id])

export interface LastRun {
  readonly installationId: string
  readonly id: string
  readonly status: string
  readonly ended: string | null
  readonly reason: string | null
  readonly queuedAt: Date
  readonly finishedAt: Date | null
}
/** The newest run of each that was meant in earnest. */
export const lastRuns = (tx: Tx): Promise<LastRun[]> =>
  tx.query<LastRun & Record<string, unknown>>(
    `SELECT i.id AS "installationId", r.id, r.status, r.ended, r.reason, r.queued_at AS "queuedAt", r.finished_at AS "finishedAt"
       FROM bots.installation i CROSS JOIN LATERAL (
         SELECT * FROM bots.run r WHERE r.tenant_id = i.tenant_id AND r.installation_id = i.id AND r.mode = 'live'
          ORDER BY r.queued_at DESC, r.id DESC LIMIT 1) r
      WHERE i.tenant_id = $1`,
    [tx.tenantId],
  )
