import type { Jobs } from '@guildhall/sdk'
import Type from 'typebox'
import type { MembersContext } from './context.ts'
import { recomputeEverybody } from './service/status.ts'
import { scanForDuplicates } from './sql/duplicates.ts'
import { deleteExpiredRegistrations } from './sql/registrations.ts'

/** What runs by itself: the status of everybody, after midnight where the organisation is; and the search for duplicates. */
export function memberJobs(j: Jobs<MembersContext>): void {
  j.job({
    id: 'members.recomputeStatus',
    title: 'Bring the status of all members up to date',
    input: Type.Object({}),
    timeoutMs: 10 * 60_000,
    attempts: 5,
    schedule: { cron: '10 0 * * *', timezone: 'tenant', input: () => ({}) },
    run: async (ctx) => {
      const changed = await recomputeEverybody(ctx)
      await ctx.transaction((tx) => deleteExpiredRegistrations(tx))
      if (changed > 0) ctx.log.info({ changed }, 'status of members brought up to date')
    },
  })

  j.job({
    id: 'members.scanDuplicates',
    title: 'Look for duplicates among all members',
    input: Type.Object({}),
    timeoutMs: 10 * 60_000,
    attempts: 3,
    run: async (ctx) => {
      const found = await ctx.transaction(async (tx) => {
        const pairs = await scanForDuplicates(tx)
        await tx.audit({ action: 'members.duplicatesScanned', meta: { pairs } })
        return pairs
      })
      ctx.log.info({ found }, 'looked for duplicates')
    },
  })
}
