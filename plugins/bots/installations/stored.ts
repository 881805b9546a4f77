/** An installation as it stands in the database, with the version it runs. */
import { type BotManifest, Problem, problems, type Tx } from '@guildhall/sdk'

/** `bots.installation.triggers`: which of the manifest's triggers are on, and how. */
export interface InstalledTriggers {
  readonly events?: Readonly<Record<string, { readonly on: boolean; readonly condition?: EventCondition | null }>>
  readonly cron?: { readonly on: boolean; readonly expression: string } | null
  readonly manual?: boolean
  readonly api?: boolean
  readonly webhook?: boolean
  readonly action?: boolean
}
/** Filters in the language of lists: over the payload, and over the member or group it names. */
export interface EventCondition {
  readonly payload?: object
  readonly member?: object
  readonly group?: object
}
export interface ToldPeople {
  readonly roles?: readonly string[]
  readonly members?: readonly string[]
  readonly addresses?: readonly string[]
  readonly by: readonly ('mail' | 'inbox' | 'webhook')[]
  /** With `webhook`: where to. */
  readonly url?: string
}
export interface InstalledNotifications {
  readonly failure?: ToldPeople
  readonly success?: ToldPeople
  readonly digest?: ToldPeople & { readonly every: 'day' | 'week' }
}

export interface Installation {
  readonly id: string
  readonly key: string
  readonly botId: string
  readonly versionId: string
  readonly previousVersionId: string | null
  readonly enabled: boolean
  readonly stopped: {
    readonly reason: string
    readonly at: string
    readonly failures: number
    /** The last of the runs that failed, and how it ended. */
    readonly runId?: string
    readonly ended?: string
  } | null
  /** Secrets are sealed in it. */
  readonly config: Readonly<Record<string, unknown>>
  readonly configVersion: number
  readonly triggers: InstalledTriggers
  readonly notifications: InstalledNotifications
  readonly limits: Readonly<Record<string, number>>
  readonly consent: { readonly actions: readonly string[]; readonly hosts: readonly string[]; readonly at: string }
  readonly installedBy: { readonly kind: string; readonly id: string }
  readonly webhookSecret: string | null
  readonly failuresInRow: number
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly version: number
  /** Of the version it runs. */
  readonly manifest: BotManifest
}

const columns = `i.id, i.key, i.bot_id AS "botId", i.version_id AS "versionId", i.previous_version_id AS "previousVersionId",
  i.enabled, i.stopped, i.config, i.config_version AS "configVersion", i.triggers, i.notifications, i.limits, i.consent,
  json_build_object('kind', i.installed_by_kind, 'id', i.installed_by_id) AS "installedBy",
  i.webhook_secret AS "webhookSecret", i.failures_in_row AS "failuresInRow",
  i.created_at AS "createdAt", i.updated_at AS "updatedAt", i.version, v.manifest`

const from = 'bots.installation i JOIN bots.bot_version v ON v.tenant_id = i.tenant_id AND v.id = i.version_id'

/** @throws Problem 404 */
export async function installationByKey(tx: Tx, key: string, o: { lock?: boolean } = {}): Promise<Installation> {
  const found = await findInstallation(tx, key, o)
  if (!found) throw new Problem(problems.notFound)
  return found
}

export async function findInstallation(tx: Tx, key: string, o: { lock?: boolean } = {}): Promise<Installation | null> {
  const [row] = await tx.query<Installation>(
    `SELECT ${columns} FROM ${from} WHERE i.tenant_id = $1 AND i.key = $2${o.lock ? ' FOR UPDATE OF i' : ''}`,
    [tx.tenantId, key],
  )
  return row ?? null
}

export async function installationById(tx: Tx, id: string, o: { lock?: boolean } = {}): Promise<Installation | null> {
  const [row] = await tx.query<Installation>(
    `SELECT ${columns} FROM ${from} WHERE i.tenant_id = $1 AND i.id = $2${o.lock ? ' FOR UPDATE OF i' : ''}`,
    [tx.tenantId, id],
  )
  return row ?? null
}

export async function installationOfRun(tx: Tx, runId: string): Promise<Installation | null> {
  const [row] = await tx.query<Installation>(
    `SELECT ${columns} FROM ${from}
      WHERE i.tenant_id = $1 AND i.id = (SELECT r.installation_id FROM bots.run r WHERE r.tenant_id = $1 AND r.id = $2)`,
    [tx.tenantId, runId],
  )
  return row ?? null
}

export async function allInstallations(tx: Tx): Promise<Installation[]> {
  return tx.query<Installation>(`SELECT ${columns} FROM ${from} WHERE i.tenant_id = $1 ORDER BY i.key`, [tx.tenantId])
}
