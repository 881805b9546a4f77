import { dateIn, type Tx } from '@guildhall/sdk'
import type { MembersContext } from '../context.ts'
import { membershipStates, memberUpdated } from '../refs.ts'
import { type Day, membersAfter, type StatusChange, writeStatus } from '../sql/status.ts'

/** Today, where the organisation is. */
export async function todayOf(ctx: MembersContext, tx: Tx): Promise<Day> {
  const { timeZone } = await ctx.use.organization.current(tx)
  return { timeZone, date: dateIn(timeZone, tx.now()) }
}

/** The one place where `status` is computed and written for members who are there already. */
export async function recomputeStatus(
  ctx: MembersContext,
  tx: Tx,
  ids: readonly string[],
  o: { events?: boolean } = {},
): Promise<StatusChange[]> {
  if (ids.length === 0) return []
  const changes = await writeStatus(tx, ids, {
    day: await todayOf(ctx, tx),
    states: ctx.contributions(membershipStates),
  })
  // A suspended or pending member gives its user no rights.
  if (changes.some(({ user_id }) => user_id !== null)) tx.accessChanged()
  if (o.events !== false)
    for (const { id } of changes) await tx.emit(memberUpdated, { memberId: id, changed: ['status'] })
  return changes
}

/** Members looked at in one unit of work, so that none is long, however many an organisation has. */
const batch = 1000

/**
 * Everybody, as the daily run asks. What a run had done when it was broken off stays; the next one finds it in order.
 * @returns how many changed
 */
export async function recomputeEverybody(ctx: MembersContext): Promise<number> {
  let changed = 0
  for (let after: string | undefined = '00000000-0000-0000-0000-000000000000'; after !== undefined; ) {
    ctx.signal.throwIfAborted()
    const begin: string = after
    after = await ctx.transaction(async (tx) => {
      const ids = await membersAfter(tx, begin, batch)
      changed += (await recomputeStatus(ctx, tx, ids)).length
      return ids.at(batch - 1)
    })
  }
  return changed
}
