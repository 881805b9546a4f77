/** `/members/{id}/merge`: plan and apply, as everywhere. The member in the address is the one that stays. */
import { ApplyPlan, Closed, invalid, Problem, problems, Timestamp, type Tx, Uuid } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import { v7 as uuidv7 } from 'uuid'
import { requireMember } from '../access.ts'
import type { MembersContext } from '../context.ts'
import { profileFields } from '../record/stored.ts'
import { applyMerge, hashOf, mergedFields, mergeProblems } from '../service/merge.ts'
import { claimMerge, insertMerge, type MergeRow, noteMoved, readMerge } from '../sql/merge.ts'
import { readMembers } from '../sql/read-members.ts'
import { living } from './member.ts'
import { MemberId, type MembersRouter, tags } from './router.ts'

const Side = Type.Enum(['winner', 'loser', 'both'], { description: 'Whose value stays; both: lists are put together' })
const MergeInput = Closed(
  {
    loserId: Uuid({ description: 'The record that goes; its id leads to the one that stays' }),
    fields: Type.Optional(
      Closed(Object.fromEntries(profileFields.map((field) => [field, Type.Optional(Side)])), {
        description: 'Whose value a field takes. Default: the winner’s, the loser’s where it is empty, lists joined',
      }),
    ),
  },
  { title: 'MergeInput', examples: [{ loserId: '0198c5f0-3f6c-7cc0-8a51-5b2f5a3f7f11', fields: { email: 'loser' } }] },
)
const Merge = Type.Object(
  {
    id: Uuid(),
    winnerId: Uuid({ description: 'The member who stays' }),
    loserId: Uuid({ description: 'The member who goes into the other' }),
    hash: Type.String(),
    state: Type.Enum(['planned', 'applied'], { description: 'Whether it was applied' }),
    counts: Type.Object(
      {
        changed: Type.Integer({ description: 'Fields the winner gets anew' }),
        kept: Type.Integer({ description: 'Fields that stay' }),
      },
      { description: 'Fields by what becomes of them' },
    ),
    problems: Type.Array(Type.Object({ reason: Type.String({ description: 'In a sentence' }) }), {
      description: 'What keeps it from being applied',
      maxItems: 100,
    }),
    fields: Type.Array(
      Type.Object({
        field: Type.String({ description: 'Name of the field' }),
        winner: Type.Unknown({ description: 'What the winner has' }),
        loser: Type.Unknown({ description: 'What the loser has' }),
        take: Side,
        result: Type.Unknown({ description: 'What the winner will have' }),
      }),
      { maxItems: 100, description: 'Fields in which the two differ; empty once applied' },
    ),
    moved: Type.Unsafe<Record<string, number>>({
      description: 'How many things of the loser go over, by table',
      type: 'object',
      additionalProperties: { type: 'integer' },
    }),
    createdAt: Timestamp(),
    updatedAt: Timestamp(),
    version: Type.Integer(),
  },
  { title: 'Merge' },
)
type Merge = Static<typeof Merge>

async function described(ctx: MembersContext, tx: Tx, row: MergeRow): Promise<Merge> {
  const pair = await readMembers(tx, [row.winner_id, row.loser_id])
  const [winner, loser] = [pair.get(row.winner_id), pair.get(row.loser_id)]
  const fields = winner && loser ? mergedFields(winner, loser, row.choices) : []
  const found = winner && loser ? await mergeProblems(ctx, tx, winner, loser) : []
  const changed = fields.filter(({ take }) => take !== 'winner').length
  return {
    id: row.id,
    winnerId: row.winner_id,
    loserId: row.loser_id,
    hash: row.hash,
    state: row.state,
    counts: { changed, kept: fields.length - changed },
    problems: found.map((reason) => ({ reason })),
    fields,
    moved: row.moved,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    version: row.version,
  }
}

const params = Closed({ id: Uuid(), mergeId: Uuid() })

export function mergeRoutes(r: MembersRouter): void {
  r.route({
    method: 'POST',
    url: '/members/:id/merge',
    access: { requires: 'members.merge' },
    summary: 'Plan a merge of two records',
    description: 'Shows each field in which they differ and whose value it takes. Nothing changes until it is applied.',
    tags,
    schema: { params: MemberId, body: MergeInput, response: Merge },
    status: 201,
    handler: (ctx, { params: { id }, body }) =>
      ctx.transaction(async (tx) => {
        const winner = await living(tx, id)
        if (winner.id === body.loserId) throw invalid('/loserId', 'Name the other record', { code: 'different' })
        const loser = (await readMembers(tx, [body.loserId])).get(body.loserId)
        if (!loser) throw invalid('/loserId', 'No member has this id', { code: 'exists' })
        for (const one of [winner, loser]) await requireMember(ctx, tx, 'members.merge', one.id)
        const choices = body.fields ?? {}
        const hash = hashOf(winner, loser, choices)
        const row = await insertMerge(tx, { id: uuidv7(), winnerId: winner.id, loserId: loser.id, choices, hash })
        return described(ctx, tx, row)
      }),
  })

  r.route({
    method: 'GET',
    url: '/members/:id/merge/:mergeId',
    access: { requires: 'members.merge' },
    summary: 'Read a merge',
    tags,
    schema: { params, response: Merge },
    handler: (ctx, { params: { id, mergeId } }) =>
      ctx.read(async (tx) => {
        const row = await readMerge(tx, { id: mergeId, winnerId: id })
        if (!row) throw new Problem(problems.notFound)
        await requireMember(ctx, tx, 'members.merge', row.winner_id)
        return described(ctx, tx, row)
      }),
  })

  r.route({
    method: 'POST',
    url: '/members/:id/merge/:mergeId/apply',
    access: { requires: 'members.merge' },
    summary: 'Apply a planned merge',
    description: 'Refused with 409 when one of the two changed since. The id of the record that goes stays valid.',
    tags,
    problems: [problems.planOutdated, problems.conflict, problems.alreadyExists],
    schema: { params, body: ApplyPlan, response: Merge },
    status: 202,
    handler: (ctx, { params: { id, mergeId }, body }) =>
      ctx.transaction(async (tx) => {
        const planned = await readMerge(tx, { id: mergeId, winnerId: id })
        if (!planned) throw new Problem(problems.notFound)
        for (const one of [planned.winner_id, planned.loser_id]) await requireMember(ctx, tx, 'members.merge', one)
        if (planned.hash !== body.hash)
          throw new Problem(problems.planOutdated, { detail: 'This is not the hash of the plan.' })
        const row = await claimMerge(tx, { id: mergeId, winnerId: id })
        if (!row) throw new Problem(problems.conflict, { detail: 'This merge was applied already.' })
        const moved = await applyMerge(ctx, tx, {
          winnerId: row.winner_id,
          loserId: row.loser_id,
          choices: row.choices,
          hash: row.hash,
        })
        await noteMoved(tx, row.id, moved)
        return described(ctx, tx, { ...row, moved: { ...moved } })
      }),
  })
}
