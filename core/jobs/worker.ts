import type { Actor, Log } from '@guildhall/sdk'
import type { JobWithMetadata, PgBoss } from 'pg-boss'
import { QueryTypes, type Sequelize } from 'sequelize'
import type { Clock } from '../clock.ts'
import { deliverJob, dispatchJob } from '../events/dispatch.ts'
import { EventCarrier } from '../events/event-carrier.ts'
import { onBehalf } from '../events/on-behalf.ts'
import { systemAccess } from '../permissions/access.ts'
import {
  type ContextParts,
  createContext,
  type EnablementCache,
  type InstalledPlugin,
  type PluginHost,
} from '../plugin-host/index.ts'
import { Validator } from '../validation.ts'
import { insertingIn, type JobData, pollingSeconds, type QueueSpec } from './queue.ts'

export interface WorkerParts {
  readonly boss: PgBoss
  readonly host: PluginHost
  readonly parts: ContextParts
  readonly enablement: EnablementCache
  readonly platform: Sequelize
  readonly clock: Clock
  readonly log: Log
}

/** What became of a job; metrics count it. */
export type JobOutcome = 'done' | 'failed' | 'parked' | 'skipped'

type Job = JobWithMetadata<JobData>

/** Runs jobs: the plugin's own, and the two that carry events to their subscribers. ARCHITECTURE §3, third column. */
export class Worker {
  readonly #o: WorkerParts
  readonly #carrier: EventCarrier
  readonly #stopping = new AbortController()
  readonly #running = new Set<Promise<unknown>>()
  onOutcome: (job: string, outcome: JobOutcome, ms: number) => void = () => {}

  constructor(o: WorkerParts) {
    this.#o = o
    this.#carrier = new EventCarrier({ ...o, stopping: this.#stopping.signal })
  }

