import type { XStatic } from 'typebox/schema'

/**
 * The value that fits a form's schema. Fields that a condition brings are optional: whether they are there, the value of
 * another field says, and a type would have to multiply all conditions to follow it.
 */
export type FormValue<S, Root = S> = S extends { readonly $ref: `#/$defs/${infer Name}` }
  ? Root extends { readonly $defs: infer Parts }
    ? FormValue<Parts[Name & keyof Parts], Root>
    : never
  : S extends { readonly type: 'object'; readonly properties: infer P }
    ? Flat<
        { [K in keyof P as K extends RequiredName<S> ? K : never]: FormValue<P[K], Root> } & {
          [K in keyof P as K extends RequiredName<S> ? never : K]?: FormValue<P[K], Root>
        } & { [K in Exclude<BranchName<Branch<S>>, keyof P>]?: BranchValue<Branch<S>, K, Root> }
      >
    : S extends { readonly type: 'array'; readonly items: infer I }
      ? FormValue<I, Root>[]
      : XStatic<S>

/** Shown as one object in the editor. */
type Flat<T> = { [K in keyof T]: T[K] }
type RequiredName<S> = S extends { readonly required: readonly (infer R)[] } ? R : never

/** What `then` and `else` of an object bring, `allOf` included. */
type Branch<S> = Side<S> | (S extends { readonly allOf: readonly (infer Condition)[] } ? Side<Condition> : never)
type Side<S> = (S extends { readonly then: infer T } ? T : never) | (S extends { readonly else: infer E } ? E : never)
type BranchName<B> = B extends { readonly properties: infer P } ? keyof P : never
type BranchValue<B, K extends PropertyKey, Root> = B extends { readonly properties: infer P }
  ? K extends keyof P
    ? FormValue<P[K], Root>
    : never
  : never
