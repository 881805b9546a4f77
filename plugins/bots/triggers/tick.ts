/** A time of an installation has come: one run a time, whichever node says so and however often. */
import { type Jobs, Timestamp, Uuid } from '@guildhall/sdk'
import Type from 'typebox'
import type { BotsContext } from '../context.ts'
import { installationById } from '../installations/stored.ts'
import { tickJob } from '../job-names.ts'
import { startRun } from '../runs/start.ts'

export function tickJobs(j: Jobs<BotsContext>): void {
  j.job({
    id: tickJob,
    title: 'Start a bot at its time',
    input: Type.Object({ installationId: Uuid(), scheduledFor: Timestamp() }, { additionalProperties: false }),
    timeoutMs: 30_000,
    attempts: 5,
    prompt: true,
    run: (ctx, { installationId, scheduledFor }) =>
      ctx.transaction(async (tx) => {
        const installation = await installationById(tx, installationId)
        if (!installation?.enabled || !installation.triggers.cron?.on) return
        await startRun(tx, {
          installationId,
          trigger: { trigger: 'cron', scheduledFor },
          kind: 'cron',
          key: scheduledFor,
        })
      }),
  })
}
