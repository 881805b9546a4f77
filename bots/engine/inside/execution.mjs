import { bootstrap } from './bootstrap.mjs'
import { world } from './world.mjs'

/** Every run reads it: what only people read is left out. No line of the two files begins within a text. */
const bare = (program) =>
  String(program)
    .replace(/^\s*\/\*\*[\s\S]*?\*\//gm, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/\n\s*/g, '\n')

/** The program inside the isolate, made of the two texts. */
export const bootText = (makeWorld = world) =>
  `'use strict';(function (send, seed, now, limits, ...given) {
return (${bare(bootstrap)})(send, (${bare(makeWorld)})(seed, now), JSON.parse(limits), given.length > 0 ? given : null) })`
const ourBoot = bootText()
/** What the engine made of each boot text and of the functions in it, by `rehearse`: before any code of a bot was near. */
const compiled = new Map()
/** Shorter sources are read at once; a longer one is, like any code of a bot, on a thread of its own. */
const readAtOnce = 16_384
const firstModule = 'const arm = globalThis.$guildhall; delete globalThis.$guildhall; export const arrive = arm()'
/** Also what the bot imports: a function that is declared is there before the module it stands in is evaluated. */
const lastModule = `import { arrive } from 'first'; import * as bot from 'bot'; arrive(bot)
export function defineBot(spec) { return { kind: 'bot', id: spec.id, spec } }`

/** How long a slice may take to come to rest once its run has ended; later ones are reported, and not waited for. */
const restMs = 200
function within(promise, ms) {
  return new Promise((done) => {
    const timer = setTimeout(done, ms, false)
    void promise.then(() => {
      clearTimeout(timer)
      done(true)
    })
  })
}

/** One run in an isolate of its own. `report` takes frames for the supervisor; nothing here outlives the run. */
export class Execution {
  #job
  #report
  #share
  #ivm
  #boot
  #isolate
  #deliver
  #slices = new Set()
  #ended = false
  #claimed = false
  #heard = false
  #disposed = false
  #started = performance.now()
  #cpuMs = 0
  #read = 0
  #calls = 0
  #answers = 0
  #lines = 0

  /**
   * `boot`: another program inside; tests take the guards away. `share`: credits what was computed up to now, to be called
   * before that counts.
   */
  constructor(ivm, job, report, { boot = ourBoot, share = () => undefined } = {}) {
    this.#ivm = ivm
    this.#share = share
    this.#boot = boot
    this.#job = job
    this.#report = report
  }

  async start() {
    const { heapMb, wallMs } = this.#job.limits
    try {
      this.#isolate = new this.#ivm.Isolate({
        // The library takes no less.
        memoryLimit: Math.max(8, heapMb),
        onCatastrophicError: (message) => this.#report({ t: 'fatal', run: this.#job.run, message: String(message) }),
      })
      const context = this.#isolate.createContextSync()
      const send = new this.#ivm.Callback((kind, a, b, c) => this.#hear(kind, a, b, c), { ignored: true })
      const boot = this.#compileBoot().runSync(context, { reference: true })
      const { kind, source, seed, now, limits, config, event, context: given } = this.#job
      const texts = kind === 'run' ? [config, event, given] : []
      this.#deliver = boot.applySync(undefined, [send, seed, now, JSON.stringify(limits), ...texts], {
        result: { reference: true },
      })
      const compile = (text, filename) => this.#isolate.compileModuleSync(text, { filename })
      const [first, last] = [compile(firstModule, 'first'), compile(lastModule, 'last')]
      const bot =
        source.length <= readAtOnce
          ? compile(source, 'bot.js')
          : await this.#isolate.compileModule(source, { filename: 'bot.js' })
      last.instantiateSync(context, (specifier, referrer) => {
        if (referrer === last) return specifier === 'first' ? first : bot
        if (specifier === '@guildhall/sdk') return last
        throw new SyntaxError(`A bot imports nothing but "@guildhall/sdk", not "${String(specifier).slice(0, 100)}"`)
      })
      await this.#slice((timeout) => last.evaluate({ timeout }))
      if (!this.#heard && !this.#ended)
        await this.#slice((timeout) => this.#deliver.apply(undefined, ['missing'], { timeout }))
    } catch (thrown) {
      this.#failed(thrown)
    }
    if (this.wallMs > wallMs) this.end('timeout')
  }

  #compileBoot() {
    const cachedData = compiled.get(this.#boot)
    return this.#isolate.compileScriptSync(this.#boot, { filename: 'guildhall', ...(cachedData && { cachedData }) })
  }
  /**
   * Keeps the compiled boot text for the isolates to come. The same text again in the same isolate is the same program to
   * the engine, so it holds the functions that were called in the meantime; those of a fresh one are yet to be compiled.
   */
  keepBoot() {
    const again = { filename: 'guildhall', produceCachedData: true }
    compiled.set(this.#boot, this.#isolate.compileScriptSync(this.#boot, again).cachedData)
  }

  get wallMs() {
    return performance.now() - this.#started
  }
  /** CPU time, as far as it was credited. */
  get cpuMs() {
    return this.#cpuMs
  }
  /**
   * The library counts the time on the clock while code has its thread, and on a busy machine that is many times what was
   * computed (`cpuTime` of its builds is no CPU time).
   * @returns what it says came on top since the last time
   */
  get claimedMs() {
    const before = this.#read
    this.#read = this.#onThreadMs()
    return this.#read - before
  }
  /** @param ms of that, as much as the process has really computed */
  credit(ms) {
    this.#cpuMs += ms
  }
  /** The getter throws once the isolate is gone, or has met its memory limit. */
  #onThreadMs() {
    try {
      return Number(this.#isolate.cpuTime) / 1e6
    } catch {
      return this.#read
    }
  }

  /** Asked every 25 ms: code that never lets go of its thread is told by its time alone. */
  poll() {
    if (this.#ended) return
    if (this.cpuMs > this.#job.limits.cpuMs) this.end('cpu')
    else if (this.wallMs > this.#job.limits.wallMs) this.end('timeout')
  }

  answer({ seq, ok, json, at }) {
    if (this.#ended || this.#claimed) return
    this.#answers++
    void this.#slice((timeout) => this.#deliver.apply(undefined, ['answer', seq, ok, json, at], { timeout }))
  }

  /**
   * Ten times the CPU limit on the wall: a runner is nice, and a busy machine gives it little. The poll measures what was
   * really computed; this is for when it cannot. Never rejects.
   */
  #slice(enter) {
    const { cpuMs, wallMs } = this.#job.limits
    const left = Math.max(1, Math.min(Math.max(10 * cpuMs, cpuMs + 5000), wallMs - this.wallMs))
    const slice = this.#entered(enter, Math.ceil(left))
    this.#slices.add(slice)
    void slice.then(() => this.#slices.delete(slice))
    return slice
  }
  async #entered(enter, timeout) {
    const began = performance.now()
    try {
      await enter(timeout)
    } catch (thrown) {
      this.#failed(thrown, performance.now() - began >= timeout - 1)
    }
  }

  /** What the bootstrap sends. It keeps to the limits; if it does not, the code got hold of it, and the run is over. */
  #hear(kind, a, b, c) {
    if (this.#ended || this.#claimed) return
    const { run, limits } = this.#job
    if (![kind, a, b].every((text) => typeof text === 'string')) return this.end('violation')
    this.#heard = true
    if (kind === 'call') {
      const sequence = this.#calls++
      const sound = a === String(sequence) && typeof c === 'string' && sequence < limits.calls
      if (!sound || this.#calls - this.#answers > limits.inFlight) return this.end('violation')
      this.#report({ t: 'call', run, seq: sequence, method: b, json: c })
    } else if (kind === 'log') {
      if (++this.#lines > limits.logLines + 1 || a.length + b.length > 3 * limits.lineChars)
        return this.end('violation')
      this.#report({ t: 'log', run, message: a, json: b })
    } else if (kind === 'end') {
      this.#claimed = true
      // What it left running is its own: until its thread is free its time counts, and a rejection nobody handled may surface.
      if (a === 'ok') void Promise.all(this.#slices).then(() => this.end(a, b))
      else this.end(a, b)
    } else this.end('violation')
  }

  /**
   * By what happened, not by what the error says: code can throw the words of the library.
   * @param ranOut whether the slice had its whole time
   */
  #failed(thrown, ranOut = false) {
    // Our own doing, after the end.
    if (this.#disposed) return
    // The library takes an isolate away that has met its limit.
    if (this.#isolate?.isDisposed) return this.end('memory')
    this.#share()
    const { cpuMs, wallMs } = this.#job.limits
    if (ranOut) return this.end(this.cpuMs >= cpuMs || this.wallMs < wallMs ? 'cpu' : 'timeout')
    this.end('error', describe(thrown))
  }

  /** Reports once. `gone` says that the thread is free; where it is not, a frame of its own follows, or nothing ever does. */
  end(end, json = '') {
    if (this.#ended) return
    this.#ended = true
    void this.#leave(end, json)
  }
  async #leave(end, json) {
    this.#share()
    const rest = Promise.allSettled(this.#slices)
    if (end === 'cpu' || end === 'timeout' || end === 'quota' || end === 'cancelled') this.#dispose()
    const gone = await within(rest, end === 'cpu' ? 20 : restMs)
    const heap = gone && end !== 'memory' ? this.#heap() : { mb: 0, over: false }
    // One call into the engine may take more than there is and be done before it can be stopped.
    const tooMuch = end === 'ok' && heap.over
    const used = {
      cpuMs: this.cpuMs,
      wallMs: this.wallMs,
      heapMb: end === 'memory' ? this.#job.limits.heapMb : heap.mb,
    }
    const told = tooMuch ? { end: 'memory', json: '' } : { end, json }
    this.#report({ t: 'end', run: this.#job.run, ...told, used, gone })
    this.#dispose()
    if (!gone) void rest.then(() => this.#report({ t: 'gone', run: this.#job.run }))
  }

  /** Asked of an isolate at rest only: a busy one would hold us up. `over`: beyond what the engine keeps a heap to, its garbage counted. */
  #heap() {
    try {
      const { used_heap_size, externally_allocated_size, heap_size_limit } = this.#isolate.getHeapStatisticsSync()
      const used = used_heap_size + externally_allocated_size
      return { mb: used / 2 ** 20, over: used > heap_size_limit }
    } catch {
      return { mb: 0, over: false }
    }
  }
  #dispose() {
    this.#disposed = true
    try {
      this.#isolate.dispose()
    } catch {}
  }
}

/** An error that came out of the isolate by the library: its stack names files of this machine, its message may be long. */
function describe(thrown) {
  const says = thrown instanceof Error ? String(thrown.message) : String(thrown)
  // The library's own sentence, where it gets no error out of the isolate.
  const message = says.includes('isolated-vm') ? 'What was thrown is no Error, and nobody caught it' : says
  const found = /\bbot\.js:(\d{1,7})/.exec(`${message.slice(0, 4000)}\n${String(thrown?.stack ?? '').slice(0, 4000)}`)
  return JSON.stringify({
    name: String(thrown?.name ?? 'Error').slice(0, 80),
    message: message.replace(/ \[bot\.js:\d+:\d+\]$/, '').slice(0, 2000),
    ...(found && { line: Number(found[1]) }),
  })
}
