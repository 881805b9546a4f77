/** One run as the supervisor sees it. Only here it is known what the run may do: who calls is decided by who asked for it. */
import { randomUUID } from 'node:crypto'
import type { Log, SandboxAnswer, SandboxJob, SandboxOutcome } from '@guildhall/sdk'
import { parseJson, type ReportedEnd, type RunnerFrame, storableText, type Used } from './frames.ts'
import { MAX_ANSWER_CHARS, wireLimits } from './limits.ts'
import { withRemedy } from './remedies.ts'

type SandboxError = NonNullable<SandboxOutcome['error']>
type Frame<T extends RunnerFrame['t']> = Extract<RunnerFrame, { t: T }>

const sentences: Readonly<Record<Exclude<ReportedEnd, 'ok' | 'error' | 'violation'>, (job: SandboxJob) => string>> = {
  cpu: ({ limits }) => `It took more than ${limits.cpuMs} ms of CPU time`,
  timeout: ({ limits }) => `It did not end within ${limits.wallMs} ms`,
  memory: ({ limits }) => `It needed more than ${limits.heapMb} MB of memory`,
  quota: () => 'It called or returned too much',
  cancelled: () => 'It was stopped from outside',
}

export class Run {
  /** Names the run on the wire; nobody else's can be guessed. */
  readonly key: string = randomUUID()
  readonly job: SandboxJob
  readonly kind: 'run' | 'inspect'
  /** What it was using when last heard of; `recentMs` is the CPU time since the time before. */
  cpuMs = 0
  recentMs = 0
  startedAt = 0
  readonly #done: (outcome: SandboxOutcome) => void
  readonly #log: Log
  #settled = false
  #reported = false
  #calls = 0
  #open = 0
  #output = 0
  #lines = 0

  constructor(job: SandboxJob, o: { kind: 'run' | 'inspect'; log: Log; done: (outcome: SandboxOutcome) => void }) {
    this.job = job
    this.kind = o.kind
    this.#log = o.log
    this.#done = o.done
  }

  get settled(): boolean {
    return this.#settled
  }

  get frame(): object {
    const { source, config, event, context, now, seed, limits } = this.job
    const json = (value: unknown) => JSON.stringify(value) ?? 'null'
    const given = { config: json(config), event: json(event), context: json(context) }
    return {
      t: 'run',
      run: this.key,
      kind: this.kind,
      source,
      ...given,
      now,
      seed,
      limits: { ...limits, ...wireLimits },
    }
  }

  beat(cpuMs: number): void {
    this.recentMs = cpuMs - this.cpuMs
    this.cpuMs = cpuMs
  }

  /** @returns false for a breach of protocol; what a run says that was ended from here is let go by */
  hear(frame: Frame<'call'> | Frame<'log'>, reply: (answer: object) => void): boolean {
    if (this.#reported) return false
    if (frame.t === 'log') {
      if (++this.#lines > this.job.limits.logLines + 1) return false
      return this.#parsed(frame.json === '' ? 'null' : frame.json, (data) => {
        const message = storableText(frame.message)
        this.job.log(frame.json === '' ? { message } : { message, data })
      })
    }
    const { seq, method } = frame
    if (seq !== this.#calls || seq >= this.job.limits.calls || this.#open >= this.job.limits.inFlight) return false
    this.#output += frame.json.length
    if (this.#output > wireLimits.outputChars) return false
    this.#calls++
    this.#open++
    return this.#parsed(frame.json, (input) => {
      void this.#ask({ sequence: seq, method, input }).then((answer) => {
        this.#open--
        if (!this.#settled) reply({ t: 'answer', run: this.key, seq, ...answer })
      })
    })
  }

  #parsed(json: string, use: (value: unknown) => void): boolean {
    let value: unknown
    try {
      value = parseJson(json)
    } catch {
      return false
    }
    if (this.#settled) return true
    try {
      use(value)
    } catch (error) {
      this.#log.error({ err: error, runId: this.job.runId }, 'a line of a bot could not be taken')
    }
    return true
  }

  /** Never rejects, and says nothing of the platform's inside: what is thrown here stays here. */
  async #ask(call: { sequence: number; method: string; input: unknown }): Promise<object> {
    try {
      const answer: SandboxAnswer = await this.job.call(call)
      const at = answer.at === undefined ? {} : { at: answer.at }
      if (!answer.ok)
        return {
          ok: false,
          json: problem(String(answer.code).slice(0, 80), String(answer.message).slice(0, 2000)),
          ...at,
        }
      const json = JSON.stringify(answer.value) ?? ''
      if (json.length > MAX_ANSWER_CHARS)
        return { ok: false, json: problem('LIMIT', `The answer has more than ${MAX_ANSWER_CHARS} characters`), ...at }
      return { ok: true, json, ...at }
    } catch (error) {
      this.#log.error(
        { err: error, runId: this.job.runId, sequence: call.sequence },
        'a call of a bot was not answered',
      )
      return { ok: false, json: problem('UNAVAILABLE', 'The platform could not answer this call') }
    }
  }

  /** What the runner reports. @returns false for a breach of protocol */
  report({ end, json, used }: Frame<'end'>): boolean {
    if (this.#reported || end === 'violation') return false
    this.#reported = true
    if (this.#settled) return true
    if (end === 'ok') {
      if (json === '') this.settle({ end, used: this.#used(used) })
      else if (Buffer.byteLength(json) > this.job.limits.resultBytes) {
        const message = `A result has at most ${this.job.limits.resultBytes} bytes, this one has more`
        this.settle({ end: 'quota', error: { name: 'QuotaError', code: 'LIMIT', message }, used: this.#used(used) })
      } else return this.#parsed(json, (result) => this.settle({ end, result, used: this.#used(used) }))
    } else if (json === '' && end !== 'error') this.stop(end, used)
    else return this.#parsed(json, (error) => this.settle({ end, error: readError(error), used: this.#used(used) }))
    return true
  }

  /** Ends it from here, with the sentence of that limit. */
  stop(end: keyof typeof sentences, used?: Used, code?: string): void {
    const error = { name: end === 'cancelled' ? 'Cancelled' : 'LimitError', message: sentences[end](this.job) }
    this.settle({ end, error: code === undefined ? error : { ...error, code }, used: this.#used(used) })
  }
  crash(code: string, message: string): void {
    this.settle({ end: 'crash', error: { name: 'Crash', code, message }, used: this.#used() })
  }
  settle(outcome: SandboxOutcome): void {
    if (this.#settled) return
    this.#settled = true
    this.#done(outcome)
  }

  #used(used?: Used): SandboxOutcome['used'] {
    const wallMs = this.startedAt === 0 ? 0 : performance.now() - this.startedAt
    const told = used ?? { cpuMs: this.cpuMs, wallMs, heapMb: 0 }
    const rounded = (value: number) => Math.round(value * 100) / 100
    return { cpuMs: rounded(told.cpuMs), wallMs: rounded(wallMs), heapMb: rounded(told.heapMb), calls: this.#calls }
  }
}

const problem = (code: string, message: string) => JSON.stringify({ code, message })

function readError(given: unknown): SandboxError {
  const { name, message, line, code } = (given ?? {}) as Readonly<Record<string, unknown>>
  const text = (value: unknown, most: number) => (typeof value === 'string' ? storableText(value.slice(0, most)) : '')
  return {
    name: text(name, 80) || 'Error',
    message: withRemedy(text(message, wireLimits.errorChars)),
    ...(Number.isSafeInteger(line) && (line as number) > 0 && { line: line as number }),
    ...(typeof code === 'string' && code !== '' && { code: text(code, 80) }),
  }
}
