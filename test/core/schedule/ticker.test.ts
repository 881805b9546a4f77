import { QueryTypes } from 'sequelize'
import t from 'tap'
import { nextRuns } from '#core/schedule/cron.ts'
import { Ticker } from '#core/schedule/ticker.ts'
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
     SELECT $1, gen_random_uuid(), 'notes', 'notes.tidy', n::text, '0 0 * * *', 'UTC', now() + n * interval '1 hour' FROM generate_series(1, 5000) n`,
    { bind: [club.id] },
  )
  await sql.query('ANALYZE core.schedule')
  const plan = await sql.query<{ 'QUERY PLAN': string }>(
    'EXPLAIN SELECT * FROM core.schedule WHERE enabled AND next_run_at <= now() ORDER BY next_run_at LIMIT 100 FOR UPDATE SKIP LOCKED',
    { type: QueryTypes.SELECT },
  )
  t.match(plan.map((row) => row['QUERY PLAN']).join('\n'), /Index Scan using schedule_due/)
})

t.test('the hour that summer time leaves out is skipped that day', (t) => {
  const runs = nextRuns('30 2 * * *', 'Europe/Berlin', new Date('2027-03-26T12:00:00Z'), 3)
  t.same(
    runs.map((run) => run.toISOString()),
    ['2027-03-27T01:30:00.000Z', '2027-03-29T00:30:00.000Z', '2027-03-30T00:30:00.000Z'],
  )
  t.end()
})
