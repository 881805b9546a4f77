/**
 * Bots from end to end: 10,000 events for three bots in each of ten organisations, waiting when the node begins to work.
 * Wanted: at least 400 runs a second of CPU time in runners, at least 200 a second end to end on two cores, and from the
 * commit of one event to the first line of its bot at most 25 ms at p50.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { memberCreated } from '#plugins/members/events.ts'
import { botOf, posting, query, served } from './bot-ground.ts'
import { type Ground, prepareGround } from './ground.ts'
import { childrenOf, parentOf, secondsOf, secondsOfFamily } from './processor-time.ts'

const events = Number(process.env.BENCH_EVENTS ?? 10_000)
const organizations = 10
const bots = {
  greeter: `ctx.log('Hello ' + event.payload.memberId); return { greeted: true }`,
  counter: `const n = await ctx.state.get('n'); await ctx.state.set('n', { last: event.id }); return { n: n === null ? 0 : 1 }`,
  reader: `const m = await ctx.call('members.get', { memberId: event.payload.memberId }); return { summary: m.displayName }`,
}

export async function benchBots(): Promise<void> {
  const ground = await prepareGround()
  try {
    const tenants = await install(ground)
    await latency(ground, tenants)
    await throughput(ground, tenants)
  } finally {
    await ground.close()
  }
}

interface Tenant {
  readonly id: string
  readonly memberId: string
}

async function install(ground: Ground): Promise<Tenant[]> {
  const tenants: Tenant[] = []
  const platform = await served(ground, 'api')
  for (let n = 0; n < organizations; n++) {
    const { id, token } = await ground.organization(`bots-${n}`, 10)
    const post = posting(platform, token)
    const [member] = await query<{ id: string }>(ground, 'SELECT id FROM members.member WHERE tenant_id = $1 LIMIT 1', [
      id,
    ])
    for (const [name, code] of Object.entries(bots)) {
      const actions = name === 'reader' ? ['members.get'] : []
      await botOf(post, { id: name, code, actions, kind: 'event', triggers: { events: ['members.created'] } })
    }
    tenants.push({ id, memberId: member!.id })
  }
  await platform.stop()
  return tenants
}

const emit = (ground: Ground, { id, memberId }: Tenant, count: number) =>
  ground.platform.runtime.units.run({ tenantId: id, actor: { kind: 'system', reason: 'benchmark' } }, async (tx) => {
    for (let n = 0; n < count; n++) await tx.emit(memberCreated, { memberId, sendWelcome: false })
  })

/** One event at a time, the node warm and quiet: from its commit until the line of its bot is being written. */
async function latency(ground: Ground, tenants: readonly Tenant[]): Promise<void> {
  const platform = await served(ground, 'all')
  const tenant = tenants[0]!
  const times: number[] = []
  for (let n = 0; n < 60; n++) {
    await emit(ground, tenant, 1)
    const committed = Date.now()
    await finished(ground)
    const [line] = await query<{ at: Date }>(
      ground,
      'SELECT at FROM bots.log WHERE tenant_id = $1 ORDER BY id DESC LIMIT 1',
      [tenant.id],
    )
    if (n >= 10) times.push(line!.at.getTime() - committed)
  }
  times.sort((a, b) => a - b)
  console.log(
    `event committed -> first line of its bot: p50 ${times[25]} ms, p95 ${times[47]} ms (wanted: p50 at most 25), three bots an event`,
  )
  await platform.stop()
}

async function throughput(ground: Ground, tenants: readonly Tenant[]): Promise<void> {
  for (let left = events / organizations; left > 0; left -= 10)
    for (const tenant of tenants) await emit(ground, tenant, Math.min(10, left))
  const before = await count(ground, `status = 'ok'`)
  const wanted = events * Object.keys(bots).length
  const server = await serverProcess(ground)
  const spentBefore = secondsOfFamily(server)
  const from = performance.now()
  const platform = await served(ground, 'all')
  const cpu = new RunnerTime(platform.process.pid!)
  for (let done = 0; done < wanted; ) {
    await pause(500)
    cpu.look()
    done = (await count(ground, `status IN ('ok', 'failed')`)) - before
    if (process.env.BENCH_VERBOSE) console.log(`${done} after ${((performance.now() - from) / 1000).toFixed(1)} s`)
  }
  const seconds = (performance.now() - from) / 1000
  const failed = await count(ground, `status = 'failed'`)
  console.log(
    `${events} events x ${Object.keys(bots).length} bots over ${organizations} organisations: ${wanted} runs in ${seconds.toFixed(1)} s, ` +
      `${(wanted / seconds).toFixed(0)}/s end to end (wanted: at least 200), ${failed} failed\n` +
      `runners: ${cpu.seconds.toFixed(1)} s of CPU time, ${(wanted / cpu.seconds).toFixed(0)} runs a second of it (wanted: at least 400), ${cpu.lives} lives\n` +
      `node itself: ${secondsOf(platform.process.pid!).toFixed(1)} s of CPU time, the database ${(secondsOfFamily(server) - spentBefore).toFixed(1)} s`,
  )
  await platform.stop()
}

async function finished(ground: Ground): Promise<void> {
  while ((await count(ground, `status IN ('queued', 'running', 'retrying')`)) > 0 || (await waiting(ground)))
    await pause(5)
}
const count = async (ground: Ground, where: string): Promise<number> =>
  (await query<{ n: number }>(ground, `SELECT count(*)::int AS n FROM bots.run WHERE ${where}`))[0]!.n
const waiting = async (ground: Ground): Promise<boolean> =>
  (
    await query(
      ground,
      `SELECT 1 FROM pgboss.job WHERE state < 'completed' AND name IN ('core.dispatch', 'bots.run') LIMIT 1`,
    )
  ).length > 0

/** CPU time of the runners of a node, those that were replaced meanwhile included. */
class RunnerTime {
  readonly #node: number
  readonly #of = new Map<number, number>()

  constructor(node: number) {
    this.#node = node
  }

  /** Reads what the living ones have used; a life lasts seconds, so little is missed. */
  look(): void {
    for (const pid of childrenOf(this.#node)) {
      const seconds = secondsOf(pid)
      if (seconds > 0) this.#of.set(pid, seconds)
    }
  }

  get seconds(): number {
    return [...this.#of.values()].reduce((sum, seconds) => sum + seconds, 0)
  }
  /** Processes there were. */
  get lives(): number {
    return this.#of.size
  }
}

/** The database server's first process, whose children serve the connections. */
async function serverProcess(ground: Ground): Promise<number> {
  const [row] = await query<{ pid: number }>(ground, 'SELECT pg_backend_pid() AS pid')
  return parentOf(row!.pid)
}
