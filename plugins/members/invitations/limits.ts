/**
 * How many mails somebody can cause (DOMAIN §8). Counted in the rows themselves: all nodes see the same, a restart
 * forgets nothing, and when they cannot be counted nothing is sent.
 */
import { Problem, problems, type Tx } from '@guildhall/sdk'
import type { Person } from '../acting-for.ts'
import { recentInvitations } from './invitation-sql.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
export const invitationsAnHour = 20
export const resendsADay = 3

/** @throws Problem 429 with Retry-After */
export async function requireRoomToInvite(tx: Tx, inviter: Person): Promise<void> {
  const now = tx.now().getTime()
  const recent = await recentInvitations(tx, inviter, { since: new Date(now - hourMs), most: invitationsAnHour })
  if (recent.length >= invitationsAnHour)
    throw tooMany(`At most ${invitationsAnHour} invitations an hour.`, recent.at(-1)!.getTime() + hourMs - now)
}

/** @throws Problem 429 with Retry-After */
export function requireRoomToResend(resentAt: readonly Date[], at: Date): void {
  const recent = resentAt.map((one) => one.getTime()).filter((one) => one > at.getTime() - dayMs)
  if (recent.length >= resendsADay)
    throw tooMany(
      `An invitation is sent again at most ${resendsADay} times a day.`,
      Math.min(...recent) + dayMs - at.getTime(),
    )
}

const tooMany = (detail: string, waitMs: number): Problem =>
  new Problem(problems.rateLimited, {
    detail,
    headers: { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))) },
  })
