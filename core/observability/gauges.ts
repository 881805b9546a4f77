import { Counter, Gauge, type Registry } from 'prom-client'
import { QueryTypes, type Sequelize } from 'sequelize'
import type { Runtime } from '../runtime.ts'

interface Pool {
  readonly size: number
  readonly available: number
  readonly using: number
  readonly waiting: number
}

const poolOf = (sequelize: Sequelize): Pool =>
  (sequelize as unknown as { connectionManager: { pool: Pool } }).connectionManager.pool

/** Figures of the database and the jobs, read when somebody asks. */
export function platformGauges(registry: Registry, runtime: Runtime): void {
  const registers = [registry]
  const { rw, platform } = runtime.database
  new Gauge({
    name: 'guildhall_pool_connections',
    help: 'Connections by pool and state',
    labelNames: ['pool', 'state'],
    registers,
    collect() {
      for (const [pool, sequelize] of [
        ['rw', rw],
        ['platform', platform],
      ] as const) {
        const { size, using, waiting } = poolOf(sequelize)
        this.set({ pool, state: 'open' }, size)
        this.set({ pool, state: 'used' }, using)
        this.set({ pool, state: 'waiting' }, waiting)
      }
    },
  })
  new Gauge({
    name: 'guildhall_queue_jobs',
    help: 'Jobs by queue and state',
    labelNames: ['queue', 'state'],
    registers,
    async collect() {
      this.reset()
      const rows = await platform.query<{ name: string; state: string; n: number }>(
        `SELECT name, state::text, count(*)::int AS n FROM pgboss.job WHERE state IN ('created', 'retry', 'active', 'failed') GROUP BY 1, 2`,
        { type: QueryTypes.SELECT },
      )
      for (const { name, state, n } of rows) this.set({ queue: name, state }, n)
    },
  })
  new Gauge({
    name: 'guildhall_database_bytes',
    help: 'Size of the database',
    registers,
    async collect() {
      const [row] = await platform.query<{ size: string }>('SELECT pg_database_size(current_database()) AS size', {
        type: QueryTypes.SELECT,
      })
      if (row) this.set(Number(row.size))
    },
  })
  new Gauge({
    name: 'guildhall_schedules_overdue',
    help: 'Schedules that should have fired a minute ago',
    registers,
    async collect() {
      const [row] = await platform.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM core.schedule WHERE enabled AND next_run_at < now() - interval '1 minute'`,
        { type: QueryTypes.SELECT },
      )
      if (row) this.set(row.n)
    },
  })
}

/** Counts jobs by what became of them. */
export function jobOutcomes(registry: Registry): (job: string, outcome: string, ms: number) => void {
  const registers = [registry]
  const count = new Counter({
    name: 'guildhall_jobs_total',
    help: 'Jobs by outcome',
    labelNames: ['job', 'outcome'],
    registers,
  })
  const time = new Counter({
    name: 'guildhall_job_seconds_total',
    help: 'Time spent in jobs',
    labelNames: ['job'],
    registers,
  })
  return (job, outcome, ms) => {
    count.inc({ job, outcome })
    time.inc({ job }, ms / 1000)
  }
}
