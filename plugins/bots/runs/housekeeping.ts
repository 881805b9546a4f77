/** What runs leave behind goes after its days; what lost its node is called again. */
import type { Jobs, Tx } from '@guildhall/sdk'
import Type from 'typebox'
import type { BotsContext } from '../context.ts'
import { cleanJob, sweepJob } from '../job-names.ts'
import { sweep } from './life/give-back.ts'

const Nothing = Type.Object({}, { additionalProperties: false })
const batch = 2000

export function housekeepingJobs(j: Jobs<BotsContext>): void {
  j.job({
    id: cleanJob,
    title: 'Forget old runs of bots',
    input: Nothing,
    timeoutMs: 600_000,
    attempts: 3,
    schedule: { cron: '50 3 * * *', timezone: 'tenant', input: () => ({}) },
    run: async (ctx) => {
      const before = new Date(ctx.now().getTime() - ctx.config.keepRunsDays * 86_400_000)
      while (await ctx.transaction((tx) => forgetRuns(tx, before))) ctx.signal.throwIfAborted()
      await ctx.transaction((tx) => forgetRest(tx, before))
    },
  })
  j.job({
    id: sweepJob,
    title: 'Call runs again that lost their node',
    input: Nothing,
    timeoutMs: 60_000,
    attempts: 2,
    run: async (ctx) => {
      const { called } = await ctx.transaction(sweep)
      if (called > 0) ctx.log.warn({ called, tenant: ctx.tenantId }, 'runs of bots were overdue')
    },
  })
}

/**
 * Calls and lines go with their run. A failed one nobody looked at stays as long as the others. Rehearsed ones go with
 * their copy: its clock runs ahead, and its first days are old before anybody has read them.
 */
async function forgetRuns(tx: Tx, before: Date): Promise<boolean> {
  const rows = await tx.query(
    `DELETE FROM bots.run WHERE tenant_id = $1 AND id IN (
       SELECT id FROM bots.run WHERE tenant_id = $1 AND queued_at < $2 AND status NOT IN ('queued', 'running', 'retrying')
          AND mode <> 'rehearsal'
        ORDER BY queued_at LIMIT ${batch}) RETURNING id`,
    [tx.tenantId, before],
  )
  return rows.length === batch
}

async function forgetRest(tx: Tx, before: Date): Promise<void> {
  await tx.query('DELETE FROM bots.rehearsal WHERE tenant_id = $1 AND created_at < $2', [tx.tenantId, before])
  await tx.query('DELETE FROM bots.state WHERE tenant_id = $1 AND expires_at <= $2', [tx.tenantId, tx.now()])
  await tx.query('DELETE FROM bots.mail_hour WHERE tenant_id = $1 AND hour < $2', [
    tx.tenantId,
    new Date(tx.now().getTime() - 2 * 86_400_000),
  ])
  // Settings nobody runs with any more: sealed secrets among them go too.
  await tx.query(
    `DELETE FROM bots.config_version c WHERE c.tenant_id = $1
        AND NOT EXISTS (SELECT 1 FROM bots.installation i
          WHERE i.tenant_id = $1 AND i.id = c.installation_id AND i.config_version = c.config_version)
        AND NOT EXISTS (SELECT 1 FROM bots.run r
          WHERE r.tenant_id = $1 AND r.installation_id = c.installation_id AND r.config_version = c.config_version)`,
    [tx.tenantId],
  )
}
