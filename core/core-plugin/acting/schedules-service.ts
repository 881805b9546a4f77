import { invalid, type SchedulesService, type Tx } from '@guildhall/sdk'
import type { Runtime } from '../../runtime.ts'
import { nextRuns, requireCron } from '../../schedule/cron.ts'
import { putSchedule, timeZoneOf } from '../../schedule/schedules.ts'
import { Validator } from '../../validation.ts'

/** Times of `plugin`'s own jobs, beside those it declares; its keys, and nobody else's. */
export const schedulesServiceFor = (runtime: Runtime, plugin: string): SchedulesService => ({
  set: async (tx, { job, key, cron, input }) => {
    const spec = ownJob(runtime, plugin, job)
    if (key === '' || key.length > 200) throw new Error(`A schedule needs a key of 1 to 200 characters: ${job}`)
    const timeZone = await timeZoneOf(tx)
    requireCron(cron, timeZone, tx.now())
    const [wrong] = Validator.of(spec.input).errors({ ...input, scheduledFor: tx.now().toISOString() })
    if (wrong) throw new Error(`The job ${job} would refuse this input: ${wrong.pointer} ${wrong.message}`)
    await putSchedule(tx, { plugin, job, key, cron, timeZone, input })
  },
  remove: async (tx, { job, key }) => {
    ownJob(runtime, plugin, job)
    await tx.query(`DELETE FROM core.schedule WHERE tenant_id = $1 AND job = $2 AND key = $3 AND key <> ''`, [
      tx.tenantId,
      job,
      key,
    ])
  },
  next: async (tx: Tx, cron, count) => {
    const timeZone = await timeZoneOf(tx)
    requireCron(cron, timeZone, tx.now())
    if (count > 1000) throw invalid('/count', 'must be at most 1000')
    return nextRuns(cron, timeZone, tx.now(), count)
  },
})

/** @throws Error: which jobs there are is code, not input */
function ownJob(runtime: Runtime, plugin: string, job: string) {
  const found = runtime.host.jobs.get(job)
  if (found?.plugin.id !== plugin) throw new Error(`The plugin "${plugin}" has no job "${job}"`)
  return found.job
}
