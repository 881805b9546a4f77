/** Server-sent events (HTML standard, §9.2): frames, heartbeats, and an end for everybody who may no longer listen. */
import { Readable } from 'node:stream'
import { type Log, type Problem, problems, type ServerSentEvent } from '@guildhall/sdk'
import { toProblem } from '../http/problem-answer.ts'

export interface EventStreamOptions {
  /** The route's; `signal` aborts when the stream ends, for whatever reason. */
  readonly open: (signal: AbortSignal) => AsyncIterable<ServerSentEvent>
  /** The caller left, or the platform stops. */
  readonly signal: AbortSignal
  readonly heartbeatMs: number
  /** Asked with every heartbeat. @throws when the caller may no longer listen */
  readonly again: () => Promise<void>
  readonly log: Log
}

/** How long a fault at the beginning is waited for, so that it becomes an answer and not an event. */
const openingMs = 250
/** How long a client that reads nothing may hold up the end. */
const lingeringMs = 2_000

/** Lines cannot be broken from inside, and an id with U+0000 would be ignored. */
const line = (text: string) => text.replaceAll(/[\r\n\0]+/g, ' ')

/** JSON has no line ends, so one `data:` carries it. */
export const frame = ({ id, event, data }: ServerSentEvent): string =>
  [
    ...(id === undefined ? [] : [`id: ${line(id)}`]),
    ...(event === undefined ? [] : [`event: ${line(event)}`]),
    `data: ${JSON.stringify(data) ?? 'null'}`,
    '\n',
  ].join('\n')

/**
 * Opens the stream of a route. A reader that is slow makes the route wait: the next event is asked for when the last one
 * has left. @throws what the route throws before its first event
 */
export async function eventStream(o: EventStreamOptions): Promise<Readable> {
  const source = new Source(o)
  await source.opened()
  const stream = Readable.from(source.frames(), { objectMode: false, highWaterMark: 16_384 })
  const giveUp = () => void setTimeout(() => stream.destroy(), lingeringMs).unref()
  o.signal.addEventListener('abort', giveUp, { once: true })
  stream.once('close', () => o.signal.removeEventListener('abort', giveUp))
  return stream
}

/** One waiting place for the route's next event, the heartbeat and the end: whichever comes wakes it. */
class Source {
  readonly #o: EventStreamOptions
  readonly #ending = new AbortController()
  readonly #events: AsyncIterator<ServerSentEvent>
  #next: IteratorResult<ServerSentEvent> | null = null
  #fault: { readonly error: unknown } | null = null
  #beat = false
  #wake: () => void = () => {}

  constructor(o: EventStreamOptions) {
    this.#o = o
    this.#events = o.open(this.#ending.signal)[Symbol.asyncIterator]()
    this.#pull()
  }

  /** @throws the fault that came before anything else */
  async opened(): Promise<void> {
    const timer = setTimeout(() => this.#wake(), openingMs)
    await this.#woken()
    clearTimeout(timer)
    if (!this.#fault) return
    this.#ending.abort()
    throw this.#fault.error
  }

  async *frames(): AsyncGenerator<string> {
    const { signal, heartbeatMs, again } = this.#o
    const wake = () => this.#wake()
    signal.addEventListener('abort', wake, { once: true })
    const timer = setInterval(() => {
      this.#beat = true
      wake()
    }, heartbeatMs)
    try {
      // Headers leave with the first bytes.
      yield ': open\n\n'
      while (!signal.aborted) {
        if (this.#beat) {
          this.#beat = false
          await again()
          yield ':\n\n'
        } else if (this.#fault) throw this.#fault.error
        else if (this.#next?.done) return
        else if (this.#next) {
          const { value } = this.#next
          this.#next = null
          yield frame(value)
          this.#pull()
        } else await this.#woken()
      }
    } catch (error) {
      if (signal.aborted) return
      const { status, kind } = told(error, this.#o.log)
      yield frame({ event: 'problem', data: { type: `/docs/errors#${kind.type}`, title: kind.title, status } })
    } finally {
      clearInterval(timer)
      signal.removeEventListener('abort', wake)
      this.#ending.abort(new Error('The stream has ended'))
      // The route may be waiting: it is told by its signal, and nobody waits for it.
      this.#events.return?.().catch(() => {})
    }
  }

  #pull(): void {
    this.#events.next().then(
      (next) => {
        this.#next = next
        this.#wake()
      },
      (error: unknown) => {
        this.#fault = { error }
        this.#wake()
      },
    )
  }

  #woken(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wake = resolve
    return promise
  }
}

function told(error: unknown, log: Log): Problem {
  const problem = toProblem(error)
  if (problem.kind === problems.internal) log.error({ err: error }, 'a stream of events broke')
  return problem
}
