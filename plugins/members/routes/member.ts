/** `/members/{id}`: one member, seen and changed by staff or by himself. */
import {
  Closed,
  invalid,
  Nullable,
  Problem,
  problems,
  requireEverywhere,
  requireVersion,
  Text,
  type Tx,
  Uuid,
} from '@guildhall/sdk'
import Type from 'typebox'
import { requireMember, standing } from '../access.ts'
import type { MembersContext } from '../context.ts'
import { Member, MemberPatch, OwnMember } from '../member-schema.ts'
import { requireOwnPatch } from '../own-record.ts'
import type { MemberRecord } from '../refs.ts'
import { membersServiceFor } from '../service/index.ts'
import { type Reading, readMember } from '../sql/read-members.ts'
import { ownView, staffView, withIncludes } from '../views.ts'
import { MemberId, type MembersRouter, tags } from './router.ts'

/** Staff's view; of himself a member sees the fields of his own view. `?include=` adds to it. */
const Seen = Type.Object(
  { ...Type.Partial(Member).properties, ...OwnMember.properties },
  {
    title: 'SeenMember',
    additionalProperties: true,
    description: "Staff's view; of the own record without what was written about it",
  },
)

const Restored = Type.Object(
  {
    ...Member.properties,
    lostRole: Nullable(
      Text(63, {
        description: 'The role it had, where the organisation has it no more; `role` is that of new members',
      }),
    ),
  },
  { title: 'RestoredMember' },
)

/** @throws Problem 404 */
export async function living(tx: Tx, id: string, o: Reading = {}): Promise<MemberRecord> {
  const record = await readMember(tx, id, o)
  if (!record) throw new Problem(problems.notFound)
  return record
}

async function change(
  ctx: MembersContext,
  { params, body, facts }: { params: { id: string }; body: MemberPatch; facts: { ifMatch: readonly number[] | null } },
) {
  return ctx.transaction(async (tx) => {
    const { id } = await living(tx, params.id)
    const as = await standing(ctx, tx, 'members.update', id)
    if (as === 'own') await requireOwnPatch(tx, body)
    const record = await membersServiceFor(ctx).update(tx, { id, patch: body, versions: facts.ifMatch })
    return as === 'own' ? ownView(tx, record) : staffView(record)
  })
}

