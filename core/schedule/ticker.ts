import type { Log } from '@guildhall/sdk'
import type { PgBoss } from 'pg-boss'
import { QueryTypes, type Sequelize } from 'sequelize'
import type { Clock } from '../clock.ts'
import { connectionOf } from '../database/query.ts'
import { insertingIn } from '../jobs/queue.ts'
import type { PluginHost } from '../plugin-host/index.ts'
import { nextRun } from './cron.ts'

interface Due {
  tenant_id: string
  id: string
  job: string
  key: string
  cron: string
  time_zone: string
  input: object | null
  next_run_at: Date
  suspended: boolean
}

/** Rows a transaction: few enough that another node gets some, many enough that a statement carries many. */
const batchSize = 500

/**
 * What is due, in the order it became so: the index `schedule_due` leads to it, however much else there is. A job that
 * this version does not know stays due for a version that does.
 */
export const dueSql = `
SELECT tenant_id, id, job, key, cron, time_zone, input, next_run_at,
       (SELECT t.status = 'suspended' FROM core.tenant t WHERE t.id = schedule.tenant_id) AS suspended
  FROM core.schedule
 WHERE enabled AND next_run_at <= $1 AND job = ANY($2) ORDER BY next_run_at LIMIT ${batchSize} FOR UPDATE SKIP LOCKED`

const moveSql = `
UPDATE core.schedule s SET next_run_at = n.next_run_at, last_run_at = coalesce(n.last_run_at, s.last_run_at)
  FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[]) AS n (tenant_id, id, next_run_at, last_run_at)
 WHERE s.tenant_id = n.tenant_id AND s.id = n.id`

interface TickerParts {
  readonly platform: Sequelize
  readonly boss: PgBoss
  readonly host: PluginHost
  readonly clock: Clock
  readonly log: Log
}

/**
 * Fires what is due: a short tick compares next_run_at with the time, so nothing hangs on long timers. The row lock
 * and the move of next_run_at in the same transaction as the job make each tick fire once, on however many nodes. In a
 * suspended organisation what is due passes, but for core's own; it is not made up for.
 */
export class Ticker {
  readonly #o: TickerParts
  #timer: NodeJS.Timeout | null = null
  #ticking: Promise<unknown> = Promise.resolve()
  /** When the last tick ended well; health asks. */
  lastTick: Date | null = null

  constructor(o: TickerParts) {
    this.#o = o
  }

  start(everyMs = 1_000): void {
    const again = () => {
      this.#ticking = this.tick()
        .catch((error) => this.#o.log.error({ err: error }, 'the scheduler could not tick'))
        .finally(() => {
          if (this.#timer) this.#timer = setTimeout(again, everyMs)
        })
    }
    this.#timer = setTimeout(again, everyMs)
  }

  async stop(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    await this.#ticking
  }

  /** Fires everything due now; returns how many. */
  async tick(): Promise<number> {
    let fired = 0
    for (;;) {
      const batch = await this.#batch()
      fired += batch
      if (batch < batchSize) break
    }
    this.lastTick = this.#o.clock.now()
    return fired
  }

  /** One read, one insert a queue, one update. */
  async #batch(): Promise<number> {
    const { platform, boss, host, clock } = this.#o
    const now = clock.now()
    return platform.transaction(async (transaction) => {
      const due = await platform.query<Due>(dueSql, {
        bind: [now, [...host.jobs.keys()]],
        type: QueryTypes.SELECT,
        transaction,
      })
      if (due.length === 0) return 0
      const fires = (row: Due) => !row.suspended || host.jobs.get(row.job)?.plugin.id === 'core'
      for (const [queue, rows] of Map.groupBy(due.filter(fires), ({ job }) => job)) {
        const jobs = rows.flatMap((row) => this.#jobOf(row))
        if (jobs.length > 0) await boss.insert(queue, jobs, insertingIn(transaction))
      }
      const next = this.#nextRuns(now)
      await connectionOf(transaction).query(moveSql, [
        due.map((row) => row.tenant_id),
        due.map((row) => row.id),
        due.map(next),
        due.map((row) => (fires(row) ? row.next_run_at : null)),
      ])
      return due.length
    })
  }

  /** Nothing when the input cannot be made: one plugin's fault stops nobody else's schedules. */
  #jobOf(row: Due): object[] {
    const scheduledFor = row.next_run_at
    try {
      const declared = this.#o.host.jobs.get(row.job)?.job
      const input =
        row.key === ''
          ? (declared?.schedule?.input({ tenantId: row.tenant_id, scheduledFor }) ?? {})
          : { ...row.input, scheduledFor: scheduledFor.toISOString() }
      return [
        {
          data: { tenant: row.tenant_id, input, actor: { kind: 'system', reason: `schedule ${row.job}` } },
          singletonKey: `${row.id}:${scheduledFor.toISOString()}`,
          group: { id: row.tenant_id },
        },
      ]
    } catch (error) {
      this.#o.log.error({ err: error, job: row.job, tenant: row.tenant_id }, 'a schedule gave no input')
      return []
    }
  }

  /** Rows that say the same are counted once. What has no next time, or an expression that no longer reads, rests. */
  #nextRuns(now: Date): (row: Due) => Date | null {
    const known = new Map<string, Date | null>()
    return ({ cron, time_zone, job, tenant_id }) => {
      const key = `${time_zone} ${cron}`
      const found = known.get(key)
      if (found !== undefined) return found
      let at: Date | null = null
      try {
        at = nextRun(cron, time_zone, now)
      } catch (error) {
        this.#o.log.error({ err: error, job, tenant: tenant_id }, 'a schedule has no next time')
      }
      known.set(key, at)
      return at
    }
  }
}
