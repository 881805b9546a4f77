/** How much one organisation keeps: whoever lists bots reads all of it. */
import { Problem, problems, type Tx } from '@guildhall/sdk'

const most = {
  installation: { rows: 200, says: 'An organisation has at most 200 installed bots: remove one that is not needed.' },
  bot_version: { rows: 1000, says: 'An organisation has at most 1000 versions of bots, and versions stay.' },
} as const

/** Asked with the new row there already, which goes again with its unit of work. @throws Problem 409 */
export async function requireRoom(tx: Tx, table: keyof typeof most): Promise<void> {
  const { rows, says } = most[table]
  const [found] = await tx.query<{ more: boolean }>(
    `SELECT count(*) > $2 AS more FROM bots.${table} WHERE tenant_id = $1`,
    [tx.tenantId, rows],
  )
  if (found?.more) throw new Problem(problems.conflict, { detail: says })
}