export function memberRoutes(r: MembersRouter): void {
  r.route({
    method: 'GET',
    url: '/members/:id',
    access: { requires: 'members.read', own: true },
    summary: 'Read a member',
    tags,
    schema: {
      params: MemberId,
      query: Closed({
        include: Type.Optional(Text(200, { description: 'What to add, such as `groups,memberships`' })),
      }),
      response: Seen,
    },
    handler: (ctx, { params, query }) =>
      ctx.read(async (tx) => {
        const record = await living(tx, params.id, {
          last: !query.include && ctx.reach('members.read').everywhere,
        })
        const as = await standing(ctx, tx, 'members.read', record.id)
        const view = as === 'own' ? await ownView(tx, record) : staffView(record)
        return query.include ? (await withIncludes(ctx, tx, [view], query.include, as))[0]! : view
      }),
  })

  for (const method of ['PUT', 'PATCH'] as const) {
    r.route({
      method,
      url: '/members/:id',
      access: { requires: 'members.update', own: true },
      summary: method === 'PUT' ? 'Change a member' : 'Change fields of a member',
      description:
        'What is sent is merged, null empties a field; `customFields` are merged by key, other objects and lists are ' +
        'replaced. A member changes his contact data, skills and custom fields open to him; the rest is staff’s.',
      tags,
      problems: [problems.alreadyExists],
      schema: { params: MemberId, body: MemberPatch, response: Seen },
      handler: change,
    })
  }

  r.route({
    method: 'DELETE',
    url: '/members/:id',
    access: { requires: 'members.delete' },
    summary: 'Delete a member',
    description: 'The member is gone everywhere; `POST /members/{id}/restore` brings it back.',
    tags,
    problems: [problems.conflict],
    schema: { params: MemberId, response: Type.Null() },
    status: 204,
    handler: (ctx, { params, facts }) =>
      ctx.transaction(async (tx) => {
        const { id, version } = await living(tx, params.id, { lock: true })
        await requireMember(ctx, tx, 'members.delete', id)
        requireVersion(facts, version)
        await membersServiceFor(ctx).remove(tx, [id])
        return null
      }),
  })

  r.route({
    method: 'POST',
    url: '/members/:id/suspend',
    ifMatch: true,
    access: { requires: 'members.suspend' },
    summary: 'Suspend a member',
    description: 'Until somebody reactivates. A suspended member has no access, and his account no rights here.',
    tags,
    schema: {
      params: MemberId,
      body: Closed(
        {
          reason: Text(1000, { description: 'Shown to staff, and in the mail to the member' }),
          notify: Type.Optional(Type.Boolean({ description: 'Tell the member by e-mail. Default true' })),
        },
        { examples: [{ reason: 'Fees unpaid since March' }] },
      ),
      response: Member,
    },
    handler: (ctx, { params, body, facts }) =>
      ctx.transaction(async (tx) => {
        const { id, version } = await living(tx, params.id, { lock: true })
        await requireMember(ctx, tx, 'members.suspend', id)
        requireVersion(facts, version)
        await membersServiceFor(ctx).suspend(tx, [id], body.reason, { notify: body.notify ?? true })
        return staffView(await living(tx, id))
      }),
  })

  r.route({
    method: 'POST',
    url: '/members/:id/reactivate',
    ifMatch: true,
    access: { requires: 'members.suspend' },
    summary: 'End a suspension',
    description: 'The answer says what the status is now: active, or expired where no period covers today.',
    tags,
    problems: [problems.conflict],
    schema: { params: MemberId, response: Member },
    handler: (ctx, { params, facts }) =>
      ctx.transaction(async (tx) => {
        const { id, version } = await living(tx, params.id, { lock: true })
        await requireMember(ctx, tx, 'members.suspend', id)
        requireVersion(facts, version)
        await membersServiceFor(ctx).reactivate(tx, [id])
        return staffView(await living(tx, id))
      }),
  })

  r.route({
    method: 'POST',
    url: '/members/:id/restore',
    access: { requires: 'members.delete' },
    summary: 'Restore a deleted member',
    description:
      'With everything it had. A role the organisation has given up meanwhile is not given back; `lostRole` names it.',
    tags,
    problems: [problems.conflict, problems.alreadyExists],
    schema: { params: MemberId, response: Restored },
    handler: (ctx, { params }) =>
      ctx.transaction(async (tx) => {
        requireEverywhere(ctx, 'members.delete')
        const { lostRole, ...record } = await membersServiceFor(ctx).restore(tx, params.id)
        return { ...staffView(record), lostRole }
      }),
  })

  r.route({
    method: 'PUT',
    url: '/members/:id/user',
    access: { requires: 'members.update' },
    summary: 'Link the account a member signs in with',
    description: 'The account gets what the role of the member grants, so whoever links must hold that role.',
    tags,
    problems: [problems.conflict, problems.alreadyExists],
    schema: { params: MemberId, body: Closed({ userId: Uuid() }), response: Member },
    handler: (ctx, { params, body, facts }) =>
      ctx.transaction(async (tx) => {
        requireEverywhere(ctx, 'members.update')
        const { id, role, version } = await living(tx, params.id, { lock: true })
        requireVersion(facts, version)
        await ctx.use.access.requireGrantable(tx, { role })
        if (!(await ctx.use.users.affiliated(tx, body.userId)))
          throw invalid('/userId', 'No account of this organisation has this id; invite the person', { code: 'exists' })
        await membersServiceFor(ctx).linkUser(tx, id, body.userId)
        return staffView(await living(tx, id))
      }),
  })
}
