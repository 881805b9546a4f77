/** `/members/{id}/guardians`: who acts for a member who has no login of his own. */
import {
  Closed,
  DateOnly,
  invalid,
  Nullable,
  Problem,
  problems,
  requireVersion,
  Text,
  Timestamp,
  type Tx,
  Uuid,
  WholeList,
} from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import { v7 as uuidv7 } from 'uuid'
import { requireMember } from '../access.ts'
import { todayOf } from '../service/status.ts'
import { deleteGuardian, guardiansOf, insertGuardian } from '../sql/guardians.ts'
import { readMembers } from '../sql/read-members.ts'
import { living } from './member.ts'
import { MemberId, type MembersRouter, tags } from './router.ts'

const GuardianInput = Closed(
  {
    guardianId: Uuid({ description: 'The member who cares' }),
    relationship: Type.Optional(Text(60, { description: 'Default parent', examples: ['parent'] })),
    from: Type.Optional(DateOnly({ description: 'Default today' })),
    until: Type.Optional(Nullable(DateOnly({ description: 'The first day without it, such as the 18th birthday' }))),
  },
  { title: 'GuardianInput', examples: [{ guardianId: '0198c5f0-3f6c-7cc0-8a51-5b2f5a3f7f11', until: '2031-05-04' }] },
)
export const Guardian = Type.Object(
  {
    id: Uuid(),
    guardianId: Uuid({ description: 'The member who cares' }),
    guardianName: Type.String({ description: 'His shown name' }),
    wardId: Uuid({ description: 'The member who is cared for' }),
    wardName: Type.String({ description: 'His shown name' }),
    relationship: Type.String({ description: 'What the guardian is to the ward' }),
    from: Type.String({ description: 'First day', format: 'date' }),
    until: Nullable(Type.String({ description: 'The first day without it; null: open-ended', format: 'date' })),
    createdAt: Timestamp(),
    updatedAt: Timestamp(),
    version: Type.Integer(),
  },
  { title: 'Guardianship' },
)
export type Guardian = Static<typeof Guardian>

const GuardianshipId = Closed({ id: Uuid(), guardianshipId: Uuid() })

/** @throws Problem 404 */
async function guardianship(tx: Tx, memberId: string, id: string): Promise<Guardian> {
  const found = (await guardiansOf(tx, memberId)).find((one) => one.id === id)
  if (!found) throw new Problem(problems.notFound)
  return found
}

export function guardianRoutes(r: MembersRouter): void {
  r.route({
    method: 'GET',
    url: '/members/:id/guardians',
    access: { requires: 'members.read', own: true },
    summary: 'List guardians and wards of a member',
    description: 'Those of today and later, and those that ended.',
    tags,
    schema: { params: MemberId, response: WholeList(Guardian, 200) },
    handler: (ctx, { params }) =>
      ctx.read(async (tx) => {
        const { id } = await living(tx, params.id)
        await requireMember(ctx, tx, 'members.read', id)
        return { items: await guardiansOf(tx, id) }
      }),
  })

  r.route({
    method: 'POST',
    url: '/members/:id/guardians',
    access: { requires: 'members.update' },
    summary: 'Add a guardian',
    description: 'The guardian reads and changes the record of the ward as his own.',
    tags,
    problems: [problems.conflict],
    schema: { params: MemberId, body: GuardianInput, response: Guardian },
    status: 201,
    handler: (ctx, { params, body }) =>
      ctx.transaction(async (tx) => {
        const ward = await living(tx, params.id)
        await requireMember(ctx, tx, 'members.update', ward.id)
        const guardian = (await readMembers(tx, [body.guardianId])).get(body.guardianId)
        if (!guardian) throw invalid('/guardianId', 'No member has this id', { code: 'exists' })
        if (guardian.id === ward.id) throw invalid('/guardianId', 'Nobody is his own guardian', { code: 'different' })
        await requireMember(ctx, tx, 'members.update', guardian.id)
        const from = body.from ?? (await todayOf(ctx, tx)).date
        if (body.until && body.until < from)
          throw invalid('/until', 'The end lies before the beginning', { code: 'minimum' })
        const id = uuidv7()
        await insertGuardian(tx, {
          id,
          guardianId: guardian.id,
          wardId: ward.id,
          relationship: body.relationship ?? 'parent',
          from,
          until: body.until ?? null,
        })
        await tx.audit({
          action: 'members.guardianAdded',
          target: { type: 'member', id: ward.id },
          meta: { guardianId: guardian.id },
        })
        return guardianship(tx, ward.id, id)
      }),
  })

  r.route({
    method: 'GET',
    url: '/members/:id/guardians/:guardianshipId',
    access: { requires: 'members.read', own: true },
    summary: 'Show who acts for whom, and until when',
    tags,
    schema: { params: GuardianshipId, response: Guardian },
    handler: (ctx, { params }) =>
      ctx.read(async (tx) => {
        const { id } = await living(tx, params.id)
        await requireMember(ctx, tx, 'members.read', id)
        return guardianship(tx, id, params.guardianshipId)
      }),
  })

  r.route({
    method: 'DELETE',
    url: '/members/:id/guardians/:guardianshipId',
    access: { requires: 'members.update' },
    summary: 'Take a guardian away',
    tags,
    schema: { params: GuardianshipId, response: Type.Null() },
    status: 204,
    handler: (ctx, { params, facts }) =>
      ctx.transaction(async (tx) => {
        const { id } = await living(tx, params.id)
        await requireMember(ctx, tx, 'members.update', id)
        requireVersion(facts, (await guardianship(tx, id, params.guardianshipId)).version)
        await deleteGuardian(tx, { id: params.guardianshipId, memberId: id })
        await tx.audit({ action: 'members.guardianRemoved', target: { type: 'member', id } })
        return null
      }),
  })
}
