/** A supervisor with runners, jobs for it, and what has to hold after each of them. */
import { readFileSync } from 'node:fs'
import type { Log, SandboxAnswer, SandboxCall, SandboxJob, SandboxLimits, SandboxOutcome } from '@guildhall/sdk'
import type { Test } from 'tap'
import { createSandbox, type SandboxOptions, type SupervisedSandbox } from '../../../bots/engine/index.ts'
import { until } from '../../support/until.ts'
import { type Attack, bot, botThatEvaluates } from './attacks/attack.ts'

export const quickLimits: SandboxLimits = {
  heapMb: 16,
  cpuMs: 150,
  wallMs: 600,
  calls: 50,
  inFlight: 16,
  resultBytes: 65_536,
  logLines: 20,
}
/** The platform's own. */
export const fullLimits: SandboxLimits = {
  ...quickLimits,
  heapMb: 32,
  cpuMs: 500,
  wallMs: 3000,
  calls: 200,
  logLines: 200,
}

export interface Noted {
  readonly calls: SandboxCall[]
  readonly lines: { readonly message: string; readonly data?: unknown }[]
  readonly logged: string[]
}

/** Between two looks at the processes. */
const everyMs = 20

export class Ground {
  readonly sandbox: SupervisedSandbox
  readonly noted: Noted = { calls: [], lines: [], logged: [] }
  readonly limits: SandboxLimits
  /** Of a runner, while it was watched. */
  peakMb = 0
  readonly #seen = new Set<number>()
  readonly #watch: NodeJS.Timeout
  #looked = performance.now()
  #computed = process.cpuUsage()
  /** Of this process, in ms: how long it was kept busy in one go. What the machine gave to others in that time does not count. */
  longestStall = 0
  #runs = 0

  constructor(o: Partial<SandboxOptions> & { limits?: SandboxLimits } = {}) {
    const { limits = quickLimits, ...options } = o
    this.limits = limits
    const note = (fields: object, message: string) =>
      void this.noted.logged.push(`${message} ${JSON.stringify(fields)}`)
    const log: Log = { debug: note, info: note, warn: note, error: note }
    this.sandbox = createSandbox({ runners: 2, log, ...options })
    this.#watch = setInterval(() => this.#look(), everyMs)
  }

  job(source: string, o: Partial<SandboxJob> = {}): SandboxJob {
    return {
      tenantId: 'tenant-a',
      runId: `run-${++this.#runs}`,
      source,
      config: { list: [1, { deep: true }] },
      event: { trigger: 'manual', input: {} },
      context: { tenant: { name: 'Club' }, run: { id: 'r', attempt: 1, dryRun: false }, secrets: { key: 'handle' } },
      now: 1_700_000_000_000,
      seed: 'seed',
      limits: this.limits,
      call: (call) => {
        this.noted.calls.push(call)
        return answer(call)
      },
      log: (line) => void this.noted.lines.push(line),
      ...o,
    }
  }
  run(body: string, o: Partial<SandboxJob> = {}): Promise<SandboxOutcome> {
    return this.sandbox.run(this.job(bot(body), o))
  }

  /** A test with a healthy run after it. */
  check(body: (t: Test) => Promise<void>): (t: Test) => Promise<void> {
    return async (t) => {
      await body(t)
      await this.healthy(t)
    }
  }

  /** After whatever happened: another organisation's bot runs, and nothing of this process has changed. */
  async healthy(t: Test): Promise<void> {
    const outcome = await this.run('const a = await ctx.call("echo.say", { n: 1 }); return { n: a.n + 1 }', {
      tenantId: 'tenant-b',
      limits: fullLimits,
    })
    t.match(outcome, { end: 'ok', result: { n: 2 } }, 'a bot of another organisation runs')
    t.same(Object.keys(Object.prototype), [])
    t.equal(({} as Record<string, unknown>).polluted, undefined)
  }

  async attack(t: Test, { name, code, ends }: Attack): Promise<SandboxOutcome> {
    this.noted.calls.length = 0
    // On a busy machine it takes long to compute a little: unless the clock is what is tried, it is no fence here.
    const wallMs = ends.includes('timeout') ? this.limits.wallMs : Math.max(this.limits.wallMs, 60_000)
    const limits = { ...this.limits, wallMs }
    const outcome = await this.sandbox.run(this.job(botThatEvaluates(code), { limits }))
    t.ok(ends.includes(outcome.end), `${name} ended with ${outcome.end}: ${outcome.error?.message?.slice(0, 200)}`)
    const { cpuMs: computed, wallMs: took } = outcome.used
    // By the clock of the processor: how long it takes to compute so much is the affair of a machine that others use too.
    if (outcome.end === 'cpu') t.ok(computed < limits.cpuMs + 250, `after computing ${Math.round(computed)} ms`)
    if (outcome.end === 'timeout') t.ok(took < wallMs + 250, `after ${Math.round(took)} ms`)
    // The hard end, whatever the fence: the supervisor's deadline is a second after the run's own, and a kill takes a moment.
    t.ok(took < wallMs + 1500, `within ${Math.round(took)} ms`)
    t.ok((outcome.error?.message.length ?? 0) <= 2000, 'its text is capped')
    t.notMatch(JSON.stringify(outcome.error ?? {}), /bots\/engine|node_modules/, 'and names no files of this machine')
    t.ok(this.noted.calls.length <= this.limits.calls, 'no more calls than allowed reached the supervisor')
    await this.healthy(t)
    return outcome
  }

  #look(): void {
    const [at, used] = [performance.now(), process.cpuUsage(this.#computed)]
    const late = at - this.#looked - everyMs
    this.longestStall = Math.max(this.longestStall, Math.min(late, (used.user + used.system) / 1000))
    this.#looked = at
    this.#computed = process.cpuUsage()
    for (const pid of this.sandbox.pids) {
      this.#seen.add(pid)
      this.peakMb = Math.max(this.peakMb, residentMb(pid))
    }
  }

  /** @throws when a process is left behind */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#look()
    clearInterval(this.#watch)
    await this.sandbox.close()
    await until('no runner is left', async () => [...this.#seen].every((pid) => !alive(pid)))
  }
}

/** Echoes `echo.say`, keeps everything else quiet; what asks for never.example is never answered. */
async function answer({ method, input }: SandboxCall): Promise<SandboxAnswer> {
  if (method === 'fetch') return new Promise<never>(() => undefined)
  const asked = input as { action?: string; input?: unknown }
  if (method !== 'action') return { ok: true, value: null }
  if (asked.action === 'echo.say') return { ok: true, value: asked.input }
  return { ok: false, code: 'FORBIDDEN', message: 'The action was not agreed to' }
}

export function residentMb(pid: number | 'self'): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}
/** A process that is dead and not yet reaped counts as gone. */
export function alive(pid: number): boolean {
  try {
    return !/State:\s+Z/.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
