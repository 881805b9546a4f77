/** `/imports`: a file in, a plan out; applied, cancelled and undone by its id. */
import { Readable } from 'node:stream'
import {
  ApplyPlan,
  Closed,
  invalid,
  listQuery,
  Page,
  Problem,
  parseListQuery,
  problems,
  requireEverywhere,
  Text,
  type Tx,
  Uuid,
} from '@guildhall/sdk'
import Type from 'typebox'
import type { MembersContext } from '../context.ts'
import type { MembersRouter } from '../routes/router.ts'
import { writeSheet } from '../sheets/index.ts'
import { beginApply, requireHash } from './apply-plan.ts'
import { importListing, importPage } from './import-list.ts'
import { Import, ImportOptions, Mapping, RowProblem } from './import-schema.ts'
import { beginUndo, cancelImport, createImport } from './import-service.ts'
import { readImport, readProblems } from './import-sql.ts'
import { showImport } from './import-view.ts'

const tags = ['Imports']
const ImportId = Closed({ id: Uuid() })
const access = { requires: 'members.import' } as const
const MAX_BYTES = 200 * 1024 * 1024

export function importRoutes(r: MembersRouter): void {
  r.upload({
    url: '/imports',
    access,
    summary: 'Plan the import of a CSV, XLSX or ODS file',
    description:
      'A file of up to 2,000 rows is planned in the call; a larger one in the background (`state` planning). Nothing is changed before the plan is applied, unless `apply` says so.',
    tags,
    status: 201,
    maxBytes: MAX_BYTES,
    schema: {
      response: Import,
      fields: Type.Object({
        into: Type.Optional(
          Text(40, {
            description: 'members, groups, group-members or memberships. Default members',
            examples: ['members'],
          }),
        ),
        mapping: Type.Optional(Mapping),
        options: Type.Optional(ImportOptions),
        apply: Type.Optional(Type.Boolean({ description: 'Applies the plan as soon as it stands. Default false' })),
      }),
    },
    handler: (ctx, { file }) => {
      const { fields } = file
      return createImport(ctx, {
        path: file.path,
        fileName: file.fileName,
        into: fields.into ?? 'members',
        apply: flag(fields.apply),
        ...(fields.mapping && { mapping: json(fields.mapping, 'mapping') as Record<string, string | null> }),
        ...(fields.options && { options: json(fields.options, 'options') as ImportOptions }),
      })
    },
  })
  r.route({
    method: 'GET',
    url: '/imports',
    access,
    summary: 'List imports',
    tags,
    schema: { query: listQuery(importListing), response: Page(Import) },
    handler: (ctx, { query }) => reading(ctx, (tx) => importPage(tx, parseListQuery(importListing, query))),
  })
  r.route({
    method: 'GET',
    url: '/imports/:id',
    access,
    summary: 'See how an import stands, its counts and its first problems',
    tags,
    schema: { params: ImportId, response: Import },
    handler: (ctx, { params }) => reading(ctx, (tx) => showImport(tx, params.id)),
  })
  problemRoutes(r)
  r.route({
    method: 'POST',
    url: '/imports/:id/apply',
    access,
    summary: 'Apply a plan',
    description: 'Refused with 409 `plan-outdated` and the rows when data changed since the plan was made.',
    tags,
    status: 202,
    schema: {
      params: ImportId,
      body: ApplyPlan,
      response: Import,
    },
    handler: (ctx, { params, body }) =>
      writing(ctx, params.id, (tx) => beginApply(ctx, tx, params.id, requireHash(body.hash))),
  })
  r.route({
    method: 'POST',
    url: '/imports/:id/cancel',
    access,
    summary: 'Cancel an import that is planned, being planned or being applied',
    description: 'What is applied already stays, and can be undone.',
    tags,
    status: 202,
    schema: { params: ImportId, response: Import },
    handler: (ctx, { params }) => writing(ctx, params.id, (tx) => cancelImport(tx, params.id)),
  })
  r.route({
    method: 'POST',
    url: '/imports/:id/undo',
    access,
    summary: 'Undo an applied import as a whole',
    description: 'Refused with 409 and the rows when anything it touched changed since.',
    tags,
    status: 202,
    schema: { params: ImportId, response: Import },
    handler: (ctx, { params }) => writing(ctx, params.id, (tx) => beginUndo(ctx, tx, params.id)),
  })
}

function problemRoutes(r: MembersRouter): void {
  r.route({
    method: 'GET',
    url: '/imports/:id/problems',
    access,
    summary: 'List the rows an import leaves out, and why',
    tags,
    schema: {
      params: ImportId,
      query: Closed({
        limit: Type.Integer({ minimum: 1, maximum: 200, default: 25, description: 'Rows a page' }),
        cursor: Type.Optional(Type.String({ maxLength: 20, description: 'From `page.nextCursor` of the page before' })),
      }),
      response: Page(RowProblem),
    },
    handler: (ctx, { params, query }) =>
      reading(ctx, async (tx) => {
        await readImport(tx, params.id)
        const { problems: items, last } = await readProblems(tx, params.id, afterOf(query.cursor), query.limit)
        return { items, page: { nextCursor: last === null ? null : String(last) } }
      }),
  })
  r.download({
    url: '/imports/:id/problems.csv',
    access,
    summary: 'Download the rows an import leaves out, as CSV',
    tags,
    produces: ['text/csv'],
    schema: { params: ImportId },
    handler: async (ctx, { params }) => {
      const { file_name } = await reading(ctx, (tx) => readImport(tx, params.id))
      const columns = ['row', 'outcome', 'column', 'value', 'reason', 'accepted'].map((key) => ({ key, header: key }))
      const body = writeSheet(allProblems(ctx, params.id), { format: 'csv', columns })
      return {
        fileName: `${file_name.replace(/\.\w+$/, '')}-problems.csv`,
        type: 'text/csv; charset=utf-8',
        body: Readable.from(body),
      }
    },
  })
}

async function* allProblems(ctx: MembersContext, id: string): AsyncGenerator<object> {
  for (let after: number | null = 0; after !== null; ) {
    const from: number = after
    const { problems: page, last } = await ctx.read((tx) => readProblems(tx, id, from, 1000))
    yield* page
    after = last
  }
}

const reading = <R>(ctx: MembersContext, fn: (tx: Tx) => Promise<R>): Promise<R> => {
  requireEverywhere(ctx, 'members.import')
  return ctx.read(fn)
}

const writing = (ctx: MembersContext, id: string, fn: (tx: Tx) => Promise<void>): Promise<Import> =>
  ctx.transaction(async (tx) => {
    requireEverywhere(ctx, 'members.import')
    await fn(tx)
    return showImport(tx, id)
  })

function afterOf(cursor: string | undefined): number {
  if (cursor === undefined || cursor === '') return 0
  const after = /^\d{1,9}$/.test(cursor) ? Number(cursor) : Number.NaN
  if (Number.isNaN(after)) throw new Problem(problems.invalidCursor)
  return after
}

function json(text: string, field: string): object {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch {
    // Falls through to the one answer.
  }
  throw invalid(`/${field}`, 'Send a JSON object', { code: 'json' })
}

function flag(text: string | undefined): boolean {
  if (text === undefined || text === '' || text === 'false') return false
  if (text === 'true') return true
  throw invalid('/apply', 'Write true or false')
}
