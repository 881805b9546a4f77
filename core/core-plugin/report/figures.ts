import type { MaintenanceFigure } from '@guildhall/sdk'
import { QueryTypes, type Sequelize } from 'sequelize'
import { deadLetterQueue } from '../../jobs/queue.ts'

/** A figure of many organisations at once: what core counts in its own tables. */
export interface PlatformFigure extends Pick<MaintenanceFigure, 'id' | 'title'> {
  /** By organisation; those without are left out. */
  count(platform: Sequelize): Promise<ReadonlyMap<string, number>>
}

const counted =
  (sql: string, bind: readonly unknown[] = []): PlatformFigure['count'] =>
  async (platform) => {
    const rows = await platform.query<{ tenant: string; n: number }>(sql, {
      bind: [...bind],
      type: QueryTypes.SELECT,
    })
    return new Map(rows.map(({ tenant, n }) => [tenant, n]))
  }

export const platformFigures: readonly PlatformFigure[] = [
  {
    id: 'core.failed-jobs',
    title: 'Jobs given up after their last attempt',
    count: counted(
      `SELECT data->>'tenant' AS tenant, count(*)::int AS n FROM pgboss.job WHERE name = $1 AND data->>'tenant' IS NOT NULL GROUP BY 1`,
      [deadLetterQueue],
    ),
  },
  {
    id: 'core.retrying-jobs',
    title: 'Jobs that failed and are tried again',
    count: counted(
      `SELECT data->>'tenant' AS tenant, count(*)::int AS n FROM pgboss.job WHERE state = 'retry' AND data->>'tenant' IS NOT NULL GROUP BY 1`,
    ),
  },
  {
    id: 'core.parked-jobs',
    title: 'Jobs that wait for their plugin to be switched on',
    count: counted('SELECT tenant_id AS tenant, count(*)::int AS n FROM core.parked_job GROUP BY 1'),
  },
  {
    id: 'core.overdue-schedules',
    title: 'Schedules that should have fired a quarter of an hour ago',
    count: counted(
      `SELECT tenant_id AS tenant, count(*)::int AS n FROM core.schedule
        WHERE enabled AND next_run_at < now() - interval '15 minutes' GROUP BY 1`,
    ),
  },
]
