import type { ProblemError } from '../problems.ts'

/** More faults are not told: whoever mends twenty publishes again. */
const most = 20

/** What is wrong with a form, each place once. */
export class ProblemList {
  readonly errors: ProblemError[] = []
  readonly #seen = new Set<string>()

  get full(): boolean {
    return this.errors.length >= most
  }
  add(pointer: string, message: string, code: string): undefined {
    const key = `${pointer} ${code} ${message}`
    if (this.full || this.#seen.has(key)) return
    this.#seen.add(key)
    this.errors.push({ pointer, message, code })
  }
}
