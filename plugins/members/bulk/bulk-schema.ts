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

const MemberProblem = Type.Object(
  { memberId: Uuid(), reason: Type.String({ description: 'Why this member is left out' }) },
  { title: 'BulkProblem' },
)
export const BulkOperation = Type.Object(
  {
    id: Uuid(),
    operation: Type.String({ description: 'What is done with each member' }),
    parameters: Type.Unsafe<Record<string, unknown>>({
      description: 'As sent; what they are depends on the operation',
      type: 'object',
      additionalProperties: true,
    }),
    reason: Nullable(Type.String({ description: 'Why, for the history of each member' })),
    state: Type.Enum([...bulkStates], {
      description: 'More members than a request can plan are planned in the background',
    }),
    hash: Nullable(Type.String({ description: 'Of the plan; send it to `apply`' })),
    counts: Type.Object(
      {
        total: Type.Integer({ description: 'All that were chosen' }),
        change: Type.Integer({ description: 'Will be changed' }),
        unchanged: Type.Integer({ description: 'Are that way already' }),
        conflict: Type.Integer({ description: 'Cannot be changed' }),
      },
      { description: 'How many members, by what the plan does with them' },
    ),
    problems: Type.Array(MemberProblem, { maxItems: 100, description: 'The first 100; all of them at `rows`' }),
    progress: Type.Object(
      {
        done: Type.Integer({ description: 'Members gone through' }),
        of: Type.Integer({ description: 'Members to go through' }),
      },
      { description: 'How far applying is' },
    ),
    result: Type.Object(
      {
        changed: Type.Integer({ description: 'Members that were changed' }),
        skipped: Type.Integer({ description: 'Members that had changed since the plan' }),
        failed: Type.Integer({ description: 'Members that could not be changed' }),
      },
      { description: 'Skipped: changed since the plan, so that it no longer fits' },
    ),
    failure: Nullable(Type.String({ description: 'Why it broke off' })),
    file: Nullable(Type.String({ description: 'Where an export can be fetched' })),
    plannedAt: Nullable(Timestamp({ description: 'When the plan was ready' })),
    appliedAt: Nullable(Timestamp({ description: 'When the last member was done' })),
    createdAt: Timestamp(),
    updatedAt: Timestamp(),
    version: Type.Integer(),
  },
  { title: 'BulkOperation' },
)
export type BulkOperation = Static<typeof BulkOperation>

export const BulkRow = Type.Object(
  {
    number: Type.Integer({ description: 'In the order of the plan, from 1' }),
    memberId: Uuid(),
    outcome: Type.Enum(['change', 'unchanged', 'conflict'], { description: 'What the plan does with this member' }),
    reason: Nullable(Type.String({ description: 'Why it is a conflict' })),
    result: Nullable(
      Type.Enum(['changed', 'skipped', 'failed'], { description: 'What became of it; null: not applied yet' }),
    ),
  },
  { title: 'BulkRow' },
)
export type BulkRow = Static<typeof BulkRow>
