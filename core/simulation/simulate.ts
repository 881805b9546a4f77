import {
  copyScopes,
  leftOutOfCopies,
  Problem,
  problems,
  type SimulatedStep,
  type SimulationRequest,
} from '@guildhall/sdk'
import type { JobWithMetadata } from 'pg-boss'
import { QueryTypes } from 'sequelize'
import { v7 as uuidv7 } from 'uuid'
import type { CorePlugin, CoreSettings, Door } from '../core-plugin/index.ts'
import type { JobData } from '../jobs/queue.ts'
import type { Runtime } from '../runtime.ts'
import { nextRun } from '../schedule/cron.ts'
import { copyActor, copyOrganization, deleteCopy } from './copy-organization.ts'
import { type SimulatedRuntime, simulatedRuntime } from './simulated-runtime.ts'

const mostSteps = 20_000
const mostDays = 400

interface Schedule {
  readonly job: string
  readonly cron: string
  readonly time_zone: string
  readonly input: Record<string, unknown> | null
}

/**
 * Copies the organisation, lets its schedules, jobs and events run on a clock that goes from one to the next, collects,
 * and deletes the copy whatever happened. A copy left by a killed process is deleted by the daily clean-up.
 */
export async function simulate<R>(
  real: Runtime,
  o: {
    readonly tenantId: string
    /** A plugin `core` of its own, not settled yet: its services are to serve the copy. */
    readonly core: CorePlugin
    readonly settings: CoreSettings & Door
  },
  request: SimulationRequest<R>,
): Promise<R> {
  const { tenantId } = o
  const start = real.clock.now()
  if (request.until.getTime() - start.getTime() > mostDays * 86_400_000)
    throw new Problem(problems.conflict, { detail: `A rehearsal runs at most ${mostDays} days ahead.` })
  const world = simulatedRuntime(real, { ...o, start })
  const copyId = uuidv7()
  const inCopy = { tenantId: copyId, actor: copyActor }
  const scopes = real.host.contributions(copyScopes, await real.enablement.of(tenantId))
  const leftOut = real.host.installedContributions(leftOutOfCopies)
  try {
    await real.platformUnits.run(inCopy, (tx) =>
      copyOrganization(tx, {
        from: tenantId,
        scopes,
        leftOut,
        ...(request.groupId ? { groupId: request.groupId } : {}),
      }),
    )
    await world.runtime.units.run(inCopy, async (tx) => {
      await request.prepare?.(tx)
      // The real scheduler is not to fire what was entered here.
      await tx.query('UPDATE core.schedule SET enabled = false WHERE tenant_id = $1', [tx.tenantId])
    })
    await enterSchedules(world, tenantId, copyId, start)
    const steps = await letRun(world, request)
    return await world.runtime.units.run({ ...inCopy, reading: true }, (tx) => request.collect(tx, steps))
  } finally {
    await real.platformUnits.run(inCopy, deleteCopy)
  }
}

async function enterSchedules(
  { runtime, queue }: SimulatedRuntime,
  from: string,
  to: string,
  start: Date,
): Promise<void> {
  const rows = await runtime.database.platform.query<Schedule>(
    `SELECT DISTINCT ON (job, key) job, cron, time_zone, input FROM core.schedule
      WHERE (tenant_id = $1 AND enabled) OR tenant_id = $2 ORDER BY job, key, (tenant_id = $2) DESC`,
    { bind: [from, to], type: QueryTypes.SELECT },
  )
  for (const row of rows) enterNext(runtime, queue, row, to, start)
}

/** The next time of one schedule; the job that fires then enters the one after it. */
function enterNext(
  runtime: Runtime,
  queue: SimulatedRuntime['queue'],
  schedule: Schedule,
  tenant: string,
  after: Date,
): void {
  const at = nextRun(schedule.cron, schedule.time_zone, after)
  const declared = runtime.host.jobs.get(schedule.job)?.job
  if (!at || !declared) return
  const input = schedule.input
    ? { ...schedule.input, scheduledFor: at.toISOString() }
    : (declared.schedule?.input({ tenantId: tenant, scheduledFor: at }) ?? {})
  const data: JobData = { tenant, input, actor: { kind: 'system', reason: `schedule ${schedule.job}` } }
  queue.add({
    id: uuidv7(),
    name: schedule.job,
    data,
    at,
    key: null,
    again: () => enterNext(runtime, queue, schedule, tenant, at),
  })
}

async function letRun<R>(
  { runtime, queue, clock }: SimulatedRuntime,
  { until, onProgress, signal }: SimulationRequest<R>,
): Promise<SimulatedStep[]> {
  const steps: SimulatedStep[] = []
  for (let next = queue.peek(); next && next.at <= until; next = queue.peek()) {
    signal?.throwIfAborted()
    if (steps.length >= mostSteps)
      throw new Problem(problems.conflict, { detail: `More than ${mostSteps} steps: rehearse fewer days.` })
    const job = queue.take() as NonNullable<typeof next>
    if (job.at > clock.now()) await onProgress?.(job.at)
    clock.moveTo(job.at)
    job.again?.()
    const step = { at: clock.now(), job: job.name, input: job.data.input }
    if (runtime.host.jobs.get(job.name)?.job.outside) steps.push({ ...step, outcome: 'outside' })
    else steps.push({ ...step, ...(await outcomeOf(runtime, job.name, asFetched(job))) })
  }
  clock.moveTo(until)
  return steps
}

async function outcomeOf(
  runtime: Runtime,
  name: string,
  job: JobWithMetadata<JobData>,
): Promise<Pick<SimulatedStep, 'outcome' | 'reason'>> {
  try {
    await runtime.worker.run(name, job)
    return { outcome: 'done' }
  } catch (error) {
    return { outcome: 'failed', reason: (error as Error).message }
  }
}

/** What a worker reads of a job; there is no second attempt in a rehearsal. */
const asFetched = (job: { id: string; name: string; data: JobData }) =>
  ({ id: job.id, name: job.name, data: job.data, retryCount: 0 }) as unknown as JobWithMetadata<JobData>
