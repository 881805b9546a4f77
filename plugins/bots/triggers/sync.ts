/** Brings event triggers, schedule and webhook to what an installation says; called at every change of it. */
import type { Tx } from '@guildhall/sdk'
import type { BotsContext } from '../context.ts'
import type { Installation } from '../installations/stored.ts'
import { tickJob } from '../job-names.ts'

export async function syncTriggers(ctx: BotsContext, tx: Tx, installation: Installation): Promise<void> {
  await syncEvents(tx, installation)
  await syncSchedule(ctx, tx, installation)
  if (!installation.manifest.triggers.webhook) await forgetWebhook(tx, installation.id)
}

async function syncEvents(tx: Tx, { id, enabled, triggers, manifest }: Installation): Promise<void> {
  await tx.query('DELETE FROM bots.event_trigger WHERE tenant_id = $1 AND installation_id = $2', [tx.tenantId, id])
  if (!enabled) return
  const rows = Object.entries(triggers.events ?? {})
    .filter(([event, { on }]) => on && manifest.triggers.events.includes(event))
    .map(([event, { condition }]) => ({ event, condition: condition ?? null }))
  if (rows.length === 0) return
  await tx.query(
    `INSERT INTO bots.event_trigger (tenant_id, installation_id, event, condition)
     SELECT $1, $2, t.event, t.condition FROM jsonb_to_recordset($3) AS t (event text, condition jsonb)`,
    [tx.tenantId, id, JSON.stringify(rows)],
  )
}

async function syncSchedule(
  ctx: BotsContext,
  tx: Tx,
  { id, enabled, triggers, manifest }: Installation,
): Promise<void> {
  const { cron } = triggers
  if (enabled && manifest.triggers.cron && cron?.on) {
    await ctx.use.schedules.set(tx, { job: tickJob, key: id, cron: cron.expression, input: { installationId: id } })
  } else {
    await ctx.use.schedules.remove(tx, { job: tickJob, key: id })
  }
}

/** A version that listens to no calls leaves no address behind. */
const forgetWebhook = (tx: Tx, id: string) =>
  tx.query(
    `UPDATE bots.installation SET webhook_hash = NULL, webhook_secret = NULL
      WHERE tenant_id = $1 AND id = $2 AND webhook_hash IS NOT NULL`,
    [tx.tenantId, id],
  )
