/** Runs as lists show them; the failed inbox is the list with `status=failed`. */
import { defineListing, type ListRequest, type PageOf, readPage, type Tx } from '@guildhall/sdk'
import type { BotsContext } from '../../context.ts'
import type { Language } from '../../definitions/requests.ts'
import { type Run, runColumns, runModes, runStatuses } from '../stored.ts'
import { summaryOf } from '../summary.ts'
import { causesOf } from './causes.ts'
import { deedsOf } from './deeds.ts'
import type { RunShown, RunView } from './run-schema.ts'
import { withReasons } from './waiting.ts'

export const runListing = defineListing({
  id: 'bots.runs',
  fields: {
    status: { type: 'text', column: 'r.status', description: 'Where it is', values: runStatuses },
    mode: { type: 'text', column: 'r.mode', description: 'In earnest, dry, replayed or rehearsed', values: runModes },
    installationId: { type: 'uuid', column: 'r.installation_id', description: 'The installed bot' },
    queuedAt: { type: 'timestamp', column: 'r.queued_at', description: 'When it was asked for' },
  },
  sorts: { queuedAt: { column: 'r.queued_at', type: 'timestamp', leads: true } },
  defaultSort: '-queuedAt',
  idColumn: 'r.id',
  tenantColumn: 'r.tenant_id',
})

type Row = Run & { readonly bot: string; readonly version: string }
const select = `${runColumns}, i.key AS bot, v.version`
const from = `bots.run r JOIN bots.installation i ON i.tenant_id = r.tenant_id AND i.id = r.installation_id
  JOIN bots.bot_version v ON v.tenant_id = r.tenant_id AND v.id = r.version_id`

export async function runPage(
  ctx: BotsContext,
  tx: Tx,
  request: ListRequest,
  o: { readonly language: Language; readonly installationId?: string },
): Promise<PageOf<RunShown>> {
  const { installationId } = o
  const page = await readPage<Row, Row>(tx, runListing, request, {
    select,
    from,
    tenantId: tx.tenantId,
    where: (bind) => (installationId === undefined ? [] : [`r.installation_id = ${bind(installationId)}::uuid`]),
    of: (row) => row,
  })
  return { ...page, items: await shownRuns(ctx, tx, page.items, o.language) }
}

/** Runs with what started them, what they did, and what they wait for. */
export async function shownRuns(
  ctx: BotsContext,
  tx: Tx,
  rows: readonly Row[],
  language: Language,
): Promise<RunShown[]> {
  const causes = await causesOf(ctx, tx, rows, language)
  const ids = rows.map(({ id }) => id)
  const deeds = await deedsOf(ctx, tx, ids, language)
  const shown = rows.map((row) => ({ ...viewOf(row), cause: causes.get(row.id)!, did: deeds.get(row.id) ?? [] }))
  return withReasons(ctx, tx, shown)
}

export async function runRow(tx: Tx, id: string): Promise<Row | null> {
  const [row] = await tx.query<Row>(`SELECT ${select} FROM ${from} WHERE r.tenant_id = $1 AND r.id = $2`, [
    tx.tenantId,
    id,
  ])
  return row ?? null
}

export const viewOf = (run: Row): RunView => ({
  id: run.id,
  bot: run.bot,
  installationId: run.installationId,
  version: run.version,
  configVersion: run.configVersion,
  mode: run.mode,
  triggerKind: run.triggerKind,
  status: run.status,
  reason: run.reason,
  ended: run.ended,
  attempt: run.attempt,
  nextAttemptAt: run.nextAttemptAt?.toISOString() ?? null,
  ofRunId: run.ofRunId,
  depth: run.depth,
  summary: summaryOf(run.result),
  queuedAt: run.queuedAt.toISOString(),
  startedAt: run.startedAt?.toISOString() ?? null,
  finishedAt: run.finishedAt?.toISOString() ?? null,
})
