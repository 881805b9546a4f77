/**
 * Three nodes work on one database, and every few seconds one of them is killed with -9 and comes back. Afterwards each
 * time of a schedule has fired once, each event has reached each bot once, and nothing was done twice.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { QueryTypes } from 'sequelize'
import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { bundledPlugins } from '#plugins/bundled.ts'
import { botAtWork } from '../plugins/bots/runs/bot-at-work.ts'
import { stampsPlugin } from '../plugins/bots/runs/stamps-plugin.ts'
import { until } from '../support/until.ts'

t.setTimeout(600_000)

const stormMs = Number(process.env.STORM_SECONDS ?? 150) * 1000
const killEveryMs = 4_000
/** Runs that may be open before the next member is added: three nodes on one machine do so much, and no more. */
const mostOpen = 40
const organizations = 4

/** Writes into the log of the member, stamps, keeps what it saw, sends a mail: everything a bot can do to a database. */
const greeter = `
  const { memberId } = event.payload
  await ctx.call('members.addTag', { memberId, tag: 'greeted' })
  await ctx.call('stamps.add', { n: 1 })
  await ctx.state.set('seen:' + memberId, { at: Date.now() })
  await ctx.call('members.logActivity', { memberId, kind: 'greeted' })
  await ctx.call('email.send', { memberId, subject: 'Hello', text: 'Hello' })
  ctx.log('greeted')
  return { memberId }`
const counter = `
  await ctx.call('stamps.add', { n: 2 })
  await ctx.call('stamps.add', { n: 3 })
  return { id: event.payload.memberId }`
const clockwork = `
  await ctx.call('stamps.add', { n: 4 })
  await ctx.state.set('tick:' + event.scheduledFor, 1)
  return { at: event.scheduledFor }`

