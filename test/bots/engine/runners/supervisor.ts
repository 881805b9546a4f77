/**
 * A process with a sandbox of its own: `supervisor.ts <url of the engine> [hold]`. Prints how a run ended and the runners'
 * process ids as JSON; with `hold`, runs go on that end by themselves long after anybody looks.
 */
import type { SandboxJob } from '@guildhall/sdk'
import { bot } from '../attacks/attack.ts'

const [url, hold] = process.argv.slice(2) as [string, string?]
const { createSandbox } = (await import(url)) as typeof import('../../../../bots/engine/index.ts')
const log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: (fields: object, m: string) => console.error(m, fields),
}
const sandbox = createSandbox({ log, runners: 2 })
const job = (body: string, tenantId: string): SandboxJob => ({
  tenantId,
  runId: tenantId,
  source: bot(body),
  config: {},
  event: {},
  context: { tenant: {}, run: {}, secrets: {} },
  now: 0,
  seed: '',
  limits: { heapMb: 32, cpuMs: 60_000, wallMs: 60_000, calls: 1, inFlight: 1, resultBytes: 100, logLines: 1 },
  call: () => new Promise<never>(() => undefined),
  log: () => undefined,
})
const { end, error } = await sandbox.run(job('return 1', 'a'))
if (hold) {
  void sandbox.run(job('for (;;);', 'a'))
  void sandbox.run(job('[].indexOf.call({ length: 2 ** 53 - 1 }, 1)', 'b'))
  void sandbox.run(job('await ctx.state.get("k")', 'a'))
} else await sandbox.close()
console.log(JSON.stringify({ end, error, pids: sandbox.pids }))
