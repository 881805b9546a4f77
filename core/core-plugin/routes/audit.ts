import { Readable } from 'node:stream'
import { listQuery, Page, parseListQuery } from '@guildhall/sdk'
import { AuditView, auditListing, auditPage, auditPages, noteReading } from '../../audit/index.ts'
import type { CoreRouter, Place } from '../surroundings.ts'

const tags = ['Audit']

export function auditRoutes(r: CoreRouter, place: Place): void {
  r.route({
    method: 'GET',
    url: '/audit',
    access: { requires: 'core.audit.read' },
    summary: 'Read the audit trail; the reading is written down too',
    tags,
    schema: { query: listQuery(auditListing), response: Page(AuditView) },
    handler: async (ctx, { query, facts }) => {
      const request = parseListQuery(auditListing, query)
      const page = await ctx.read((tx) => auditPage(tx, request))
      await noteReading(place.around.runtime.units, {
        tenantId: ctx.tenantId,
        actor: ctx.actor,
        facts,
        action: 'core.audit-read',
        meta: { rows: page.items.length },
      })
      return page
    },
  })
  r.download({
    url: '/audit/export',
    access: { requires: 'core.audit.read' },
    summary: 'Export the audit trail, one JSON object a line',
    tags,
    produces: ['application/x-ndjson'],
    schema: { query: listQuery(auditListing) },
    handler: async (ctx, { query, facts }) => {
      const request = parseListQuery(auditListing, query)
      await noteReading(place.around.runtime.units, {
        tenantId: ctx.tenantId,
        actor: ctx.actor,
        facts,
        action: 'core.audit-exported',
      })
      return {
        fileName: `audit-${ctx.now().toISOString().slice(0, 10)}.ndjson`,
        type: 'application/x-ndjson',
        body: Readable.from(lines(auditPages((fn) => ctx.read(fn), request, ctx.signal))),
      }
    },
  })
}

async function* lines(rows: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`
}
