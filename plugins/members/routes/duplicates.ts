/** `/members/duplicates`: pairs of records that may be one person. */
import {
  Closed,
  defineListing,
  listQuery,
  Page,
  parseListQuery,
  readPage,
  requireVersion,
  Timestamp,
  Uuid,
} from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import { MemberSummary } from '../member-schema.ts'
import { type PairRow, pairColumns, pairOf, pairTables, readPair, setPairState } from '../sql/duplicate-pairs.ts'
import { type MembersRouter, tags } from './router.ts'

const states = ['open', 'different'] as const
const DuplicatePair = Type.Object(
  {
    id: Uuid(),
    members: Type.Array(
      Type.Object({
        ...MemberSummary.properties,
        email: Type.Union([Type.String(), Type.Null()]),
        birthday: Type.Union([Type.String(), Type.Null()], { description: 'Day of birth' }),
      }),
      { description: 'The two', minItems: 2, maxItems: 2 },
    ),
    score: Type.Integer({ description: '0..100; 95: name and birthday, 75: phone and first name, 60: name' }),
    reasons: Type.Array(Type.String(), { description: 'What makes them alike', maxItems: 10 }),
    state: Type.Enum([...states], { description: 'Open until somebody merges or refuses it' }),
    createdAt: Timestamp(),
    updatedAt: Timestamp(),
    version: Type.Integer(),
  },
  { title: 'DuplicatePair' },
)
export type DuplicatePair = Static<typeof DuplicatePair>

const listing = defineListing({
  id: 'duplicate-pairs',
  fields: {
    state: { type: 'text', column: 'p.state', description: 'State', values: states },
    score: { type: 'integer', column: 'p.score', description: 'Likeness, 0..100' },
    memberId: {
      type: 'uuid',
      description: 'One of the two',
      ops: ['eq'],
      sql: (_op, value, bind) => {
        const id = `${bind(value)}::uuid`
        return `p.first_id = ${id} OR p.second_id = ${id}`
      },
    },
  },
  sorts: {
    score: { column: 'p.score', type: 'integer', leads: true },
    createdAt: { column: 'p.created_at', type: 'timestamp' },
  },
  defaultSort: '-score',
  idColumn: 'p.id',
  tenantColumn: 'p.tenant_id',
})

export function duplicateRoutes(r: MembersRouter): void {
  r.route({
    method: 'GET',
    url: '/members/duplicates',
    access: { requires: 'members.merge' },
    summary: 'List probable duplicates',
    description: 'Open pairs unless `?state=` asks otherwise, the surest first. New members are compared at entry.',
    tags,
    schema: { query: listQuery(listing), response: Page(DuplicatePair) },
    handler: (ctx, { query }) =>
      ctx.read((tx) => {
        const asked = Object.keys(query).some((key) => key.startsWith('state'))
        return readPage<PairRow, DuplicatePair>(tx, listing, parseListQuery(listing, query), {
          select: pairColumns,
          from: pairTables,
          tenantId: tx.tenantId,
          where: () => ['a.deleted_at IS NULL AND b.deleted_at IS NULL', ...(asked ? [] : ["p.state = 'open'"])],
          of: pairOf,
        })
      }),
  })

  r.route({
    method: 'POST',
    url: '/members/duplicates/scan',
    access: { requires: 'members.merge' },
    summary: 'Look for duplicates among all members',
    description: 'Runs in the background; the list shows what it found.',
    tags,
    schema: { response: Type.Object({ state: Type.Literal('queued', { description: 'A job looks for them' }) }) },
    status: 202,
    handler: (ctx) =>
      ctx.transaction(async (tx) => {
        await tx.enqueue('members.scanDuplicates', {}, { key: `members.scanDuplicates:${tx.tenantId}` })
        await tx.audit({ action: 'members.duplicateScanRequested' })
        return { state: 'queued' as const }
      }),
  })

  r.route({
    method: 'PATCH',
    url: '/members/duplicates/:id',
    access: { requires: 'members.merge' },
    summary: 'Say that a pair is two people',
    description: 'No scan asks again; `open` takes it back.',
    tags,
    schema: {
      params: Closed({ id: Uuid() }),
      body: Closed({ state: Type.Enum([...states], { description: 'What was decided' }) }),
      response: DuplicatePair,
    },
    handler: (ctx, { params, body, facts }) =>
      ctx.transaction(async (tx) => {
        requireVersion(facts, (await readPair(tx, params.id)).version)
        await setPairState(tx, params.id, body.state)
        await tx.audit({
          action: 'members.duplicateDecided',
          target: { type: 'duplicatePair', id: params.id },
          meta: { state: body.state },
        })
        return readPair(tx, params.id)
      }),
  })
}
