/** `/bots/{id}/logs`: a page of lines, or the lines as they come. */
import {
  Closed,
  defineListing,
  isUuid,
  listQuery,
  Page,
  parseListQuery,
  readPage,
  Text,
  Timestamp,
} from '@guildhall/sdk'
import Type from 'typebox'
import type { BotsRouter } from '../../context.ts'
import { installationByKey } from '../../installations/stored.ts'
import { LogView } from '../inbox/run-schema.ts'
import { follow } from './follow.ts'
import { type LogLevel, logLevels } from './log-writer.ts'
import { containing, type LogRow, logColumns, logView } from './read-logs.ts'

const logListing = defineListing({
  id: 'bots.logs',
  fields: {
    level: { type: 'text', column: 'l.level', description: 'How grave', values: logLevels },
    run: { type: 'uuid', column: 'l.run_id', description: 'Of this run only' },
  },
  sorts: { id: { column: 'l.id', type: 'uuid', leads: true } },
  defaultSort: '-id',
  idColumn: 'l.id',
  tenantColumn: 'l.tenant_id',
  search: 'Lines that contain this text, whatever case',
  parameters: { since: Type.Optional(Timestamp({ description: 'Lines from this time on' })) },
})
const Params = Closed({ id: Text(80) })

export function logRoutes(r: BotsRouter): void {
  r.route({
    method: 'GET',
    url: '/bots/:id/logs',
    access: { requires: 'bots.read' },
    summary: 'Read or follow what a bot says',
    description:
      'Newest first. With `Accept: text/event-stream` new lines are sent as events `log` while the connection stands; ' +
      '`Last-Event-ID` goes on after that line. `level`, `run` and `search` count there too.',
    tags: ['Runs of bots'],
    schema: { params: Params, query: listQuery(logListing), response: Page(LogView) },
    handler: (ctx, { params, query }) =>
      ctx.read(async (tx) => {
        const { id } = await installationByKey(tx, params.id)
        const request = parseListQuery(logListing, query)
        return readPage<LogRow, LogView>(tx, logListing, request, {
          select: logColumns,
          from: 'bots.log l',
          tenantId: tx.tenantId,
          where: (bind) => [
            `l.installation_id = ${bind(id)}::uuid`,
            ...(query.since === undefined ? [] : [`l.at >= ${bind(query.since)}::timestamptz`]),
            ...(request.search === undefined ? [] : [containing(request.search, bind)]),
          ],
          of: logView,
        })
      }),
    stream: async function* (ctx, { params, query, signal, lastEventId }) {
      const { id } = await ctx.read((tx) => installationByKey(tx, params.id))
      const { level, run } = query as { level?: string; run?: string }
      const { search } = parseListQuery(logListing, query)
      yield* follow(
        ctx,
        {
          installationId: id,
          ...(run !== undefined && { runId: run }),
          ...(level !== undefined && { levels: level.split(',') as LogLevel[] }),
          ...(search !== undefined && { search }),
        },
        { signal, lastEventId: lastEventId !== null && isUuid(lastEventId) ? lastEventId : null },
      )
    },
  })
}
