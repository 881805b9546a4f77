import { defaultTimeZone, type Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import type { InstalledPlugin } from '../plugin-host/index.ts'
import { nextRun } from './cron.ts'

/** The organisation's, as it stands in this unit of work. */
export const timeZoneOf = async (tx: Tx): Promise<string> => {
  const [row] = await tx.query<{ zone: string }>(
    `SELECT coalesce(settings->>'timeZone', '${defaultTimeZone}') AS zone FROM core.tenant WHERE id = $1`,
    [tx.tenantId],
  )
  return row!.zone
}

/**
 * Enters a plugin's schedules when it is switched on, and counts those it set under keys of its own anew; what missed
 * its time while it was off is not made up for.
 */
export async function scheduleJobs(tx: Tx, plugin: InstalledPlugin): Promise<void> {
  const zone = await timeZoneOf(tx)
  for (const { id, schedule } of plugin.jobs) {
    if (!schedule) continue
    await putSchedule(tx, {
      plugin: plugin.id,
      job: id,
      key: '',
      cron: schedule.cron,
      timeZone: schedule.timezone === 'UTC' ? 'UTC' : zone,
      input: null,
    })
  }
  await renewKeyed(tx, plugin.id, zone)
}

/** One row a job and key; `input` of the declared ones is made when they fire. */
export async function putSchedule(
  tx: Tx,
  o: { plugin: string; job: string; key: string; cron: string; timeZone: string; input: object | null },
): Promise<void> {
  await tx.query(
    `INSERT INTO core.schedule (tenant_id, id, plugin_id, job, key, cron, time_zone, input, next_run_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT (tenant_id, job, key) DO UPDATE SET cron = $6, time_zone = $7, input = $8, next_run_at = $9, enabled = true`,
    [
      tx.tenantId,
      uuidv7(),
      o.plugin,
      o.job,
      o.key,
      o.cron,
      o.timeZone,
      o.input === null ? null : JSON.stringify(o.input),
      nextRun(o.cron, o.timeZone, tx.now()),
    ],
  )
}

/** Thousands of bots may have one each: one statement for all of them. */
async function renewKeyed(tx: Tx, pluginId: string, timeZone: string): Promise<void> {
  const rows = await tx.query<{ id: string; cron: string }>(
    `SELECT id, cron FROM core.schedule WHERE tenant_id = $1 AND plugin_id = $2 AND key <> ''`,
    [tx.tenantId, pluginId],
  )
  if (rows.length === 0) return
  await tx.query(
    `UPDATE core.schedule s SET enabled = true, time_zone = $2, next_run_at = n.at
       FROM unnest($3::uuid[], $4::timestamptz[]) AS n (id, at) WHERE s.tenant_id = $1 AND s.id = n.id`,
    [tx.tenantId, timeZone, rows.map(({ id }) => id), rows.map(({ cron }) => nextRun(cron, timeZone, tx.now()))],
  )
}

export const unscheduleJobs = (tx: Tx, plugin: InstalledPlugin) =>
  tx.query('UPDATE core.schedule SET enabled = false WHERE tenant_id = $1 AND plugin_id = $2', [tx.tenantId, plugin.id])

/** After the organisation has moved to another time zone. */
export async function rescheduleJobs(tx: Tx, plugins: readonly InstalledPlugin[]): Promise<void> {
  const on = await tx.query<{ plugin_id: string }>(
    'SELECT plugin_id FROM core.plugin_state WHERE tenant_id = $1 AND enabled',
    [tx.tenantId],
  )
  const ids = new Set(on.map((row) => row.plugin_id))
  for (const plugin of plugins) if (ids.has(plugin.id) || plugin.id === 'core') await scheduleJobs(tx, plugin)
}
