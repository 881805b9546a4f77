import type { Jobs } from '@guildhall/sdk'
import Type from 'typebox'
import type { EmailContext } from './context.ts'
import { deliverJob, hourlyJob } from './job-names.ts'
import { deleteOldNotifications } from './notifications/notification-sql.ts'
import { repeatAlerts } from './notifications/notifications.ts'
import { deleteOld } from './outbox/message-sql.ts'
import { queueDelivery } from './outbox/outbox.ts'
import { nextDue } from './sending/claim-sql.ts'
import { deliver } from './sending/deliver.ts'

const dayMs = 86_400_000

export function emailJobs(j: Jobs<EmailContext>): void {
  j.job({
    id: deliverJob,
    title: 'Send the mails that are due',
    input: Type.Object({}),
    // Shorter than the lease and what the run takes: a job that is given to another node finds its mails free.
    timeoutMs: 170_000,
    attempts: 5,
    prompt: true,
    outside: true,
    run: (ctx) => deliver(ctx),
  })
  j.job({
    id: hourlyJob,
    title: 'Repeat alerts, forget old mails, and look whether a mail was left behind',
    input: Type.Object({}),
    timeoutMs: 5 * 60_000,
    attempts: 3,
    schedule: { cron: '23 * * * *', timezone: 'UTC', input: () => ({}) },
    run: async (ctx) => {
      await ctx.transaction(async (tx) => {
        await repeatAlerts(ctx, tx)
        const due = await nextDue(tx)
        if (due !== null && due <= tx.now()) await queueDelivery(tx)
      })
      const before = new Date(ctx.now().getTime() - (ctx.config.keepDays ?? 90) * dayMs)
      await ctx.transaction(async (tx) => {
        const gone = await deleteOld(tx, before)
        await deleteOldNotifications(tx, before)
        if (gone > 0) ctx.log.info({ gone }, 'old mails forgotten')
      })
    },
  })
}
