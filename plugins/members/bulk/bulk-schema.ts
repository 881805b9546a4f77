import { Closed, Filter, List, Nullable, Text, Timestamp, Uuid } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'

/** Members that one operation takes at most, and how many it takes in one call with `apply: true`. */
export const mostMembers = 250_000
export const mostAtOnce = 200
const mostIds = 20_000

export const BulkInput = Closed(
  {
    operation: Text(60, {
      description:
        'suspend, reactivate, changeRole, tag, export, delete; with their plugins on also changePlan and addToGroup',
    }),
    ids: Type.Optional(List(Uuid(), mostIds, { description: 'These members; or `filter`' })),
    filter: Type.Optional(Filter.ref),
    parameters: Type.Optional(
      Type.Unsafe<Record<string, unknown>>({
        type: 'object',
        additionalProperties: true,
        'x-max-bytes': 16_384,
        description:
          'changeRole `{ role }`, tag `{ add?, remove? }`, export `{ format?, language? }` (csv, xlsx, ndjson; en, de), changePlan `{ planId, on? }`, addToGroup `{ groupId, role?, from?, until? }`; the others none',
      }),
    ),
    reason: Type.Optional(Text(1000, { description: 'Stands in the log of each member; required to suspend' })),
    apply: Type.Optional(
      Type.Boolean({ description: `Plan and apply at once, for at most ${mostAtOnce} ids. Default false` }),
    ),
  },
  {
    title: 'BulkOperationInput',
    examples: [
      { operation: 'suspend', filter: { field: 'tag', op: 'has', value: 'unpaid' }, reason: 'Fees unpaid since March' },
    ],
  },
)
export type BulkInput = Static<typeof BulkInput>

export const bulkStates = ['planning', 'planned', 'applying', 'applied', 'cancelled', 'failed'] as const

const MemberProblem = Type.Object({ memberId: Uuid(), reason: Type.String() }, { title: 'BulkProblem' })
export const BulkOperation = Type.Object(
  {
    id: Uuid(),
    operation: Type.String(),
    parameters: Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true }),
    reason: Nullable(Type.String()),
    state: Type.Enum([...bulkStates], {
      description: 'More members than a request can plan are planned in the background',
    }),
    hash: Nullable(Type.String({ description: 'Of the plan; send it to `apply`' })),
    counts: Type.Object({
      total: Type.Integer(),
      change: Type.Integer(),
      unchanged: Type.Integer(),
      conflict: Type.Integer(),
    }),
    problems: Type.Array(MemberProblem, { maxItems: 100, description: 'The first 100; all of them at `rows`' }),
    progress: Type.Object({ done: Type.Integer(), of: Type.Integer() }),
    result: Type.Object(
      { changed: Type.Integer(), skipped: Type.Integer(), failed: Type.Integer() },
      { description: 'Skipped: changed since the plan, so that it no longer fits' },
    ),
    failure: Nullable(Type.String()),
    file: Nullable(Type.String({ description: 'Where an export can be fetched' })),
    plannedAt: Nullable(Timestamp()),
    appliedAt: Nullable(Timestamp()),
    createdAt: Timestamp(),
    updatedAt: Timestamp(),
    version: Type.Integer(),
  },
  { title: 'BulkOperation' },
)
export type BulkOperation = Static<typeof BulkOperation>

export const BulkRow = Type.Object(
  {
    number: Type.Integer(),
    memberId: Uuid(),
    outcome: Type.Enum(['change', 'unchanged', 'conflict']),
    reason: Nullable(Type.String()),
    result: Nullable(Type.Enum(['changed', 'skipped', 'failed'])),
  },
  { title: 'BulkRow' },
)
export type BulkRow = Static<typeof BulkRow>
