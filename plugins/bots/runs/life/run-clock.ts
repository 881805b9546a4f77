/**
 * What a run takes for the present. It begins where it began the first time: a retry after midnight and a replay a week
 * later see the same day. A dry run for a time of the bot's own is at that time; what actions read is as it is now.
 */
import { dateIn } from '@guildhall/sdk'
import type { BotsContext } from '../../context.ts'
import type { Run } from '../stored.ts'
import type { Units } from '../units.ts'

export interface RunClock {
  readonly began: Date
  /** The calendar date in the organisation then. */
  readonly today: string
  /** ms */
  readonly now: () => number
}

type Begun = Pick<Run, 'mode' | 'trigger' | 'startedAt'>

/** @param o.origin the run whose journal it goes by: itself, or the one it replays */
export async function runClock(
  ctx: BotsContext,
  units: Units,
  o: { readonly run: Run; readonly origin: string; readonly timeZone: string },
): Promise<RunClock> {
  const begun = o.origin === o.run.id ? o.run : await originOf(units, o.origin)
  const started = begun?.startedAt ?? ctx.now()
  const due = begun?.mode === 'dry' ? begun.trigger.scheduledFor : undefined
  const began = typeof due === 'string' ? new Date(due) : started
  const ahead = began.getTime() - started.getTime()
  return { began, today: dateIn(o.timeZone, began), now: () => ctx.now().getTime() + ahead }
}

async function originOf(units: Units, origin: string): Promise<Begun | undefined> {
  const [row] = await units.run((tx) =>
    tx.query<Begun>('SELECT mode, trigger, started_at AS "startedAt" FROM bots.run WHERE tenant_id = $1 AND id = $2', [
      tx.tenantId,
      origin,
    ]),
  )
  return row
}
