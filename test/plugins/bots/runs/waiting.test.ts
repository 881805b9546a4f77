import type { ServerResponse } from 'node:http'
import t from 'tap'
import { MemoryCache } from '#core/cache/index.ts'
import { createLog } from '#core/http/index.ts'
import { platformChecks } from '#core/observability/checks.ts'
import { startTestPlatform } from '#core/testing/index.ts'
import { makeBotsPlugin } from '#plugins/bots/index.ts'
import { runnerHealth } from '#plugins/bots/runs/health.ts'
import { bundledPlugins } from '#plugins/bundled.ts'
import { until } from '../../../support/until.ts'
import { botAtWork } from './bot-at-work.ts'
import { smallInternet } from './small-internet.ts'

/** Who called and is not answered yet: the bot goes on when the test says so. */
const held: ServerResponse[] = []
const internet = await smallInternet((_request, response) => held.push(response), { timeoutMs: 20_000 })
internet.names.set('api.example.org', ['93.184.215.14'])
const others = bundledPlugins.filter(({ id }) => id !== 'bots')
// One runner, as everywhere in tests.
const platform = await startTestPlatform({ plugins: [...others, makeBotsPlugin({ network: internet })], pool: 6 })
t.teardown(async () => {
  await platform.close()
  await internet.close()
})

const calls = `await ctx.fetch('https://api.example.org/'); return { summary: 'called' }`
const club = async (name: string) => {
  const tenant = await platform.tenant(name)
  const admin = await tenant.admin()
  const spec = { permissions: { actions: [], hosts: ['api.example.org'] } }
  return { tenant, admin, bot: await botAtWork({ platform, tenant, admin }, calls, spec) }
}
type Club = Awaited<ReturnType<typeof club>>

/** What each place says where people look, and what stands in the row that every node reads. */
const reasonsOf = async ({ tenant, admin, bot }: Club, id: string): Promise<(string | null)[]> => {
  const own = (list: string) => admin.get(list).then((a) => a.json().items.find((run: { id: string }) => run.id === id))
  const [row] = await tenant.unit((tx) =>
    tx.query<{ reason: string | null }>('SELECT reason FROM bots.run WHERE tenant_id = $1 AND id = $2', [
      tx.tenantId,
      id,
    ]),
  )
  const shown = [await own('/api/v1/bot-runs'), await own(`/api/v1/bots/${bot.key}/runs`), await bot.trace(id), row]
  return shown.map(({ reason }) => reason)
}
const health = async () => {
  const { runtime, dataDir } = platform
  const parts = { runtime, dataDir, cache: new MemoryCache(), working: true, migrations: [] }
  const checks = platformChecks({ ...parts, identityProvider: async () => 'ok' })
  const report = await checks.report(createLog({ level: 'silent' }))
  return report.checks.find(({ name }) => name === 'bot-runners')
}

t.test('a run that waits for a runner says so wherever one looks, until it has one', async (t) => {
  const one = await club('First')
  const other = await club('Second')
  t.match(await health(), { state: 'ok', required: false })

  const holding = await one.bot.start()
  const first = platform.settle()
  await until('the only runner is held', async () => held.length === 1)
  t.same(await reasonsOf(one, holding), [null, null, null, null], 'who has a runner waits for nothing')

  const waiting = await other.bot.start()
  const second = platform.settle()
  const busy = 'Waiting for a runner: All 1 bot runners are busy'
  await until('it says why', async () => (await other.bot.trace(waiting)).reason === busy)
  t.same(await reasonsOf(other, waiting), [busy, busy, busy, busy])
  t.match(await health(), { note: 'All 1 bot runners are busy, runs that wait: 1' })
  t.same(await reasonsOf(one, holding), [null, null, null, null])

  held.shift()!.end()
  await until('it has the runner', async () => held.length === 1)
  await until('it says nothing any more', async () => (await other.bot.trace(waiting)).reason === null)
  t.match(await other.bot.trace(waiting), { status: 'running' })
  t.same(await reasonsOf(other, waiting), [null, null, null, null])
  held.shift()!.end()
  await Promise.all([first, second])
  t.match(await other.bot.trace(waiting), { status: 'ok', attempt: 1, reason: null })
})

t.test('a run that waits for a runner keeps its lease, and has the whole of it when it begins', async (t) => {
  const one = await club('Holding')
  const other = await club('Leasing')
  const minute = 60_000
  const left = async (id: string): Promise<number> => {
    const [row] = await other.tenant.unit((tx) =>
      tx.query<{ until: Date }>('SELECT lease_until AS until FROM bots.run WHERE tenant_id = $1 AND id = $2', [
        tx.tenantId,
        id,
      ]),
    )
    return row!.until.getTime() - platform.clock.now().getTime()
  }
  await one.bot.start()
  const first = platform.settle()
  await until('the only runner is held', async () => held.length === 1)
  const waiting = await other.bot.start()
  const second = platform.settle()
  await until('it waits', async () => (await other.bot.trace(waiting)).reason !== null)
  platform.clock.advance(2 * minute)
  await until('its lease is renewed', async () => (await left(waiting)) > 2.5 * minute)
  platform.clock.advance(0.5 * minute)
  held.shift()!.end()
  await until('it has the runner', async () => held.length === 1)
  await until('it says so', async () => (await other.bot.trace(waiting)).reason === null)
  t.ok((await left(waiting)) > 2.9 * minute, 'its own time and a minute')
  held.shift()!.end()
  await Promise.all([first, second])
  t.match(await other.bot.trace(waiting), { status: 'ok', attempt: 1 })
})

t.test('a run that no node takes says so after a moment', async (t) => {
  const at = await club('Third')
  const id = await at.bot.start()
  platform.clock.advance(2_000)
  const [listed, ofBot, trace] = await reasonsOf(at, id)
  t.same([listed, ofBot, trace], Array(3).fill('Waiting for a node that has room'))
})

t.test('runners that are busy are no fault of a node, runs that wait for long are', async (t) => {
  const told = (waitedMs: number) => {
    const state = { runners: 3, busy: 2, waiting: 4, waitedMs, reason: 'All 2 bot runners are busy', fault: null }
    return runnerHealth.check(<T>() => ({ state }) as T)
  }
  t.match(await told(4_000), { state: 'ok', note: /busy/ })
  t.match(await told(6_000), { state: 'degraded', note: /wait: 4/ })
  const state = { runners: 0, busy: 0, waiting: 0, waitedMs: 0, reason: null, fault: 'exit 1 /srv/guildhall/x.mjs' }
  const dead = await runnerHealth.check(<T>() => ({ state }) as T)
  t.match(dead, { state: 'degraded', note: /do not start.*restart this node/ })
  t.notMatch(dead.note, '/srv')
})
