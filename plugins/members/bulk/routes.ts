/** `/members/bulk-operations`: plan, look, apply, stop. */
import {
  ApplyPlan,
  Closed,
  defineListing,
  listQuery,
  Page,
  parseListQuery,
  problems,
  readPage,
  requireVersion,
  Uuid,
} from '@guildhall/sdk'
import type { MembersRouter } from '../routes/router.ts'
import { sheetTypes } from '../sheet-service.ts'
import { applyAtOnce, beginApply, cancel } from './apply.ts'
import { BulkInput, BulkOperation, BulkRow } from './bulk-schema.ts'
import { readOperation } from './bulk-sql.ts'
import { requireBulk, viewOf } from './bulk-view.ts'
import { download } from './download.ts'
import { beginPlan } from './plan.ts'

const Params = Closed({ id: Uuid() })
const tags = ['Bulk operations'] as const
/** What each operation needs is asked of each member; to come in one has to see members. */
const access = { requires: 'members.read' } as const
const url = '/members/bulk-operations'

const rowListing = defineListing({
  id: 'members.bulk-rows',
  fields: {
    outcome: {
      type: 'text',
      column: 'r.outcome',
      description: 'What was planned',
      values: ['change', 'unchanged', 'conflict'],
    },
    result: {
      type: 'text',
      column: 'r.result',
      description: 'What became of it',
      nullable: true,
      values: ['changed', 'skipped', 'failed'],
    },
  },
  sorts: { number: { column: 'r.number', type: 'integer', leads: true } },
  defaultSort: 'number',
  idColumn: 'r.member_id',
  tenantColumn: 'r.tenant_id',
})

export function bulkRoutes(r: MembersRouter): void {
  r.route({
    method: 'POST',
    url,
    access,
    summary: 'Plan a change of many members',
    description:
      'Changes nothing yet, unless `apply` is true. The permission of the operation is asked for each member. ' +
      'Large plans are made in the background: `state` is then `planning`.',
    tags,
    problems: [problems.planOutdated],
    schema: { body: BulkInput, response: BulkOperation },
    status: 201,
    bodyLimit: 2_097_152,
    handler: (ctx, { body }) =>
      ctx.transaction(async (tx) => {
        const planned = await beginPlan(ctx, tx, body)
        if (body.apply) await applyAtOnce(ctx, tx, planned)
        return viewOf(tx, (await readOperation(tx, planned.id))!)
      }),
  })

  r.route({
    method: 'GET',
    url: `${url}/:id`,
    access,
    summary: 'Show a bulk operation and how far it is',
    tags,
    schema: { params: Params, response: BulkOperation },
    handler: (ctx, { params }) => ctx.read(async (tx) => viewOf(tx, await requireBulk(ctx, tx, params.id))),
  })

  r.route({
    method: 'GET',
    url: `${url}/:id/rows`,
    access,
    summary: 'List what was planned for each member, and what became of it',
    tags,
    schema: { params: Params, query: listQuery(rowListing), response: Page(BulkRow) },
    handler: (ctx, { params, query }) =>
      ctx.read(async (tx) => {
        const { id } = await requireBulk(ctx, tx, params.id)
        return readPage<BulkRow>(tx, rowListing, parseListQuery(rowListing, query), {
          select: 'r.number, r.member_id AS "memberId", r.outcome, r.reason, r.result',
          from: 'members.bulk_row r',
          tenantId: tx.tenantId,
          where: (bind) => [`r.bulk_id = ${bind(id)}::uuid`],
        })
      }),
  })

  r.route({
    method: 'POST',
    url: `${url}/:id/apply`,
    ifMatch: true,
    access,
    summary: 'Apply a plan',
    description:
      'In the background. Refused when members changed since; `changed` names them. Sent again, it goes on where it was left.',
    tags,
    problems: [problems.planOutdated],
    schema: { params: Params, body: ApplyPlan, response: BulkOperation },
    status: 202,
    location: `/api/v1${url}`,
    handler: (ctx, { params, body, facts }) =>
      ctx.transaction(async (tx) => {
        const row = await requireBulk(ctx, tx, params.id, { lock: true })
        requireVersion(facts, row.version)
        await beginApply(ctx, tx, row, body.hash)
        return viewOf(tx, (await readOperation(tx, row.id))!)
      }),
  })

  r.route({
    method: 'POST',
    url: `${url}/:id/cancel`,
    ifMatch: true,
    access,
    summary: 'Stop a bulk operation',
    description: 'Between two batches; what is done stays done.',
    tags,
    schema: { params: Params, response: BulkOperation },
    handler: (ctx, { params, facts }) =>
      ctx.transaction(async (tx) => {
        const row = await requireBulk(ctx, tx, params.id, { lock: true })
        requireVersion(facts, row.version)
        await cancel(tx, row)
        return viewOf(tx, (await readOperation(tx, row.id))!)
      }),
  })

  r.download({
    url: `${url}/:id/file`,
    access: { requires: 'members.export' },
    summary: 'Fetch the file of an applied export',
    tags,
    problems: [problems.conflict],
    produces: sheetTypes,
    schema: { params: Params },
    handler: (ctx, { params }) => download(ctx, params.id),
  })
}
