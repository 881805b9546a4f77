/** `/members/me`: the record of whoever is signed in. */
import { Problem, problems, type Tx } from '@guildhall/sdk'
import type { MembersContext } from '../context.ts'
import { OwnMember, OwnMemberPatch } from '../member-schema.ts'
import { requireOwnPatch } from '../own-record.ts'
import { userOf } from '../record/actor.ts'
import type { MemberRecord } from '../refs.ts'
import { membersServiceFor } from '../service/index.ts'
import { memberOfUser } from '../sql/read-members.ts'
import { ownView } from '../views.ts'
import { type MembersRouter, tags } from './router.ts'

const because = 'everybody sees and keeps his own record; who has none gets 404'

async function own(ctx: MembersContext, tx: Tx): Promise<MemberRecord> {
  const userId = userOf(ctx.actor)
  const record = userId === null ? undefined : await memberOfUser(tx, userId)
  if (!record)
    throw new Problem(problems.notFound, { detail: 'No member of this organisation is linked to this account.' })
  return record
}

export function ownRoutes(r: MembersRouter): void {
  r.route({
    method: 'GET',
    url: '/members/me',
    access: { signedIn: true, because },
    summary: 'Read the own record',
    tags,
    schema: { response: OwnMember },
    handler: (ctx) => ctx.read(async (tx) => ownView(tx, await own(ctx, tx))),
  })

  r.route({
    method: 'PATCH',
    url: '/members/me',
    access: { signedIn: true, because },
    summary: 'Change the own record',
    description: 'Contact data, skills and the custom fields open to members.',
    tags,
    schema: { body: OwnMemberPatch, response: OwnMember },
    handler: (ctx, { body, facts }) =>
      ctx.transaction(async (tx) => {
        const { id } = await own(ctx, tx)
        await ctx.require('members.update', { self: id, readable: 'members.read' })
        await requireOwnPatch(tx, body)
        return ownView(tx, await membersServiceFor(ctx).update(tx, { id, patch: body, versions: facts.ifMatch }))
      }),
  })
}
