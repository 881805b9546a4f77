import { invalid, type Tx } from '@guildhall/sdk'
import type { GroupsContext } from '../context.ts'
import { reachByGroups } from '../contributions/reach.ts'

/**
 * A seat brings the member within reach of whoever has rights over the group: who gives it sees him already, or gives
 * seats in the whole organisation.
 * @throws Problem 400 as for a member who is not there
 */
export async function requireSeen(ctx: GroupsContext, tx: Tx, memberId: string): Promise<void> {
  if (ctx.may('groups.seats.write', { paths: [''] })) return
  const paths = (await reachByGroups.pathsOf(tx, [memberId])).get(memberId) ?? []
  if (!ctx.may('members.read', { paths })) throw invalid('/memberId', 'is not a member of this organisation')
}
