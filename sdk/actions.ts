/** Actions of a plugin: what bots can do. */
import type { Static, TSchema } from 'typebox'
import type { Tx } from './context.ts'
import type { Field, Listing } from './listing/index.ts'
import type { ExtensionPoint } from './refs.ts'
import type { ActionId } from './registries.ts'

const nothing = Symbol.for('guildhall.nothing-done')

/** The answer of an action that found nothing to do: the mail had been sent, the tag was there. */
export interface NothingDone<R> {
  readonly answer: R
}
export const nothingDone = <R>(answer: R): NothingDone<R> => Object.defineProperty({ answer }, nothing, { value: true })

/** The same across copies of this package: an installed plugin may bring its own. */
export const isNothingDone = (outcome: unknown): outcome is NothingDone<unknown> =>
  typeof outcome === 'object' && outcome !== null && nothing in outcome

/** What authors of bots are told of a field they filter by. */
export type ToldField = Pick<Field, 'type' | 'description' | 'ops' | 'nullable' | 'values'>

/** The whole surface bots can reach; schemas guard both directions. It reaches outside only by `tx.enqueue`. */
export interface ActionSpec<X, P extends string, I extends TSchema, R extends TSchema> {
  readonly id: ActionId
  readonly title: string
  readonly requires: P
  readonly effect: 'read' | 'write' | 'destructive'
  readonly input: I
  readonly output: R
  /** By what `filter` and `sort` of the input go; the documentation tells it, and what others contribute. */
  readonly lists?: {
    readonly fields: Readonly<Record<string, ToldField>>
    readonly sorts: Listing['sorts']
    readonly contributed?: ExtensionPoint<ToldField & { readonly name: string }>
  }
  /** Most calls a run. */
  readonly perRun: number
  /** `nothingDone(answer)` where there was nothing to do: traces, counts and rehearsals leave the call out of what was done. */
  run(ctx: X, tx: Tx, input: Static<I>): Promise<Static<R> | NothingDone<Static<R>>>
}
export interface Actions<X, P extends string> {
  action<I extends TSchema, R extends TSchema>(o: ActionSpec<X, P, I, R>): void
}
