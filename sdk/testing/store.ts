import {
  type StateFault,
  stateBytes,
  stateKeyFault,
  stateLifetimeFault,
  stateQuotas,
  stateRoomFault,
  stateUseFault,
  stateValueFault,
} from '../bot-state.ts'
import { botCallError } from './call-error.ts'
import { crossed, given } from './crossing.ts'

/** `ctx.state` in memory, with the platform's rules. */
export class Store {
  readonly #values: Map<string, unknown>
  #uses = 0

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = new Map(Object.entries(crossed(values) as object))
  }

  get values(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(this.#values)
  }
  // Asynchronous as the platform's, and failing as it does: by a rejected promise.
  async get(key: unknown): Promise<unknown> {
    return given(this.#values.get(this.#used(key)) ?? null)
  }
  async set(key: unknown, value: unknown, ttlSeconds?: unknown): Promise<void> {
    const name = this.#used(key)
    refuse(stateLifetimeFault(ttlSeconds))
    const copy = crossed(value) ?? null
    refuse(stateValueFault(bytesOf(copy)))
    const others = [...this.#values].filter(([other]) => other !== name)
    refuse(
      stateRoomFault([...others, [name, copy] as const].reduce((sum, [k, v]) => sum + stateBytes(k) + bytesOf(v), 0)),
    )
    this.#values.set(name, copy)
  }
  async delete(key: unknown): Promise<void> {
    this.#values.delete(this.#used(key))
  }
  async keys(prefix?: unknown): Promise<readonly string[]> {
    this.#count()
    const start = prefix ?? ''
    if (start !== '') refuse(stateKeyFault(start))
    return [...this.#values.keys()]
      .filter((key) => key.startsWith(start as string))
      .sort()
      .slice(0, stateQuotas.keys)
  }

  #used(key: unknown): string {
    this.#count()
    refuse(stateKeyFault(key))
    return key as string
  }
  #count(): void {
    refuse(stateUseFault(++this.#uses))
  }
}

const bytesOf = (value: unknown): number => stateBytes(JSON.stringify(value ?? null))

function refuse(fault: StateFault | null): void {
  if (fault) throw botCallError(fault.code, fault.message)
}
