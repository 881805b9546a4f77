import type { Log } from '@guildhall/sdk'
import type { PgBoss } from 'pg-boss'
import { QueryTypes, type Sequelize } from 'sequelize'
import type { Clock } from '../clock.ts'
import { connectionOf } from '../database/query.ts'
import type { PluginHost } from '../plugin-host/index.ts'
import { nextRun } from './cron.ts'

interface Due {
  tenant_id: string
  id: string
  job: string
  key: string
  cron: string
  time_zone: string
  input: unknown
  next_run_at: Date
}

/**
 * Fires what is due: a short tick compares next_run_at with the time, so nothing hangs on long timers. The row lock
 * and the move of next_run_at in the same transaction as the job make each tick fire once, on however many nodes.
 */
export class Ticker {
  readonly #o: { platform: Sequelize; boss: PgBoss; host: PluginHost; clock: Clock; log: Log }
  #timer: NodeJS.Timeout | null = null
  #ticking: Promise<unknown> = Promise.resolve()
  /** When the last tick ended well; health asks. */
  lastTick: Date | null = null

  constructor(o: { platform: Sequelize; boss: PgBoss; host: PluginHost; clock: Clock; log: Log }) {
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
      if (batch < 100) break
    }
    this.lastTick = this.#o.clock.now()
    return fired
  }

  async #batch(): Promise<number> {
    const now = this.#o.clock.now()
    return this.#o.platform.transaction(async (transaction) => {
      const due = await this.#o.platform.query<Due>(
        `SELECT tenant_id, id, job, key, cron, time_zone, input, next_run_at FROM core.schedule
          WHERE enabled AND next_run_at <= $1 ORDER BY next_run_at LIMIT 100 FOR UPDATE SKIP LOCKED`,
        { bind: [now], type: QueryTypes.SELECT, transaction },
      )
      const connection = connectionOf(transaction)
      const db = { executeSql: (text: string, values?: unknown[]) => connection.query(text, values as unknown[]) }
      for (const row of due) {
        const declared = this.#o.host.jobs.get(row.job)?.job
        const scheduledFor = row.next_run_at
        const input = row.input ?? declared?.schedule?.input({ tenantId: row.tenant_id, scheduledFor }) ?? {}
        const data = { tenant: row.tenant_id, input, actor: { kind: 'system', reason: `schedule ${row.job}` } }
        // A job this version does not know stays due for a version that does.
        if (declared)
          await this.#o.boss.insert(
            row.job,
            [{ data, singletonKey: `${row.id}:${scheduledFor.toISOString()}`, group: { id: row.tenant_id } }],
            { db },
          )
        await connection.query(
          'UPDATE core.schedule SET next_run_at = $3, last_run_at = $4 WHERE tenant_id = $1 AND id = $2',
          [row.tenant_id, row.id, nextRun(row.cron, row.time_zone, now), scheduledFor],
        )
      }
      return due.length
    })
  }
}
