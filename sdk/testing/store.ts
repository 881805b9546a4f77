import { botCallError } from './call-error.ts'
import { crossed, given } from './crossing.ts'

const keyBytes = 128
const valueBytes = 65_536
const bytesOf = (text: string): number => new TextEncoder().encode(text).length

/** `ctx.state` in memory. */
export class Store {
  readonly #values: Map<string, unknown>

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = new Map(Object.entries(crossed(values) as object))
  }

  get values(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(this.#values)
  }
  // Asynchronous as the platform's, and failing as it does: by a rejected promise.
  async get(key: string): Promise<unknown> {
    return given(this.#values.get(key) ?? null)
  }
  async set(key: string, value: unknown): Promise<void> {
    if (typeof key !== 'string' || key === '' || bytesOf(key) > keyBytes)
      throw botCallError('LIMIT', `A key is a text of 1 to ${keyBytes} bytes`)
    const copy = crossed(value) ?? null
    if (bytesOf(JSON.stringify(copy)) > valueBytes)
      throw botCallError('LIMIT', `A value has at most ${valueBytes} bytes`)
    this.#values.set(key, copy)
  }
  async delete(key: string): Promise<void> {
    this.#values.delete(key)
  }
  async keys(prefix = ''): Promise<readonly string[]> {
    return [...this.#values.keys()]
      .filter((key) => key.startsWith(prefix))
      .sort()
      .slice(0, 1_000)
  }
}