t.test('three nodes, one of them killed every few seconds: everything happens, and once', async (t) => {
  await using platform = await startTestPlatform({ plugins: [...bundledPlugins, stampsPlugin()], pool: 6 })
  const sql = <Row extends object>(text: string): Promise<Row[]> =>
    platform.runtime.database.platform.query<Row>(text, { type: QueryTypes.SELECT })
  const [{ role }] = (await sql(`SELECT app.role('rw')::text AS role`)) as [{ role: string }]
  const place = { ownerUrl: platform.ownerUrl, roleOwner: role.replace(/_rw$/, ''), dataDir: platform.dataDir }

  const clubs = await Promise.all(
    Array.from({ length: organizations }, async (_, i) => {
      const tenant = await platform.tenant(`Club ${i}`)
      const admin = await tenant.admin()
      const at = { platform, tenant, admin }
      const actions = ['members.addTag', 'members.logActivity', 'stamps.add', 'email.send']
      const onEvent = { kind: 'event', triggers: { events: ['members.created'] } }
      const bots = [
        await botAtWork(at, greeter, { id: 'greeter', ...onEvent, permissions: { actions } }),
        await botAtWork(at, counter, { id: 'counter', ...onEvent, permissions: { actions: ['stamps.add'] } }),
        await botAtWork(at, clockwork, {
          id: 'clockwork',
          triggers: { cron: { default: '* * * * *' } },
          permissions: { actions: ['stamps.add'] },
        }),
      ]
      return { tenant, admin, bots }
    }),
  )

  const nodes = new Set<ChildProcess>()
  const journal = createWriteStream(process.env.STORM_LOG ?? '/dev/null')
  t.teardown(() => {
    for (const node of nodes) node.kill('SIGKILL')
  })
  const startNode = async () => {
    const node = spawn(process.execPath, [join(import.meta.dirname, 'bots-storm.child.ts'), JSON.stringify(place)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    nodes.add(node)
    node.stderr.pipe(journal, { end: false })
    await Promise.race([once(node.stdout, 'data'), once(node, 'exit')])
    if (node.exitCode !== null) throw new Error(`a node ended with ${node.exitCode}`)
  }
  const kill = async (node: ChildProcess) => {
    nodes.delete(node)
    node.kill('SIGKILL')
    await once(node, 'exit')
  }
  await Promise.all([startNode(), startNode(), startNode()])

  const end = Date.now() + stormMs
  const open = async () =>
    (
      (await sql(`SELECT count(*)::int AS open FROM bots.run WHERE status IN ('queued', 'running', 'retrying')`)) as [
        { open: number },
      ]
    )[0].open
  let members = 0
  let kills = 0
  const creating = async () => {
    while (Date.now() < end) {
      await until('the nodes keep up', async () => (await open()) < mostOpen || Date.now() >= end, stormMs + 60_000)
      const { admin } = clubs[members % clubs.length]!
      const n = members++
      const made = await admin.post('/api/v1/members', {
        firstName: 'Member',
        lastName: `N${n}`,
        email: `member${n}@example.org`,
      })
      if (made.statusCode !== 201) throw new Error(made.body)
    }
  }
  const killing = async () => {
    for (; Date.now() < end; kills++) {
      const at = Date.now() + killEveryMs
      await until('it is time for the next', async () => (await open()) >= 0 && Date.now() >= at)
      const standing = [...nodes]
      await kill(standing[kills % standing.length]!)
      await startNode()
    }
  }
  await Promise.all([creating(), killing()])
  // The end of the storm is the worst moment: all at once.
  await Promise.all([...nodes].map(kill))
  t.comment(`${members} members, ${kills + 3} kills`)

  // What was under way is taken for lost after its time-outs, which are let pass here.
  const later = 20 * 60_000
  platform.clock.advance(later)
  const { boss } = platform.runtime
  for (let round = 0; round < 40; round++) {
    await sql(
      `UPDATE pgboss.job SET started_on = started_on - interval '20 minutes' WHERE state = 'active' RETURNING id`,
    )
    await boss.supervise()
    await sql(
      `UPDATE pgboss.job SET start_after = now() WHERE state IN ('created', 'retry') AND start_after > now()
          AND start_after < now() + interval '20 minutes' RETURNING id`,
    )
    const { jobs, failures } = await platform.drain()
    t.same(failures, [], 'no job fails while the rest is done')
    if (jobs === 0 && (await open()) === 0) break
    platform.clock.advance(later)
  }

  const stuck = await sql(
    `SELECT status, reason, ended, error, attempt, trigger_kind FROM bots.run WHERE status <> 'ok' LIMIT 20`,
  )
  t.same(stuck, [], 'each run came to its end')
  const runs = await sql<{ installation: string; kind: string; key: string; tenant: string }>(
    `SELECT tenant_id AS tenant, installation_id AS installation, trigger_kind AS kind, trigger_key AS key FROM bots.run`,
  )
  const events = await sql<{ id: string; tenant: string }>(
    `SELECT id, tenant_id AS tenant FROM core.event WHERE name = 'members.created'`,
  )
  t.equal(events.length, members)
  for (const { tenant, bots } of clubs) {
    const mine = events.filter((event) => event.tenant === tenant.id).map(({ id }) => id)
    const keysOf = (installation: string, kind: string) =>
      runs.filter((run) => run.installation === installation && run.kind === kind).map(({ key }) => key)
    for (const bot of bots.slice(0, 2))
      t.same(keysOf(bot.installationId, 'event').toSorted(), mine.toSorted(), `${bot.key}: each event once`)
    const ticks = keysOf(bots[2]!.installationId, 'cron').toSorted()
    const gaps = ticks.slice(1).map((at, i) => Date.parse(at) - Date.parse(ticks[i]!))
    t.ok(ticks.length >= Math.floor(stormMs / 60_000), 'the clock went on')
    t.same([...new Set(gaps)], ticks.length > 1 ? [60_000] : [], 'each minute fired, and once')
  }

  const ran = (kind: string) => runs.filter((run) => run.kind === kind).length
  const counted = await sql<{ n: number; times: number }>(
    'SELECT n, count(*)::int AS times FROM stamps.stamp GROUP BY n ORDER BY n',
  )
  const onEvents = ran('event') / 2
  t.same(
    counted,
    [
      { n: 1, times: onEvents },
      { n: 2, times: onEvents },
      { n: 3, times: onEvents },
      ...(ran('cron') > 0 ? [{ n: 4, times: ran('cron') }] : []),
    ],
    'each effect once',
  )
  const one = async (text: string) => ((await sql(text)) as [{ n: number }])[0].n
  t.equal(
    await one(`SELECT count(*)::int AS n FROM email.message WHERE template = 'message'`),
    members,
    'one mail each',
  )
  t.equal(
    await one(`SELECT count(*)::int AS n FROM members.activity WHERE kind LIKE '%greeted'`),
    members,
    'one line in the log of each',
  )
  t.equal(await one(`SELECT count(*)::int AS n FROM members.member WHERE tags = ARRAY['greeted']`), members)
  t.equal(await one(`SELECT count(*)::int AS n FROM bots.state WHERE key LIKE 'seen:%'`), members)
  t.equal(await one(`SELECT count(*)::int AS n FROM bots.state WHERE key LIKE 'tick:%'`), ran('cron'))
  t.equal(await one(`SELECT count(*)::int AS n FROM bots.log WHERE message = 'greeted'`), members)
  const failed = await sql(`SELECT name, output FROM pgboss.job WHERE state = 'failed' LIMIT 10`)
  t.same(failed, [], 'no job was given up')
})
