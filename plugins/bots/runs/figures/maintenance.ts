/** For the operator's report: runs nobody has looked at, bots the platform stopped, and how full their stores are. */
import { type MaintenanceFigure, stateQuotas } from '@guildhall/sdk'

const counted = (id: `bots.${string}`, title: string, sql: string, limit: number | null = null): MaintenanceFigure => ({
  id,
  title,
  compute: async (tx) => {
    const [row] = await tx.query<{ n: number }>(sql, [tx.tenantId])
    return { value: row!.n, limit }
  },
})

export const botMaintenance: readonly MaintenanceFigure[] = [
  counted(
    'bots.failed-runs',
    'Runs of bots that failed and wait for somebody',
    `SELECT count(*)::integer AS n FROM bots.run r WHERE r.tenant_id = $1 AND r.status = 'failed'`,
  ),
  counted(
    'bots.stopped',
    'Bots that were switched off after failures',
    'SELECT count(*)::integer AS n FROM bots.installation i WHERE i.tenant_id = $1 AND i.stopped IS NOT NULL',
  ),
  counted(
    'bots.fullest-store',
    'Bytes that the fullest store of a bot holds',
    `SELECT coalesce(max(s.bytes), 0)::integer AS n FROM
       (SELECT sum(e.bytes + octet_length(e.key)) AS bytes FROM bots.state e WHERE e.tenant_id = $1 GROUP BY e.installation_id) s`,
    stateQuotas.totalBytes,
  ),
]
