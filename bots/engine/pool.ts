/** The runners, and who gets one. Nothing is started before the first job, and what idles is let go. */
import type { Log, SandboxJob, SandboxOutcome, SandboxState } from '@guildhall/sdk'
import type { RunnerCommand } from './command.ts'
import type { FleetLimits } from './limits.ts'
import { FairQueue } from './queue.ts'
import { Run } from './run.ts'
import { Runner } from './runner.ts'

interface Waiting {
  readonly run: Run
  readonly since: number
  readonly fail: (error: Error) => void
}

/** Starts that may fail in a row before waiting jobs are told. */
const mostFailures = 3
/** After the first of them; a machine that has no process left is not asked for one all the time. */
const retryMs = 200

export class Pool {
  readonly #runners = new Set<Runner>()
  readonly #queue = new FairQueue<Waiting>()
  readonly #o: { readonly command: RunnerCommand; readonly limits: FleetLimits; readonly log: Log }
  #failures = 0
  #fault: string | null = null
  #closed = false
  #idling: NodeJS.Timeout | undefined
  #retry: NodeJS.Timeout | undefined

  constructor(o: { command: RunnerCommand; limits: FleetLimits; log: Log }) {
    this.#o = o
  }

  /** @throws Error when no runner can be started */
  run(job: SandboxJob, kind: 'run' | 'inspect'): Promise<SandboxOutcome> {
    return new Promise((resolve, fail) => {
      const done = (outcome: SandboxOutcome) => {
        job.signal?.removeEventListener('abort', stop)
        resolve(outcome)
      }
      const stop = () => this.#cancel(waiting)
      const run = new Run(job, { kind, log: this.#o.log, done })
      const waiting = { run, since: performance.now(), fail }
      if (this.#closed) return run.stop('cancelled', undefined, 'CLOSED')
      if (job.signal?.aborted) return run.stop('cancelled')
      job.signal?.addEventListener('abort', stop, { once: true })
      this.#queue.push(job.tenantId, waiting)
      this.#dispatch()
    })
  }

  get state(): SandboxState {
    const waiting = this.#queue.size
    const now = performance.now()
    return {
      runners: this.#runners.size,
      busy: this.#busy.length,
      waiting,
      waitedMs: Math.round(Math.max(0, ...this.#queue.firsts.map(({ since }) => now - since))),
      reason: waiting === 0 ? null : this.#reason(),
      fault: this.#fault,
    }
  }
  /** Process ids, for whoever looks after them. */
  get pids(): readonly number[] {
    return [...this.#runners].flatMap(({ pid }) => pid ?? [])
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#idling)
    clearTimeout(this.#retry)
    for (const { run } of this.#queue.clear()) run.stop('cancelled', undefined, 'CLOSED')
    const runners = [...this.#runners]
    for (const runner of runners) runner.close()
    await Promise.all(runners.map(({ gone }) => gone))
  }

  get #busy(): readonly Runner[] {
    return [...this.#runners].filter(({ active }) => active > 0)
  }
  #reason(): string {
    const { runners } = this.#o.limits
    if (this.#failures > 0) return 'A bot runner does not start; it is tried again'
    if (this.#busy.length >= runners) return `All ${runners} bot runners are busy`
    if ([...this.#runners].some(({ ready }) => !ready)) return 'A bot runner is starting'
    return 'The organisation runs as many bots at once as it may'
  }

  #cancel(waiting: Waiting): void {
    const { run } = waiting
    if (run.settled) return
    if (this.#queue.remove(run.job.tenantId, waiting)) run.stop('cancelled')
    else for (const runner of this.#runners) if (runner.has(run)) runner.stop(run)
  }

  #dispatch(): void {
    if (this.#closed) return
    let moved = true
    while (moved) {
      moved = false
      for (const tenant of this.#queue.waiting) {
        const runner = this.#runnerFor(tenant)
        if (!runner) continue
        const next = this.#queue.take(tenant)
        if (!next) continue
        if (runner.lease === null) runner.leasedAt = performance.now()
        runner.lease = tenant
        runner.start(next.run)
        moved = true
      }
    }
    this.#keepWarm()
  }

  /** Its own runner with room, else a free one; never the last one for a second time, and none that others wait for. */
  #runnerFor(tenant: string): Runner | undefined {
    const { runners, runsPerRunner } = this.#o.limits
    const usable = [...this.#runners].filter(({ ready, retiring }) => ready && !retiring)
    const own = this.#busy.filter(({ lease }) => lease === tenant)
    const withRoom = own.find((runner) => usable.includes(runner) && runner.active < runsPerRunner)
    if (withRoom && !this.#owed().has(withRoom)) return withRoom
    if (this.#busy.length >= runners || own.length >= Math.max(1, runners - 1)) return undefined
    return usable.find(({ active }) => active === 0)
  }

  /** As many leases as organisations wait without one run out: those of whoever has the most first, then the oldest. */
  #owed(): ReadonlySet<Runner> {
    const busy = this.#busy
    const leases = new Map<string | null, number>()
    for (const { lease } of busy) leases.set(lease, (leases.get(lease) ?? 0) + 1)
    const without = this.#queue.waiting.filter((tenant) => !leases.has(tenant)).length
    const free = Math.max(0, this.#o.limits.runners - busy.length)
    const order = busy.toSorted(
      (a, b) => (leases.get(b.lease) ?? 0) - (leases.get(a.lease) ?? 0) || a.leasedAt - b.leasedAt,
    )
    return new Set(order.slice(0, Math.max(0, without - free)))
  }

  /** One that is ready for whoever comes next, up to one more than may be busy. */
  #keepWarm(): void {
    const alive = [...this.#runners].filter(({ retiring }) => !retiring)
    const quiet = alive.filter(({ active }) => active === 0).length
    const wanted = Math.min(
      this.#o.limits.runners + 1,
      alive.length - quiet + Math.max(1, Math.min(this.#queue.size, 2)),
    )
    const used = alive.length - quiet > 0 || this.#queue.size > 0
    if (this.#retry === undefined) for (let n = alive.length; used && n < wanted; n++) this.#spawn()
    this.#idling ??= setInterval(() => this.#letGo(), Math.max(50, this.#o.limits.idleMs / 4)).unref()
  }

  #letGo(): void {
    const before = performance.now() - this.#o.limits.idleMs
    for (const runner of this.#runners)
      if (runner.ready && runner.active === 0 && runner.idleSince < before && this.#busy.length === 0) runner.retire()
    if (this.#runners.size > 0) return
    clearInterval(this.#idling)
    this.#idling = undefined
  }

  #spawn(): void {
    this.#runners.add(
      new Runner({
        ...this.#o,
        changed: (runner) => {
          if (runner.ready) {
            this.#failures = 0
            this.#fault = null
          }
          this.#dispatch()
        },
        exited: (runner, why) => {
          this.#runners.delete(runner)
          if (!runner.ready) this.#failed(why ?? 'it was killed')
          else if (why) this.#o.log.warn({ pid: runner.pid, why }, 'a bot runner died')
          this.#dispatch()
        },
      }),
    )
  }

  #failed(why: string): void {
    if (this.#closed) return
    this.#failures++
    this.#fault = why
    this.#o.log.error({ why }, 'a bot runner did not start')
    if (this.#failures < mostFailures) {
      this.#retry = setTimeout(() => {
        this.#retry = undefined
        this.#dispatch()
      }, retryMs * this.#failures)
      return
    }
    this.#failures = 0
    clearTimeout(this.#retry)
    this.#retry = undefined
    const error = new Error(`No bot runner can be started: ${why}`)
    for (const { fail } of this.#queue.clear()) fail(error)
  }
}
