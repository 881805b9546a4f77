/** Actions of a plugin: what bots can do. */
import type { Static, TSchema } from 'typebox'
import type { Tx } from './context.ts'
import type { ActionId } from './registries.ts'

/** The whole surface bots can reach; schemas guard both directions. It reaches outside only by `tx.enqueue`. */
export interface ActionSpec<X, P extends string, I extends TSchema, R extends TSchema> {
  readonly id: ActionId
  readonly title: string
  readonly requires: P
  readonly effect: 'read' | 'write' | 'destructive'
  readonly input: I
  readonly output: R
  /** Most calls a run. */
  readonly perRun: number
  run(ctx: X, tx: Tx, input: Static<I>): Promise<Static<R>>
}
export interface Actions<X, P extends string> {
  action<I extends TSchema, R extends TSchema>(o: ActionSpec<X, P, I, R>): void
}
