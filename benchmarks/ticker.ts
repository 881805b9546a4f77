/** Schedules cost what is due, not what exists: a tick at 1,000 and at 100,000 of them. */
import { QueryTypes } from 'sequelize'
import { dueSql, Ticker } from '#core/schedule/ticker.ts'
import { prepareGround } from './ground.ts'
import { median } from './processes.ts'

const rounds = 25
const dueAtOnce = 100

export async function ticker(): Promise<void> {
  const ground = await prepareGround()
  try {
    const { runtime } = ground.platform
    const { platform: sql } = runtime.database
    const { id } = await ground.organization('clockwork', 0)
    const tick = new Ticker({
      platform: sql,
      boss: runtime.boss,
      host: runtime.host,
      clock: runtime.clock,
      log: runtime.log,
    })
    await tick.tick()
    const medians: number[] = []
    for (const exist of [1_000, 100_000]) {
      await sql.query('DELETE FROM core.schedule WHERE tenant_id = $1', { bind: [id] })
      await sql.query(
        `INSERT INTO core.schedule (tenant_id, id, plugin_id, job, key, cron, time_zone, input, next_run_at)
         SELECT $1, gen_random_uuid(), 'core', 'core.tidy', n::text, (n % 60) || ' ' || (n % 24) || ' * * *', 'Europe/Berlin',
                '{}', now() + interval '1 day' + n * interval '1 second' FROM generate_series(1, $2) n`,
        { bind: [id, exist] },
      )
      await sql.query('VACUUM ANALYZE core.schedule').catch(() => sql.query('ANALYZE core.schedule'))
      const idle: number[] = []
      const busy: number[] = []
      for (let round = 0; round < rounds; round++) {
        idle.push(await timed(() => tick.tick()))
        await sql.query(`UPDATE core.schedule SET next_run_at = now() WHERE tenant_id = $1 AND key = ANY($2)`, {
          bind: [id, Array.from({ length: dueAtOnce }, (_, n) => String(1 + ((round * dueAtOnce + n) % exist)))],
        })
        busy.push(await timed(() => tick.tick()))
      }
      medians.push(median(busy))
      console.log(
        `${exist} schedules: nothing due ${median(idle).toFixed(2)} ms   ${dueAtOnce} due ${median(busy).toFixed(1)} ms`,
      )
    }
    const plan = await sql.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, BUFFERS) ${dueSql}`, {
      bind: [new Date(), [...runtime.host.jobs.keys()]],
      type: QueryTypes.SELECT,
    })
    console.log(plan.map((row) => row['QUERY PLAN']).join('\n'))
    console.log(
      `ratio of the busy ticks ${(medians[1]! / medians[0]!).toFixed(2)} (wanted: the due ones only, so near 1)`,
    )
  } finally {
    await ground.close()
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await work()
  return performance.now() - from
}
