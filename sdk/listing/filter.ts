/** The one filter, `{ and | or | not | { field, op, value } }`, checked against a listing. */
import Type from 'typebox'
import { didYouMean } from '../nearest.ts'
import { Problem, type ProblemError, problems } from '../problems.ts'
import { type Field, type Op, ops, opsOf, typed } from './field.ts'
import type { Listing } from './listing.ts'

export type Scalar = string | number | boolean
/** What a condition compares with, whether it was one value or, with `in`, several. */
export const valuesOf = (value: Scalar | readonly Scalar[]): readonly Scalar[] =>
  typeof value === 'object' ? value : [value]
export type Filter =
  | { readonly and: readonly Filter[] }
  | { readonly or: readonly Filter[] }
  | { readonly not: Filter }
  | { readonly field: string; readonly op: Op; readonly value: unknown }

/** Caps that keep a filter from being a weapon. */
export const limits = { depth: 8, conditions: 100, values: 200, text: 500 } as const

const scalar = Type.Union([Type.String({ maxLength: limits.text }), Type.Number(), Type.Boolean()])
const branches = Type.Array(Type.Unsafe<Filter>({ $ref: 'Filter#' }), {
  minItems: 1,
  maxItems: limits.conditions,
  description: 'All, or one of them',
})

/** By it `guildhall types` knows a filter where a schema stands alone. */
export const filterTitle = 'Filter'

/** Shared schema; the HTTP layer registers it, routes refer to it with `Filter.ref`. */
const schema = Type.Unsafe<Filter>({
  $id: 'Filter',
  title: filterTitle,
  description: `At most ${limits.depth} levels and ${limits.conditions} conditions`,
  anyOf: [
    Type.Object({ and: branches }, { additionalProperties: false }),
    Type.Object({ or: branches }, { additionalProperties: false }),
    Type.Object({ not: Type.Unsafe<Filter>({ $ref: 'Filter#' }) }, { additionalProperties: false }),
    Type.Object(
      {
        field: Type.String({ maxLength: 100, description: 'As in the query of the list, such as `status`' }),
        op: Type.Enum([...ops], { description: 'How they are compared' }),
        value: Type.Union([scalar, Type.Array(scalar, { maxItems: limits.values })], {
          description: 'Of the type of the field; several for `in` and `between`',
        }),
      },
      { additionalProperties: false },
    ),
  ],
  examples: [
    {
      and: [
        { field: 'status', op: 'in', value: ['active', 'pending'] },
        { not: { field: 'role', op: 'eq', value: 'admin' } },
      ],
    },
  ],
})
/**
 * `ref` for routes. `object` for schemas that stand alone (inputs of actions and jobs), which can refer to nothing: there
 * `compileFilter` is the check.
 */
export const Filter = {
  schema,
  ref: Type.Unsafe<Filter>({ $ref: 'Filter#' }),
  object: Type.Unsafe<Filter>({
    title: filterTitle,
    type: 'object',
    additionalProperties: true,
    description: 'A filter, as in the schema Filter; docs/reference/actions.md lists the fields',
  }),
}

/** A filter whose fields are known and whose values have their type. */
export type Condition =
  | { readonly and: readonly Condition[] }
  | { readonly or: readonly Condition[] }
  | { readonly not: Condition }
  | { readonly name: string; readonly field: Field; readonly op: Op; readonly value: Scalar | readonly Scalar[] }

