import { dateIn, type Tx } from '@guildhall/sdk'
import type { MembersContext } from '../context.ts'
import { membershipStates, memberUpdated } from '../refs.ts'
import { type Day, type StatusChange, writeStatus } from '../sql/status.ts'

/** Today, where the organisation is. */
export async function todayOf(ctx: MembersContext, tx: Tx): Promise<Day> {
  const { timeZone } = await ctx.use.organization.current(tx)
  return { timeZone, date: dateIn(timeZone, tx.now()) }
}

/**
 * The one place where `status` is computed and written for members who are there already.
 * @param ids null: everybody, as the daily run asks
 */
export async function recomputeStatus(
  ctx: MembersContext,
  tx: Tx,
  ids: readonly string[] | null,
  o: { events?: boolean } = {},
): Promise<StatusChange[]> {
  if (ids?.length === 0) return []
  const changes = await writeStatus(tx, {
    ids,
    today: await todayOf(ctx, tx),
    states: ctx.contributions(membershipStates),
  })
  // A suspended or pending member gives its user no rights.
  if (changes.some(({ user_id }) => user_id !== null)) tx.accessChanged()
  if (o.events !== false)
    for (const { id } of changes) await tx.emit(memberUpdated, { memberId: id, changed: ['status'] })
  return changes
}
