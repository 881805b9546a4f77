/** One runner process from the outside: what it is told, what it says, and when it dies. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import type { Duplex } from 'node:stream'
import type { Log } from '@guildhall/sdk'
import type { RunnerCommand } from './command.ts'
import { type RunnerFrame, readFrame } from './frames.ts'
import { BUSY_MS, type FleetLimits, POLL_MS, READY_MS, UNWIND_MS } from './limits.ts'
import type { Run } from './run.ts'
import { threadOf } from './thread.ts'
import { Wire } from './wire.ts'

export interface RunnerParts {
  readonly command: RunnerCommand
  readonly limits: FleetLimits
  readonly log: Log
  /** Something may be possible now that was not before. */
  changed(runner: Runner): void
  exited(runner: Runner, why: string | null): void
}

/** Ends after which a runner may serve others: the code was done with, and nothing was met that the isolate has to be trusted with. */
const cleanEnds = new Set(['ok', 'error', 'quota', 'cancelled'])
/** On its standard error, which is for its last words. */
const mostWords = 262_144
const deathOfMemory = /out of memory|heap limit|allocation failed|invalid (array|string|size)|bad_alloc|memory/i

export class Runner {
  /** Whose runs it has; one organisation at a time. */
  lease: string | null = null
  leasedAt = 0
  ready = false
  /** Takes no new runs; killed when it has none left. */
  retiring = false
  readonly bornAt = performance.now()
  idleSince = performance.now()
  readonly gone: Promise<void>
  readonly #o: RunnerParts
  readonly #child: ChildProcess
  readonly #wire: Wire
  /** Until the isolate has left its thread, which may be after the run was settled. */
  readonly #runs = new Map<string, Run>()
  readonly #timers = new Map<Run, NodeJS.Timeout[]>()
  #served = 0
  #poll: NodeJS.Timeout | undefined
  #silentMs = 0
  #heldAtMs = 0
  #rss = 0
  #told = 0
  readonly #late: NodeJS.Timeout
  #busyBeats = 0
  #worn = false
  #killed = false
  #lastWords = ''

