import {
  Closed,
  defineListing,
  invalid,
  listQuery,
  Nullable,
  Page,
  Problem,
  parseListQuery,
  problems,
  readPage,
  Text,
  Timestamp,
  type Tx,
  Uuid,
} from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import type { Runtime } from '../../runtime.ts'
import type { CoreRouter, Place } from '../surroundings.ts'

const JobView = Type.Object(
  {
    id: Text(120),
    title: Text(200, { description: 'What it does' }),
    plugin: Text(63, { description: 'Who runs it' }),
    attempts: Type.Integer({ description: 'How often it is tried' }),
    timeoutMs: Type.Integer({ description: 'Milliseconds after which it is broken off' }),
    schedule: Nullable(
      Type.Object(
        {
          cron: Text(120, { description: 'Minute, hour, day, month, weekday' }),
          timeZone: Text(64, { description: 'IANA name' }),
          enabled: Type.Boolean({ description: 'Whether the clock runs it' }),
          nextRunAt: Nullable(Timestamp({ description: 'Null: the clock does not' })),
          lastRunAt: Nullable(Timestamp({ description: 'Null: never' })),
        },
        { description: 'When the clock runs it; null: only when asked' },
      ),
    ),
  },
  { title: 'Job' },
)
type JobView = Static<typeof JobView>
const Started = Type.Object(
  {
    job: Text(120, { description: 'Id of the job' }),
    scheduledFor: Timestamp({ description: 'When it runs' }),
    key: Text(200, { description: 'One run has it, however often it is asked for' }),
  },
  { title: 'StartedJob' },
)

const ParkedView = Type.Object(
  {
    id: Uuid(),
    job: Text(120, { description: 'Id of the job' }),
    plugin: Text(63, { description: 'Whose it is' }),
    reason: Text(2000, { description: 'Why it waits' }),
    createdAt: Timestamp({ description: 'When it was parked' }),
    updatedAt: Timestamp({ description: 'The same as createdAt' }),
  },
  { title: 'ParkedJob' },
)
type ParkedView = Static<typeof ParkedView>
interface ParkedRow {
  id: string
  job: string
  plugin_id: string
  reason: string
  parked_at: Date
}

const parkedListing = defineListing({
  id: 'core.parked-jobs',
  fields: { plugin: { type: 'text', column: 'p.plugin_id', description: 'Id of the plugin' } },
  sorts: { id: { column: 'p.id', type: 'uuid', leads: true } },
  defaultSort: 'id',
  idColumn: 'p.id',
  tenantColumn: 'p.tenant_id',
})

interface ScheduleRow {
  job: string
  cron: string
  time_zone: string
  enabled: boolean
  next_run_at: Date | null
  last_run_at: Date | null
}

/** Jobs of the plugins that are on, with the times of those that have some. */
export async function jobsOf(runtime: Runtime, tx: Tx): Promise<JobView[]> {
  const on = await runtime.enablement.of(tx.tenantId)
  const rows = await tx.query<ScheduleRow>(
    `SELECT job, cron, time_zone, enabled, next_run_at, last_run_at FROM core.schedule WHERE tenant_id = $1 AND key = ''`,
    [tx.tenantId],
  )
  const schedules = new Map(rows.map((row) => [row.job, row]))
  return [...runtime.host.jobs.values()]
    .filter(({ plugin }) => on.isOn(plugin.id))
    .map(({ plugin, job }) => {
      const row = schedules.get(job.id)
      return {
        id: job.id,
        title: job.title,
        plugin: plugin.id,
        attempts: job.attempts,
        timeoutMs: job.timeoutMs,
        schedule: row
          ? {
              cron: row.cron,
              timeZone: row.time_zone,
              enabled: row.enabled,
              nextRunAt: row.next_run_at?.toISOString() ?? null,
              lastRunAt: row.last_run_at?.toISOString() ?? null,
            }
          : null,
      }
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

/**
 * Starts a scheduled job as the clock would. One with the same key that still waits is not started twice.
 * @throws Problem 404 for a job that is not here, 422 for one that has no schedule
 */
export async function runJobNow(
  runtime: Runtime,
  tx: Tx,
  o: { id: string; at?: Date | undefined; key?: string | undefined },
): Promise<Static<typeof Started>> {
  const found = runtime.host.jobs.get(o.id)
  const on = await runtime.enablement.of(tx.tenantId)
  if (!found || !on.isOn(found.plugin.id))
    throw new Problem(problems.notFound, { detail: `There is no job "${o.id}" here.` })
  const { schedule } = found.job
  if (!schedule)
    throw new Problem(problems.unprocessable, {
      detail: `"${o.id}" has no schedule: the platform starts it with an input of its own.`,
    })
  const scheduledFor = o.at ?? tx.now()
  const key = o.key ?? `now:${scheduledFor.toISOString().slice(0, 16)}`
  await tx.enqueue(found.job.id, schedule.input({ tenantId: tx.tenantId, scheduledFor }), { key })
  await tx.audit({
    action: 'core.job-started',
    target: { type: 'job', id: o.id },
    meta: { key, scheduledFor: scheduledFor.toISOString() },
  })
  return { job: o.id, scheduledFor: scheduledFor.toISOString(), key }
}

const tags = ['Jobs']

export function jobRoutes(r: CoreRouter, place: Place): void {
  r.route({
    method: 'GET',
    url: '/jobs',
    access: { requires: 'core.jobs.read' },
    summary: 'List jobs and when the scheduled ones run',
    tags,
    schema: {
      response: Page(JobView, { most: 1000 }),
    },
    handler: (ctx) =>
      ctx.read(async (tx) => ({ items: await jobsOf(place.around.runtime, tx), page: { nextCursor: null } })),
  })
  r.route({
    method: 'GET',
    url: '/jobs/parked',
    access: { requires: 'core.jobs.read' },
    summary: 'List work that waits for its plugin to be switched on',
    tags,
    schema: { query: listQuery(parkedListing), response: Page(ParkedView) },
    handler: (ctx, { query }) =>
      ctx.read((tx) =>
        readPage<ParkedRow, ParkedView>(tx, parkedListing, parseListQuery(parkedListing, query), {
          select: 'p.id, p.job, p.plugin_id, p.reason, p.parked_at',
          from: 'core.parked_job p',
          tenantId: tx.tenantId,
          of: (row) => ({
            id: row.id,
            job: row.job,
            plugin: row.plugin_id,
            reason: row.reason,
            createdAt: row.parked_at.toISOString(),
            updatedAt: row.parked_at.toISOString(),
          }),
        }),
      ),
  })
  r.route({
    method: 'POST',
    url: '/jobs/:id/run',
    access: { requires: 'core.jobs.run' },
    summary: 'Run a scheduled job now, as safely as by the clock',
    tags,
    problems: [problems.unprocessable],
    schema: {
      params: Closed({ id: Text(120) }),
      body: Nullable(
        Closed({
          at: Type.Optional(Timestamp({ description: 'As if it were this time; default: now' })),
          key: Type.Optional(Text(100, { description: 'One job with a key waits at a time; default: the minute' })),
        }),
      ),
      response: Started,
    },
    status: 202,
    handler: (ctx, { params, body }) =>
      ctx.transaction((tx) => {
        const at = body?.at === undefined ? undefined : new Date(body.at)
        if (at && Number.isNaN(at.getTime())) throw invalid('/at', 'is no time')
        return runJobNow(place.around.runtime, tx, { id: params.id, at, key: body?.key })
      }),
  })
}
