/** What the calls of a run do in the world. The same executor runs all modes; only this differs. */
import type { SandboxAnswer, Tx } from '@guildhall/sdk'
import type { OutsideRequest } from '../http/request.ts'
import type { Asked, Described } from '../journal.ts'

export interface ActionCall {
  readonly id: string
  readonly input: unknown
  readonly effect: 'read' | 'write' | 'destructive'
  /** In the unit of work of the action itself; `changed`: it found something to do. */
  readonly within: (tx: Tx, changed: boolean) => Promise<void>
}

export interface StateStore {
  get(key: string): Promise<unknown>
  set(key: string, value: unknown, ttlSeconds: number | null): Promise<void>
  delete(key: string): Promise<void>
  keys(prefix: string): Promise<readonly string[]>
}

export interface RunMode {
  /** Writes the answer down where `write` has not: with the effect, where there is one. */
  action(call: Asked, what: Described, action: ActionCall): Promise<SandboxAnswer>
  fetch(call: Asked, what: Described, request: OutsideRequest): Promise<SandboxAnswer>
  state(call: Asked, what: Described, work: (store: StateStore) => Promise<unknown>): Promise<SandboxAnswer>
  /** What no mode does: a refusal. */
  refuse(call: Asked, what: Described, answer: SandboxAnswer): Promise<SandboxAnswer>
  /** What a call without a row in the journal means; undefined: it is carried out. */
  unrecorded(call: Asked): never | undefined
}
