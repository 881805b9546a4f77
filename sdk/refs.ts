/**
 * Refs are the only values one plugin may import from another: an id and a type, no code.
 * Two refs are the same when their ids are; a second copy of a package changes nothing.
 */
import type { Static, TSchema } from 'typebox'

declare const carries: unique symbol

interface Ref<Kind extends string, T> {
  readonly kind: Kind
  readonly id: string
  readonly [carries]?: T
}

/** `<owner>.<name>`: the owner is a plugin's id or `core`. */
export type Dotted = `${string}.${string}`

/** A service: `root` ones exist once per process, `tenant` ones are made for one context and act as its actor. */
export interface ServiceRef<T> extends Ref<'service', T> {
  readonly scope: 'root' | 'tenant'
}
/** A place where plugins contribute implementations to the plugin that owns it. */
export interface ExtensionPoint<T> extends Ref<'extension-point', T> {}
/** A domain event. The payload carries ids and changed field names, never personal values (erasure must stay possible). */
export interface EventRef<S extends TSchema = TSchema> extends Ref<'event', Static<S>> {
  readonly version: number
  readonly payload: S
  readonly title: string
  readonly example: unknown
}

export const serviceRef = <T>(o: { id: Dotted; scope: 'root' | 'tenant' }): ServiceRef<T> => ({ kind: 'service', ...o })

export const extensionPoint = <T>(o: { id: Dotted }): ExtensionPoint<T> => ({ kind: 'extension-point', ...o })

export const eventRef = <S extends TSchema>(o: {
  id: Dotted
  version: number
  title: string
  payload: S
  example: Static<S>
}): EventRef<S> => ({ kind: 'event', ...o })

// biome-ignore lint/suspicious/noExplicitAny: a map of refs of any service; `Resolved` gives each its own type back
export type Services = Record<string, ServiceRef<any>>
/** No services, no parameters. */
export type Nothing = Record<never, never>
export type Resolved<R extends Services> = { readonly [K in keyof R]: R[K] extends ServiceRef<infer T> ? T : never }

/** The owner named by an id such as `members.created`. */
export const ownerOf = (id: string): string => id.slice(0, id.indexOf('.'))
