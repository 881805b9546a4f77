/** A bot in a runner: cold run at p50 (at most 3 ms), and how many a second. */
import { readdirSync, readFileSync } from 'node:fs'
import type { SandboxJob } from '@guildhall/sdk'
import { createSandbox } from '../bots/engine/index.ts'

const source = `import { defineBot } from '@guildhall/sdk'
export default defineBot({ id: 'bench', title: 'Bench', version: '1.0.0', async run(ctx, event) {
  const due = event.members.filter((m) => m.age > ctx.config.age).sort((a, b) => a.name < b.name ? -1 : 1)
  CALLS
  return { summary: due.length + ' members', lines: due.map((m) => 'Dear ' + m.name + ' of ' + ctx.tenant.name) }
} })`
const calls = `for (let i = 0; i < 4; i++) await ctx.call('members.list', { page: i })`
const members = Array.from({ length: 10 }, (_, i) => ({
  name: `Member ${(i * 7) % 10}`,
  age: 20 + i,
  note: 'x'.repeat(60),
}))

const job = (tenantId: string, withCalls: boolean): SandboxJob => ({
  tenantId,
  runId: 'run',
  source: source.replace('CALLS', withCalls ? calls : ''),
  config: { age: 22 },
  event: { members },
  context: { tenant: { name: 'Club' }, run: { id: 'run', attempt: 1, dryRun: false }, secrets: {} },
  now: Date.now(),
  seed: 'run',
  limits: { heapMb: 32, cpuMs: 500, wallMs: 30_000, calls: 200, inFlight: 16, resultBytes: 65_536, logLines: 200 },
  call: async () => ({ ok: true, value: members }),
  log: () => undefined,
})

export async function botsEngine(): Promise<void> {
  const log = { debug() {}, info() {}, warn: console.error, error: console.error }
  // No replacement in between: what is measured is a run, and a process takes 60 ms of its own.
  const sandbox = createSandbox({ log, runners: 2, runsPerLife: 100_000 })
  const run = async (tenantId: string, withCalls: boolean) => {
    const at = performance.now()
    const { end, error } = await sandbox.run(job(tenantId, withCalls))
    if (end !== 'ok') throw new Error(`${end}: ${error?.message}`)
    return performance.now() - at
  }
  try {
    for (let i = 0; i < 100; i++) await run('a', true)
    for (const withCalls of [false, true]) {
      const times: number[] = []
      for (let i = 0; i < 1000; i++) times.push(await run('a', withCalls))
      times.sort((a, b) => a - b)
      const at = (share: number) => (times[Math.floor(times.length * share)] as number).toFixed(2)
      const wanted = withCalls ? '' : ' (wanted: p50 at most 3)'
      console.log(`cold run${withCalls ? ' with 4 calls' : ''}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms${wanted}`)
    }
    for (const [tenants, name] of [
      [['a'], 'one runner'],
      [['a', 'b'], 'two runners'],
    ] as const) {
      const cpu = cpuSeconds(sandbox.pids)
      const start = performance.now()
      let runs = 0
      const worker = async (tenant: string) => {
        while (performance.now() - start < 5000) {
          await run(tenant, true)
          runs++
        }
      }
      await Promise.all(tenants.flatMap((tenant) => Array.from({ length: 4 }, () => worker(tenant))))
      const seconds = (performance.now() - start) / 1000
      const spent = cpuSeconds(sandbox.pids) - cpu
      console.log(
        `${name}, four at a time, 4 calls each: ${(runs / seconds).toFixed(0)} runs/s, ` +
          `${(runs / spent).toFixed(0)} per second of CPU time in runners (wanted: at least 400)`,
      )
    }
  } finally {
    await sandbox.close()
  }
}

/** Of these processes until now, user and system. */
const cpuSeconds = (pids: readonly number[]): number => {
  let ticks = 0
  for (const pid of pids)
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const fields = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
      ticks += Number(fields[11]) + Number(fields[12])
    }
  return ticks / 100
}
