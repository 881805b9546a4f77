/** What runs changed, counted: for a line in a list. */
import type { Tx } from '@guildhall/sdk'
import type { BotsContext } from '../../context.ts'
import { titleIn } from '../../definitions/german-titles.ts'
import type { Language } from '../../definitions/requests.ts'
import type { RunDeed } from './run-schema.ts'

type Row = { readonly runId: string; readonly method: string; readonly name: string; readonly times: number }

/** By the id of the run; one that changed nothing is not there. What a bot notes for itself is nothing others would notice. */
export async function deedsOf(
  ctx: BotsContext,
  tx: Tx,
  runIds: readonly string[],
  language: Language,
): Promise<ReadonlyMap<string, RunDeed[]>> {
  if (runIds.length === 0) return new Map()
  const rows = await tx.query<Row>(
    `SELECT run_id AS "runId", method, name, count(*)::int AS times FROM bots.call
      WHERE tenant_id = $1 AND run_id = ANY($2::uuid[]) AND method IN ('action', 'fetch')
        AND effect IN ('write', 'destructive') AND answer->>'ok' = 'true'
      GROUP BY run_id, method, name ORDER BY run_id, min(sequence)`,
    [tx.tenantId, runIds],
  )
  const titles = new Map(ctx.use.actions.list().map(({ id, title }) => [id, titleIn(language, title)]))
  const deedOf = ({ method, name, times }: Row): RunDeed => ({
    method: method === 'fetch' ? 'fetch' : 'action',
    name,
    title: method === 'fetch' ? null : (titles.get(name) ?? name),
    times,
  })
  return new Map(
    [...Map.groupBy(rows, ({ runId }) => runId)].map(([runId, done]) => [runId, done.map(deedOf)] as const),
  )
}
