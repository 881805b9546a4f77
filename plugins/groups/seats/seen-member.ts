import { invalid, namedAt, type Tx } from '@guildhall/sdk'
import type { GroupsContext } from '../context.ts'
import { reachByGroups } from '../contributions/reach.ts'

/**
 * A seat brings the member within reach of whoever has rights over the group: who gives it sees him already, or gives
 * seats in the whole organisation.
 * @throws Problem 400 as for a member who is not there
 */
async function requireSeen(ctx: GroupsContext, tx: Tx, memberId: string): Promise<void> {
  if (ctx.may('groups.seats.write', { paths: [''] })) return
  const paths = (await reachByGroups.pathsOf(tx, [memberId])).get(memberId) ?? []
  if (!ctx.may('members.read', { paths })) throw invalid('/memberId', 'is not a member of this organisation')
}

/**
 * Whom a seat is to be given to: a merged id gives the record it was merged into; a stranger's is not there.
 * @throws Problem 400
 */
export async function seenMember(ctx: GroupsContext, tx: Tx, given: string): Promise<string> {
  const { id } = await namedAt('/memberId', ctx.use.members.get(tx, given), 'is not a member of this organisation')
  await requireSeen(ctx, tx, id)
  return id
}