  get queues(): readonly QueueSpec[] {
    return [
      { name: dispatchJob, attempts: 10, timeoutMs: 60_000, prompt: true },
      { name: deliverJob, attempts: 10, timeoutMs: 300_000, prompt: true },
      ...[...this.#o.host.jobs.values()].map(({ job }) => ({
        name: job.id,
        attempts: job.attempts,
        timeoutMs: job.timeoutMs,
        prompt: job.prompt === true,
      })),
    ]
  }

  async start(): Promise<void> {
    const { boss, host } = this.#o
    for (const { name, prompt } of this.queues) {
      const { node, tenant } = host.jobs.get(name)?.job.atOnce ?? { node: 2, tenant: 1 }
      await boss.work<JobData>(
        name,
        {
          batchSize: name === dispatchJob ? 20 : 1,
          localConcurrency: node,
          includeMetadata: true,
          pollingIntervalSeconds: prompt ? pollingSeconds.prompt : pollingSeconds.background,
          // One organisation's long imports leave a place for another's.
          ...(name === dispatchJob ? {} : { localGroupConcurrency: tenant }),
        },
        async (jobs) => {
          if (prompt) this.wake(name)
          try {
            for (const job of jobs as Job[]) await this.run(name, job)
          } finally {
            this.#lookAgain(name)
          }
        },
      )
    }
  }

  /**
   * A queue got a job: one of its workers that rest looks, and each that finds something wakes the next. A node has many
   * for bots, and a look that finds nothing costs the database as much as a small run.
   */
  wake(name: string): void {
    const { boss } = this.#o
    const resting = boss.getWipData().find((worker) => worker.name === name && worker.count === 0)
    if (resting) boss.notifyWorker(resting.id)
  }

  /** For a node that may not have heard of jobs for a while. */
  wakeAll(): void {
    for (const { name, prompt } of this.queues) if (prompt) this.wake(name)
  }

  /**
   * The queue's workers rest after each job until they hear of a new one, and what waits already would be taken one job a
   * rest. Those that are busy look again as soon as they are done.
   */
  #lookAgain(name: string): void {
    const { boss } = this.#o
    for (const worker of boss.getWipData()) if (worker.name === name && worker.count > 0) boss.notifyWorker(worker.id)
  }

  /** Lets running jobs finish within the grace; what does not goes back to the queue and is redone by another node. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('The platform is stopping'))
    await Promise.allSettled(this.#running)
  }

  /** Runs one fetched job; throws when it failed, so that the queue retries it. */
  async run(name: string, job: Job): Promise<void> {
    const started = performance.now()
    const count = (outcome: JobOutcome) => this.onOutcome(name, outcome, performance.now() - started)
    const work = this.#work(name, job)
    this.#running.add(work)
    try {
      count(await work)
    } catch (error) {
      count('failed')
      this.#o.log.error({ err: error, job: name, jobId: job.id, tenant: job.data.tenant }, 'job failed')
      throw error
    } finally {
      this.#running.delete(work)
    }
  }

  #work(name: string, job: Job): Promise<JobOutcome> {
    if (name === dispatchJob) return this.#carrier.dispatch(job)
    return name === deliverJob ? this.#carrier.deliver(job) : this.#plugin(name, job)
  }

  async #plugin(name: string, job: Job): Promise<'done' | 'parked'> {
    const { tenant, input, actor } = job.data
    const found = this.#o.host.jobs.get(name)
    if (!found) return this.#park(job, name, 'this version does not have the job')
    const { plugin, job: spec } = found
    const standing = await this.#o.enablement.of(tenant)
    if (standing.suspended && plugin.id !== 'core') return this.#park(job, name, 'the organisation is suspended')
    if (!standing.isOn(plugin.id)) return this.#park(job, name, `plugin ${plugin.id} is off`)
    const errors = Validator.of(spec.input).errors(input)
    if (errors.length > 0)
      return this.#park(job, name, `the input does not fit: ${errors[0]?.pointer} ${errors[0]?.message}`)
    const by: Actor = { kind: 'system', reason: `job ${name}`, ...onBehalf(actor as Actor) }
    const ctx = await this.#context(plugin, tenant, by, job.data.cause ?? job.id, spec.timeoutMs)
    await spec.run(ctx, input, { id: job.id, attempt: job.retryCount + 1 })
    return 'done'
  }

  async #context(plugin: InstalledPlugin, tenantId: string, actor: Actor, cause: string, timeoutMs: number) {
    return createContext(this.#o.parts, {
      plugin,
      tenantId,
      actor,
      enablement: await this.#o.enablement.of(tenantId),
      access: systemAccess,
      signal: AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(timeoutMs)]),
      log: this.#o.log,
      scope: { requestId: cause },
      reading: false,
    })
  }

  /** pg-boss has no parked state: the row is written first, so a crash in between parks it again under the same id. */
  async #park(job: Job, name: string, reason: string): Promise<'parked'> {
    await this.#o.platform.query(
      `INSERT INTO core.parked_job (tenant_id, id, plugin_id, job, data, reason, parked_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
      {
        bind: [
          job.data.tenant,
          job.id,
          name.split('.')[0],
          name,
          JSON.stringify(job.data),
          reason,
          this.#o.clock.now(),
        ],
        type: QueryTypes.INSERT,
      },
    )
    this.#o.log.warn({ job: name, jobId: job.id, tenant: job.data.tenant, reason }, 'job parked')
    return 'parked'
  }
}

/** Puts back what was parked while the plugin was off, or the organisation suspended: all of it or, when that fails, nothing. */
export async function unpark(
  { boss, platform }: { boss: Pick<PgBoss, 'insert'>; platform: Sequelize },
  tenantId: string,
  pluginId: string,
): Promise<void> {
  await platform.transaction(async (transaction) => {
    const parked = await platform.query<{ id: string; job: string; data: JobData }>(
      'DELETE FROM core.parked_job WHERE tenant_id = $1 AND plugin_id = $2 RETURNING id, job, data',
      { bind: [tenantId, pluginId], type: QueryTypes.SELECT, transaction },
    )
    for (const [queue, rows] of Map.groupBy(parked, ({ job }) => job)) {
      const jobs = rows.map(({ id, data }) => ({ data, singletonKey: id, group: { id: tenantId } }))
      await boss.insert(queue, jobs, insertingIn(transaction))
    }
  })
}