/** All faults of a filter at once, each with its pointer below `at`. @throws Problem 400 */
export function checkFilter(listing: Listing, filter: Filter, at = '/filter', where?: ProblemError['in']): Condition {
  const errors: ProblemError[] = []
  const refuse = (pointer: string, message: string, code: string): Condition => {
    errors.push({ pointer, message, code, ...(where && { in: where }) })
    return { and: [] }
  }
  let count = 0

  const walk = (node: unknown, pointer: string, depth: number): Condition => {
    if (depth > limits.depth) return refuse(pointer, `Nest at most ${limits.depth} levels`, 'depth')
    if (++count > limits.conditions) return refuse(pointer, `Give at most ${limits.conditions} conditions`, 'size')
    if (typeof node !== 'object' || node === null || Array.isArray(node)) {
      return refuse(pointer, 'Write an object with and, or, not, or field, op and value', 'type')
    }
    const keys = Object.keys(node)
    const key = keys.length === 1 ? keys[0] : undefined
    const part: Record<string, unknown> = { ...node }
    if (key === 'and' || key === 'or') {
      const branches = part[key]
      if (!Array.isArray(branches) || branches.length === 0)
        return refuse(`${pointer}/${key}`, 'List at least one condition', 'minItems')
      const inside: Condition[] = []
      for (const [i, branch] of branches.entries()) {
        inside.push(walk(branch, `${pointer}/${key}/${i}`, depth + 1))
        if (count > limits.conditions) break
      }
      return key === 'and' ? { and: inside } : { or: inside }
    }
    if (key === 'not') return { not: walk(part.not, `${pointer}/not`, depth + 1) }
    const foreign = keys.find((k) => k !== 'field' && k !== 'op' && k !== 'value')
    if (foreign !== undefined)
      return refuse(pointer, `"${foreign.slice(0, 100)}" is not part of a condition`, 'unknown')
    return leaf(part, pointer)
  }

  const leaf = (part: Record<string, unknown>, pointer: string): Condition => {
    const name = typeof part.field === 'string' ? part.field : ''
    const field = Object.hasOwn(listing.fields, name) ? listing.fields[name] : undefined
    if (!field) {
      const names = Object.keys(listing.fields)
      const meant = didYouMean(name, names)
      const message = `"${name.slice(0, 100)}" is no field to filter by${meant || `; filter by one of: ${names.join(', ')}`}`
      return refuse(`${pointer}/field`, message, 'unknownField')
    }
    const allowed = opsOf(field)
    const op = allowed.find((candidate) => candidate === part.op)
    if (!op) return refuse(`${pointer}/op`, `For ${name} use one of: ${allowed.join(', ')}`, 'unknownOperator')
    const value = checkValue(name, field, op, part.value, `${pointer}/value`)
    return value === undefined ? { and: [] } : { name, field, op, value }
  }

  const checkValue = (name: string, field: Field, op: Op, value: unknown, pointer: string) => {
    const one = (given: unknown, at: string): Scalar | undefined => {
      if (typeof given === 'string' && given.length > limits.text) {
        refuse(at, `Shorten it to ${limits.text} characters`, 'maxLength')
        return undefined
      }
      const result = typed(op === 'isNull' ? 'boolean' : field.type, given)
      if ('expected' in result) {
        refuse(at, `${name} needs ${result.expected}`, 'type')
        return undefined
      }
      if (typeof result.value === 'string' && field.type === 'text') {
        const text = result.value.normalize('NFC')
        if (field.values && op !== 'startsWith' && !field.values.includes(text)) {
          refuse(at, `${name} is one of: ${field.values.join(', ')}`, 'enum')
          return undefined
        }
        return field.normalise ? field.normalise(text) : text
      }
      return result.value
    }
    if (op !== 'in' && op !== 'between') return one(value, pointer)
    const [least, most] = op === 'between' ? [2, 2] : [1, limits.values]
    if (!Array.isArray(value) || value.length < least || value.length > most) {
      refuse(pointer, op === 'between' ? 'List two values, lowest first' : `List 1 to ${most} values`, 'type')
      return undefined
    }
    const several = value.map((item, i) => one(item, `${pointer}/${i}`))
    return several.every((item) => item !== undefined) ? several : undefined
  }

  const condition = walk(filter, at, 1)
  if (errors.length > 0) throw new Problem(problems.validationFailed, { detail: errors[0]!.message, errors })
  return condition
}
