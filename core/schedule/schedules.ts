import type { Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import type { InstalledPlugin } from '../plugin-host/index.ts'
import { nextRun } from './cron.ts'

const timeZoneOf = async (tx: Tx): Promise<string> => {
  const [row] = await tx.query<{ zone: string | null }>(
    `SELECT settings->>'timeZone' AS zone FROM core.tenant WHERE id = $1`,
    [tx.tenantId],
  )
  return row?.zone ?? 'Europe/Berlin'
}

/** Enters a plugin's schedules when it is switched on; what missed its time while it was off is not made up for. */
export async function scheduleJobs(tx: Tx, plugin: InstalledPlugin): Promise<void> {
  const zone = await timeZoneOf(tx)
  for (const { id, schedule } of plugin.jobs) {
    if (!schedule) continue
    const timeZone = schedule.timezone === 'UTC' ? 'UTC' : zone
    await tx.query(
      `INSERT INTO core.schedule (tenant_id, id, plugin_id, job, cron, time_zone, next_run_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (tenant_id, job, key) DO UPDATE SET cron = $5, time_zone = $6, next_run_at = $7, enabled = true`,
      [tx.tenantId, uuidv7(), plugin.id, id, schedule.cron, timeZone, nextRun(schedule.cron, timeZone, tx.now())],
    )
  }
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
