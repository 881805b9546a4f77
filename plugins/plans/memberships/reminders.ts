/** A word before a membership ends: as many days before as the organisation set, once for each end. */
import { addDays, type Jobs, lastDay, type Tx } from '@guildhall/sdk'
import Type from 'typebox'
import type { PlansContext } from '../context.ts'
import { membershipExpiring } from '../refs.ts'

interface Ending {
  id: string
  membership_id: string
  member_id: string
  plan_id: string
  plan_name: string
  ends_before: string
}

/** In one unit of work, so that a mark and its mail are one. */
const batch = 200

export function reminderJob(j: Jobs<PlansContext>): void {
  j.job({
    id: 'plans.remind',
    title: 'Remind members whose membership ends soon',
    input: Type.Object({}),
    timeoutMs: 10 * 60_000,
    attempts: 5,
    schedule: { cron: '30 6 * * *', timezone: 'tenant', input: () => ({}) },
    run: async (ctx) => {
      let reminded = batch
      while (reminded === batch && !ctx.signal.aborted) reminded = await ctx.transaction((tx) => remind(ctx, tx))
    },
  })
}

/** @returns how many were reminded */
async function remind(ctx: PlansContext, tx: Tx): Promise<number> {
  const today = await ctx.use.organization.today(tx)
  const { membershipReminderDays } = await ctx.use.organization.current(tx)
  const endings = await take(tx, today, addDays(today, membershipReminderDays + 1))
  const members = await ctx.use.members.find(
    tx,
    endings.map(({ member_id }) => member_id),
  )
  for (const ending of endings) {
    const validUntil = lastDay(ending.ends_before)!
    const { membership_id: membershipId, member_id: memberId, plan_id: planId } = ending
    await tx.emit(membershipExpiring, { membershipId, memberId, planId, validUntil })
    const member = members.get(memberId)
    if (!member?.email) continue
    await ctx.use.email?.send(tx, {
      template: 'expiry-reminder',
      to: { email: member.email, name: member.displayName },
      data: { name: member.displayName, plan: ending.plan_name, validUntil, days: daysBetween(today, validUntil) },
      key: `expiry:${ending.id}:${ending.ends_before}`,
      memberId,
      ...(member.language ? { language: member.language } : {}),
    })
  }
  return endings.length
}

/** Marks and gives periods that end within the days, unless the member goes on afterwards, is suspended or gone. */
const take = (tx: Tx, today: string, before: string): Promise<Ending[]> =>
  tx.query<Ending & Record<string, unknown>>(
    `WITH due AS (
       SELECT q.tenant_id, q.id FROM plans.period q
         JOIN members.member m ON m.tenant_id = q.tenant_id AND m.id = q.member_id
        WHERE q.tenant_id = $1 AND q.ends_before > $2::date AND q.ends_before <= $3::date AND q.starts_on <= $2::date
          AND q.reminded_before IS DISTINCT FROM q.ends_before
          AND m.deleted_at IS NULL AND m.suspended_at IS NULL AND NOT m.pending
          AND NOT EXISTS (SELECT 1 FROM plans.period n WHERE n.tenant_id = q.tenant_id AND n.member_id = q.member_id
                            AND n.starts_on >= q.ends_before)
        ORDER BY q.ends_before, q.id LIMIT ${batch} FOR UPDATE OF q SKIP LOCKED)
     UPDATE plans.period q SET reminded_before = q.ends_before
       FROM due, plans.plan p
      WHERE q.tenant_id = $1 AND q.tenant_id = due.tenant_id AND q.id = due.id
        AND p.tenant_id = q.tenant_id AND p.id = q.plan_id
     RETURNING q.id, q.membership_id, q.member_id, q.plan_id, p.name AS plan_name,
               to_char(q.ends_before, 'YYYY-MM-DD') AS ends_before`,
    [tx.tenantId, today, before],
  )

const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)
