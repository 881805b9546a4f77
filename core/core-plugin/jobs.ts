import { type Jobs, refreshStatisticsJob, Text, Uuid } from '@guildhall/sdk'
import { QueryTypes } from 'sequelize'
import Type from 'typebox'
import { rows } from '../auth/platform-rows.ts'
import { unpark } from '../jobs/worker.ts'
import { noOrganization } from '../pipeline/which-tenant.ts'
import { unparkJob } from '../plugin-host/switching.ts'
import { deleteStaleCopies } from '../simulation/index.ts'
import { runDeletion } from './operations/delete-organization.ts'
import { deletionJob, purgeJob } from './operations/operations.ts'
import { runPurge } from './operations/purge-plugin.ts'
import type { CoreContext, Place } from './surroundings.ts'

/** Work of the platform itself, in one organisation. */
export function coreJobs(j: Jobs<CoreContext>, place: Place): void {
  j.job({
    id: unparkJob,
    title: 'Put back what waited while a plugin was off or the organisation suspended',
    input: Type.Object({ plugin: Text(63) }),
    timeoutMs: 60_000,
    attempts: 10,
    run: async (ctx, { plugin }) => {
      const { boss, database } = place.around.runtime
      await unpark({ boss, platform: database.platform }, ctx.tenantId, plugin)
    },
  })
  j.job({
    id: purgeJob,
    title: "Delete a plugin's data",
    input: Type.Object({ operation: Uuid() }),
    timeoutMs: 3_600_000,
    attempts: 3,
    prompt: true,
    run: (ctx, { operation }) => runPurge(place.around.runtime, ctx, operation),
  })
  j.job({
    id: deletionJob,
    title: 'Delete an organisation',
    input: Type.Object({ operation: Uuid() }),
    timeoutMs: 3_600_000,
    attempts: 3,
    prompt: true,
    run: (ctx, { operation }) => runDeletion(place.around, ctx.tenantId, operation),
  })
  j.job({
    id: refreshStatisticsJob,
    title: 'Tell the planner of tables that have grown',
    input: Type.Object({}, { additionalProperties: false }),
    timeoutMs: 600_000,
    attempts: 2,
    prompt: true,
    run: async (ctx) => {
      const { platform } = place.around.runtime.database
      const tables = await platform.query('SELECT app.refresh_statistics() AS name', { type: QueryTypes.SELECT })
      ctx.log.info({ tables }, 'the planner knows the new sizes')
    },
  })
  j.job({
    id: 'core.tidy',
    title: 'Forget answers kept for repeated requests, and plans nobody applied',
    input: Type.Object({}),
    timeoutMs: 300_000,
    attempts: 3,
    schedule: { cron: '17 3 * * *', timezone: 'tenant', input: () => ({}) },
    run: async (ctx) => {
      // The provider's ended codes and sessions, and answers given above organisations, belong to none: deleting them
      // again finds nothing.
      await place.around.identity?.cleanUp?.()
      const yesterday = new Date(ctx.now().getTime() - 24 * 3_600_000)
      const oldAnswers = 'DELETE FROM core.idempotency WHERE tenant_id = $1 AND created_at < $2'
      await rows(place.around.runtime.database.platform, oldAnswers, [noOrganization, yesterday])
      await ctx.transaction(async (tx) => {
        await tx.query(oldAnswers, [tx.tenantId, yesterday])
        await tx.query(`DELETE FROM core.operation WHERE tenant_id = $1 AND status = 'planned' AND created_at < $2`, [
          tx.tenantId,
          yesterday,
        ])
      })
      await deleteStaleCopies(place.around.runtime, ctx.tenantId)
    },
  })
}
