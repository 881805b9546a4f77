import { QueryTypes } from 'sequelize'
import t from 'tap'
import { nextRuns } from '#core/schedule/cron.ts'
import { dueSql, Ticker } from '#core/schedule/ticker.ts'
import { startTestPlatform } from '#core/testing/index.ts'
import { type Heard, notesPlugin } from '../../support/notes-plugin.ts'

const day = 86_400_000

t.test('a schedule fires once a tick on however many nodes', async (t) => {
  const heard: Heard[] = []
  await using platform = await startTestPlatform({
    plugins: [notesPlugin((h) => heard.push(h))],
    now: new Date('2027-01-10T12:00:00Z'),
  })
  const club = await platform.tenant('Club')
  const { runtime } = platform
  const nodes = Array.from(
    { length: 5 },
    () =>
      new Ticker({
        platform: runtime.database.platform,
        boss: runtime.boss,
        host: runtime.host,
        clock: runtime.clock,
        log: runtime.log,
      }),
  )
  platform.clock.advance(day)
  const fired = await Promise.all(nodes.map((node) => node.tick()))
  const [schedules] = await runtime.database.platform.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM core.schedule',
    { type: QueryTypes.SELECT },
  )
  t.equal(
    fired.reduce((a, b) => a + b),
    schedules?.n,
    'each of the organisation’s schedules, once',
  )
  await platform.settle()
  t.same(
    heard.map(({ what, tenantId }) => [what, tenantId]),
    [['tidy 2027-01-11T01:30:00.000Z', club.id]],
    'half past two in Berlin',
  )
})

t.test('what was missed while nobody ran fires once, not once for every day', async (t) => {
  const heard: Heard[] = []
  await using platform = await startTestPlatform({
    plugins: [notesPlugin((h) => heard.push(h))],
    now: new Date('2027-01-10T12:00:00Z'),
  })
  await platform.tenant('Club')
  await platform.advance(5 * day)
  await platform.settle()
  t.equal(heard.length, 1)
})

t.test('a tick looks at what is due, not at what exists', async (t) => {
  await using platform = await startTestPlatform({ plugins: [notesPlugin()] })
  const club = await platform.tenant('Club')
  const { platform: sql } = platform.runtime.database
  await sql.query(
    `INSERT INTO core.schedule (tenant_id, id, plugin_id, job, key, cron, time_zone, next_run_at)
     SELECT $1, gen_random_uuid(), 'notes', 'notes.tidy', n::text, '0 0 * * *', 'UTC', now() + n * interval '1 minute'
       FROM generate_series(1, 100000) n`,
    { bind: [club.id] },
  )
  await sql.query('ANALYZE core.schedule')
  const plan = await sql.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${dueSql}`, {
    bind: [platform.clock.now(), ['notes.tidy', 'core.tidy']],
    type: QueryTypes.SELECT,
  })
  const text = plan.map((row) => row['QUERY PLAN']).join('\n')
  t.match(text, /Index Scan (using|on) schedule_due/)
  t.notMatch(text, /Seq Scan/)
})

t.test('many that are due together take a statement each for reading, inserting and moving', async (t) => {
  await using platform = await startTestPlatform({ plugins: [notesPlugin()] })
  const club = await platform.tenant('Club')
  const { platform: sql } = platform.runtime.database
  const now = platform.clock.now()
  await sql.query(
    `INSERT INTO core.schedule (tenant_id, id, plugin_id, job, key, cron, time_zone, input, next_run_at)
     SELECT $1, gen_random_uuid(), 'notes', 'notes.tidy', n::text, CASE WHEN n % 2 = 0 THEN '0 0 * * *' ELSE '30 6 * * 1' END,
            'UTC', '{"day":"x"}', $2 FROM generate_series(1, 1200) n`,
    { bind: [club.id, now] },
  )
  t.equal(await platform.runtime.ticker.tick(), 1200)
  t.equal(await platform.runtime.ticker.tick(), 0)
  const [row] = await sql.query<{ n: number; moved: number }>(
    `SELECT (SELECT count(*)::int FROM pgboss.job WHERE name = 'notes.tidy') AS n,
            (SELECT count(*)::int FROM core.schedule WHERE key <> '' AND next_run_at > $1 AND last_run_at = $1) AS moved`,
    { bind: [now], type: QueryTypes.SELECT },
  )
  t.same(row, { n: 1200, moved: 1200 })
})

t.test('a schedule that makes no sense rests, one of an unknown job waits, and the others fire', async (t) => {
  const heard: Heard[] = []
  await using platform = await startTestPlatform({ plugins: [notesPlugin((h) => heard.push(h))] })
  const club = await platform.tenant('Club')
  const { platform: sql } = platform.runtime.database
  const row = (job: string, key: string, cron: string) =>
    sql.query(
      `INSERT INTO core.schedule (tenant_id, id, plugin_id, job, key, cron, time_zone, input, next_run_at)
       VALUES ($1, gen_random_uuid(), 'notes', $2, $3, $4, 'UTC', '{"day":"x"}', $5)`,
      { bind: [club.id, job, key, cron, platform.clock.now()] },
    )
  await row('notes.tidy', 'broken', 'not a cron')
  await row('notes.later', 'unknown', '0 0 * * *')
  await row('notes.tidy', 'fine', '0 0 * * *')
  await platform.advance(1000)
  const rows = await sql.query<{ key: string; waits: boolean; rests: boolean }>(
    `SELECT key, next_run_at < $1 AS waits, next_run_at IS NULL AS rests FROM core.schedule WHERE key <> '' ORDER BY key`,
    { bind: [platform.clock.now()], type: QueryTypes.SELECT },
  )
  t.same(rows, [
    { key: 'broken', waits: null, rests: true },
    { key: 'fine', waits: false, rests: false },
    { key: 'unknown', waits: true, rests: false },
  ])
  await platform.settle()
  t.equal(heard.length, 2, 'the broken one fired a last time')
})

t.test('the hour that summer time leaves out is skipped that day', (t) => {
  const runs = nextRuns('30 2 * * *', 'Europe/Berlin', new Date('2027-03-26T12:00:00Z'), 3)
  t.same(
    runs.map((run) => run.toISOString()),
    ['2027-03-27T01:30:00.000Z', '2027-03-29T00:30:00.000Z', '2027-03-30T00:30:00.000Z'],
  )
  t.end()
})
