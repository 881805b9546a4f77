/** The pipes of a runner: one JSON text a line. It says when it speaks; how much, and how much it may leave unread, is said here. */
import type { Duplex } from 'node:stream'
import { MAX_FRAME_BYTES } from './frames.ts'
import { lines } from './inside/lines.mjs'

/** What a frame costs beside its characters: reading many small ones takes time, too. */
const frameCost = 1024
/** What a runner may say for each run it has; several times what the longest says. */
const runCredit = 2 * MAX_FRAME_BYTES
/** Without a run: that it is ready. */
const quietCredit = 16_384
/** Answers that wait in our memory for a runner to read them. */
const mostUnread = 64 * 2 ** 20

export interface Ends {
  hear(line: string): void
  /** A line is too long, or there are too many. */
  tooMuch(line: string): void
  /** It is sent answers, and takes none. */
  deaf(): void
}

export class Wire {
  readonly #to: Duplex
  readonly #ends: Ends
  #credit = quietCredit

  constructor([to, from]: readonly [Duplex, Duplex], ends: Ends) {
    this.#to = to
    this.#ends = ends
    from.on(
      'data',
      lines(
        (line) => this.#take(line),
        MAX_FRAME_BYTES,
        () => ends.tooMuch(''),
      ),
    )
  }

  send(frame: object): void {
    const line = `${JSON.stringify(frame)}\n`
    if (this.#to.writableLength + line.length > mostUnread) this.#ends.deaf()
    else this.#to.write(line)
  }

  /** It has one more run. @param runs that one counted */
  granted(runs: number): void {
    this.#credit = Math.min(this.#credit + runCredit, runs * runCredit)
  }
  /** One of its runs is over; what that one left unsaid is nobody's. */
  spent(runs: number): void {
    this.#credit = runs === 0 ? quietCredit : Math.min(this.#credit, runs * runCredit)
  }

  #take(line: string): void {
    this.#credit -= line.length + frameCost
    if (this.#credit < 0) this.#ends.tooMuch(line)
    else this.#ends.hear(line)
  }
}
