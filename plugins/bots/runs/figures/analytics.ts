/** Bots in the organisation's report: `topic=bots`. */
import { type Figure, organizationMidnight } from '@guildhall/sdk'

const topic = 'bots'
const period = `r.tenant_id = $1 AND r.mode = 'live'
  AND r.queued_at >= ${organizationMidnight('$2::date')} AND r.queued_at < ${organizationMidnight('$3::date + 1')}`

export const botFigures: readonly Figure[] = [
  {
    key: 'botsInstalled',
    title: 'Bots installed, switched on, and stopped by the platform',
    topic,
    compute: async (tx) => {
      const [row] = await tx.query<{ installed: number; enabled: number; stopped: number }>(
        `SELECT count(*)::int AS installed, count(*) FILTER (WHERE i.enabled)::int AS enabled,
                count(*) FILTER (WHERE i.stopped IS NOT NULL)::int AS stopped
           FROM bots.installation i WHERE i.tenant_id = $1`,
        [tx.tenantId],
      )
      return row
    },
  },
  {
    key: 'botRuns',
    title: 'Runs of bots, by how they ended',
    topic,
    compute: async (tx, { from, to }) => {
      const rows = await tx.query<{ status: string; n: number }>(
        `SELECT r.status, count(*)::int AS n FROM bots.run r WHERE ${period} GROUP BY 1 ORDER BY 1`,
        [tx.tenantId, from, to],
      )
      return Object.fromEntries(rows.map(({ status, n }) => [status, n]))
    },
  },
  {
    key: 'botRunsByBot',
    title: 'Runs of each bot',
    topic,
    compute: async (tx, { from, to }) => {
      const rows = await tx.query<{ bot: string; n: number }>(
        `SELECT i.key AS bot, count(*)::int AS n
           FROM bots.run r JOIN bots.installation i ON i.tenant_id = r.tenant_id AND i.id = r.installation_id
          WHERE ${period} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 50`,
        [tx.tenantId, from, to],
      )
      return Object.fromEntries(rows.map(({ bot, n }) => [bot, n]))
    },
  },
]