  constructor(o: RunnerParts) {
    this.#o = o
    const { file, args, env, program } = o.command
    const child = spawn(file, args, { env, stdio: ['pipe', 'ignore', 'pipe', 'pipe', 'pipe'] })
    this.#child = child
    let words = 0
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-4096)
      words += text.length
      if (words > mostWords) this.kill('it said too much')
    })
    this.#late = setTimeout(() => this.kill('it was not ready in time'), READY_MS).unref()
    // What cannot be written any more is nobody's loss: its end is heard of by itself.
    const pipes = child.stdio.slice(3) as unknown as [Duplex, Duplex]
    for (const pipe of [child.stdin, ...pipes]) pipe?.on('error', () => undefined)
    child.stdin?.end(program)
    this.#wire = new Wire(pipes, {
      hear: (line) => this.#hear(line),
      tooMuch: (line) => this.#breach(line),
      deaf: () => this.kill('it does not read what it is told'),
    })
    this.gone = new Promise((done) => {
      let over = false
      const end = (why: string) => {
        if (over) return
        over = true
        clearTimeout(this.#late)
        this.#died(why)
        done()
      }
      child.once('error', (error) => end(error.message))
      // Not at its exit: its last frames may be on their way.
      child.once('close', (code, signal) => end(`exit ${signal ?? code}`))
    })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }
  get active(): number {
    return this.#runs.size
  }
  /** Resident memory in MB: as the kernel says, elsewhere as the runner itself says. */
  get memoryMb(): number {
    try {
      const pages = Number(readFileSync(`/proc/${this.pid}/statm`, 'latin1').split(' ')[1])
      return pages / 256
    } catch {
      return this.#told
    }
  }

  start(run: Run): void {
    this.#served++
    this.#runs.set(run.key, run)
    this.#wire.granted(this.#runs.size)
    this.#hold(true)
    run.startedAt = performance.now()
    run.job.began?.()
    const deadline = setTimeout(() => {
      run.stop('timeout')
      this.kill('a run did not end at its deadline', run)
    }, run.job.limits.wallMs + this.#o.limits.graceMs)
    this.#timers.set(run, [deadline])
    this.#silentMs = 0
    this.#poll ??= setInterval(() => this.#watch(), POLL_MS)
    this.#wire.send(run.frame)
  }

  /** Ends a run from here; its isolate has a moment to go. */
  stop(run: Run): void {
    run.stop('cancelled')
    this.#wire.send({ t: 'stop', run: run.key })
    this.#unwind(run)
  }

  has(run: Run): boolean {
    return this.#runs.has(run.key)
  }

  /** With everything that runs in it: the platform is closing. */
  close(): void {
    for (const run of this.#runs.values()) run.stop('cancelled', undefined, 'CLOSED')
    // Its end is waited for.
    this.#hold(true)
    this.kill(null)
  }

  retire(): void {
    this.retiring = true
    if (this.#runs.size === 0) this.kill(null)
  }

  /** @param why null when nothing is wrong; `blamed` has been settled by the caller */
  kill(why: string | null, blamed?: Run): void {
    if (this.#killed) return
    this.#killed = true
    this.retiring = true
    this.#child.kill('SIGKILL')
    if (why !== null) this.#o.log.warn({ pid: this.pid, why }, 'a bot runner was killed')
    this.#settleAll(why ?? 'it was stopped', blamed)
  }

  /** What the others say is not theirs to answer for: they may be tried again. */
  #settleAll(why: string, blamed?: Run): void {
    const left = [...this.#runs.values()].filter((run) => !run.settled)
    // One that dies by itself found no memory where the engine asks for some and does not look whether it got it.
    const large = this.#killed ? 0.6 * this.#o.limits.killMb : this.#o.limits.growthMb
    const guilty = blamed ?? left.toSorted((a, b) => b.recentMs - a.recentMs || b.cpuMs - a.cpuMs)[0]
    for (const run of left) {
      if (run !== guilty) run.crash('SIBLING', 'Its runner went down with another run; it can be tried again')
      else if (this.#rss > large || deathOfMemory.test(this.#lastWords)) run.stop('memory')
      else run.crash('RUNNER', `Its runner went down: ${why}`)
    }
  }

  #died(why: string): void {
    clearInterval(this.#poll)
    for (const timers of this.#timers.values()) for (const timer of timers) clearTimeout(timer)
    this.#timers.clear()
    if (!this.#killed) this.#settleAll(why.replace(/^exit /, 'it ended with '))
    const unexpected = this.#killed ? null : `${why} ${this.#lastWords}`.trim()
    this.#killed = true
    this.#runs.clear()
    this.#o.exited(this, unexpected)
  }

  #watch(): void {
    const mb = this.memoryMb
    // A process on its way out has none left, and what it had before is asked for.
    if (mb > 0) this.#rss = mb
    // Counted in polls, not by the clock: a moment in which this process itself was held up is nobody's silence. Nor is it
    // one when the machine does not let the runner speak: then what it has computed counts.
    const { held, cpuMs } = threadOf(this.pid)
    this.#silentMs += held ? Math.min(POLL_MS, Math.max(0, cpuMs - this.#heldAtMs)) : POLL_MS
    this.#heldAtMs = cpuMs
    const patience =
      Math.max(0, ...[...this.#runs.values()].map((run) => run.job.limits.cpuMs)) + this.#o.limits.silenceMs
    if (mb > this.#o.limits.killMb) this.kill(`it took ${Math.round(mb)} MB`)
    else if (this.#silentMs > patience) this.kill('it fell silent')
  }

  #hear(line: string): void {
    if (this.#killed) return
    const frame = readFrame(line)
    if (!frame || !this.#take(frame)) this.#breach(line)
  }

  #take(frame: RunnerFrame): boolean {
    this.#silentMs = 0
    if (frame.t === 'ready') {
      if (this.ready) return false
      this.ready = true
      clearTimeout(this.#late)
      this.#hold(false)
      this.#o.changed(this)
      return true
    }
    if (frame.t === 'beat') {
      this.#told = frame.rss / 2 ** 20
      let recent = 0
      for (const [key, run] of this.#runs) {
        if (Object.hasOwn(frame.cpu, key)) run.beat(frame.cpu[key] as number)
        recent += run.recentMs
      }
      this.#busyBeats = recent > BUSY_MS ? this.#busyBeats + 1 : 0
      if (this.#busyBeats === 2) this.#stepBack()
      return true
    }
    const run = this.#runs.get(frame.run)
    if (!run) return false
    if (frame.t === 'call' || frame.t === 'log') return run.hear(frame, (answer) => this.#wire.send(answer))
    if (frame.t === 'fatal') {
      if (/terminate/.test(frame.message)) run.stop('cpu')
      else run.stop('memory')
      this.kill('an isolate gave up', run)
      return true
    }
    if (frame.t === 'gone') return run.settled && this.#release(run)
    if (!run.report(frame)) return false
    if (!cleanEnds.has(frame.end)) this.retiring = true
    if (frame.gone) return this.#release(run)
    this.#unwind(run)
    return true
  }

  /** Who computes for long computes behind the others. A thread cannot be lifted again, so the process ends with its lease. */
  #stepBack(): void {
    if (process.platform !== 'linux') return
    this.#worn = true
    try {
      // Not its first one: that keeps the time, and answers us.
      for (const thread of readdirSync(`/proc/${this.pid}/task`))
        if (Number(thread) !== this.pid) setPriority(Number(thread), constants.priority.PRIORITY_LOW)
    } catch {
      // It is over already, or the system does not let us: then they share.
    }
  }

  /** A run that is settled still has its thread; where it does not let go, only the end of the process takes it back. */
  #unwind(run: Run): void {
    if (this.retiring && this.#runs.size === 1) this.kill(null)
    if (this.#killed) return
    const timer = setTimeout(() => this.kill('an isolate did not leave its thread', run), UNWIND_MS)
    this.#timers.get(run)?.push(timer)
  }

  #release(run: Run): boolean {
    for (const timer of this.#timers.get(run) ?? []) clearTimeout(timer)
    this.#timers.delete(run)
    this.#runs.delete(run.key)
    this.#wire.spent(this.#runs.size)
    if (this.#runs.size === 0) this.#rest()
    this.#o.changed(this)
    return true
  }

  #rest(): void {
    const { limits } = this.#o
    clearInterval(this.#poll)
    this.#poll = undefined
    this.lease = null
    this.idleSince = performance.now()
    this.#hold(false)
    const old = this.#served >= limits.runsPerLife || performance.now() - this.bornAt > limits.lifeMs
    if (this.retiring || this.#worn || old || this.memoryMb > limits.growthMb) this.retire()
  }

  #breach(line: string): void {
    if (this.#killed) return
    this.#o.log.error({ pid: this.pid, frame: line.slice(0, 40) }, 'a bot runner broke the protocol')
    for (const run of this.#runs.values()) run.crash('PROTOCOL', 'Its runner broke the protocol')
    this.kill('it broke the protocol')
  }

  /** A runner that waits keeps nobody's process alive. */
  #hold(on: boolean): void {
    const pipes = this.#child.stdio.slice(2) as unknown as ({ ref(): void; unref(): void } | undefined)[]
    for (const part of [this.#child, ...pipes]) {
      if (on) part?.ref()
      else part?.unref()
    }
  }
}
