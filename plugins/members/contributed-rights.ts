/** What plugins contribute to members, includes and filters, is shown with their permission only. */
import { Problem, problems, type Reach, type Standing, type Tx } from '@guildhall/sdk'
import type { MembersContext } from './context.ts'
import type { Guarded } from './contributions.ts'

export type Shown = Pick<Standing, 'reach'>

/**
 * Whose rights decide. A bot is granted actions, of which none is about what others contribute: whoever installed it
 * answers for that.
 */
export const shownTo = async (ctx: MembersContext, tx: Tx): Promise<Shown> =>
  ctx.actor.kind === 'bot'
    ? ctx.use.access.standingOf(tx, ctx.actor.installedBy)
    : { reach: (permission) => ctx.reach(permission as never) }

/** @throws Problem 403 naming the parameter and the permission, unless it is held somewhere */
export function requireShown(shown: Shown, parameter: string, { needs }: Pick<Guarded, 'needs'>): Reach {
  const reach = shown.reach(needs)
  if (reach.everywhere || reach.places.length > 0) return reach
  throw new Problem(problems.forbidden, {
    detail: `"${parameter}" needs the permission ${needs}.`,
    extensions: { parameter, permission: needs },
  })
}
