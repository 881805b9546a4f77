import type { Log } from '@guildhall/sdk'

/** Work that goes on after the answer, so that how long the answer took tells nothing of it. */
export class Afterwards {
  readonly #log: Log
  readonly #running = new Set<Promise<void>>()

  constructor(log: Log) {
    this.#log = log
  }

  /** @param what for the log, when it fails: nobody else hears of it */
  run(what: string, work: () => Promise<void>): void {
    const running = work()
      .catch((err: unknown) => this.#log.error({ err }, `${what} failed`))
      .finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  /** When what was begun is done: before the database goes away. */
  async settled(): Promise<void> {
    await Promise.all(this.#running)
  }
}
