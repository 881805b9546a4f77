/** A context with the rights of somebody who is not asking himself: an inviter, or whoever started work in the background. */
import { type AccessService, type Actor, type Area, Problem, problems, type Standing, type Tx } from '@guildhall/sdk'
import type { MembersContext } from './context.ts'
import type { Caller } from './refs.ts'
import { membersServiceFor } from './service/index.ts'

/** Whose rights count, by kind and id. */
export interface Person {
  readonly kind: string
  readonly id: string
}

/** Who answers for what the actor does: for a bot whoever installed it, for work of the platform whom it goes back to. */
export function personBehind(actor: Actor): Person {
  switch (actor.kind) {
    case 'bot':
      return actor.installedBy
    case 'system':
      return actor.onBehalfOf ?? { kind: 'system', id: actor.reason }
    case 'anonymous':
      return { kind: 'anonymous', id: '' }
    default:
      return { kind: actor.kind, id: actor.id }
  }
}

/**
 * The same work with the person's rights of this moment. What is written still names the actor of `tx`: rights are the
 * person's, the deed is not.
 */
export async function actingFor(ctx: MembersContext, tx: Tx, person: Person): Promise<MembersContext> {
  const standing = await ctx.use.access.standingOf(tx, person)
  const { organization, users, links, files, tree, access, email } = ctx.use
  return {
    ...ctx,
    may: (permission, at) => standing.may(permission, at),
    reach: (permission) => standing.reach(permission),
    require: async (permission, at) => {
      if (!standing.may(permission, at))
        throw new Problem(problems.forbidden, { detail: `This needs the permission ${permission}.` })
    },
    use: {
      organization,
      users,
      links,
      files,
      tree,
      access: accessOf(access, standing, person),
      ...(email && { email }),
    },
  }
}

function accessOf(access: AccessService, standing: Standing, person: Person): AccessService {
  const requireAll = (entries: readonly string[], area: Area) => {
    const lacking = standing.missing(entries, area)
    if (lacking.length > 0)
      throw new Problem(problems.forbidden, {
        detail: `Nobody gives what he does not hold there himself: ${lacking[0]}.`,
      })
  }
  return {
    ...access,
    requireGrantable: async (tx, { role, path = '' }) => {
      if (!(await access.couldGrant(tx, { granter: person, role, path })))
        throw new Problem(problems.forbidden, {
          detail: `Nobody gives what he does not hold himself: the role "${role}".`,
        })
    },
    requireHeld: async (_tx, { permissions, path, extent }) => requireAll(permissions, { path, extent }),
  }
}

/** What contributions of other plugins get to ask rights and to act with. */
export const callerOf = (ctx: MembersContext): Caller => ({
  may: (permission, at) => ctx.may(permission, at),
  access: ctx.use.access,
  tree: ctx.use.tree,
  members: membersServiceFor(ctx),
})
