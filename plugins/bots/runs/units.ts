/** Units of work of one run, one after another: its context opens one at a time, its calls come sixteen at once. */
import type { Tx } from '@guildhall/sdk'
import type { BotsContext } from '../context.ts'

export class Units {
  readonly #ctx: BotsContext
  #last: Promise<unknown> = Promise.resolve()

  constructor(ctx: BotsContext) {
    this.#ctx = ctx
  }

  run<R>(fn: (tx: Tx) => Promise<R>): Promise<R> {
    return this.#inTurn(() => this.#ctx.transaction(fn))
  }
  read<R>(fn: (tx: Tx) => Promise<R>): Promise<R> {
    return this.#inTurn(() => this.#ctx.read(fn))
  }

  #inTurn<R>(open: () => Promise<R>): Promise<R> {
    const mine = this.#last.then(open)
    this.#last = mine.catch(() => {})
    return mine
  }
}
