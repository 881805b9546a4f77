/** A schema of a form, once `formProblems` has nothing to say: closed, finite, without recursion. */
import type { FormType } from './vocabulary.ts'

export interface FormSchema {
  readonly type: FormType
  readonly title?: string
  readonly description?: string
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, FormSchema>>
  readonly required?: readonly string[]
  readonly if?: FormCondition
  readonly then?: FormBranch
  readonly else?: FormBranch
  readonly allOf?: readonly Conditional[]
  readonly items?: FormSchema
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly minLength?: number
  readonly maxLength?: number
  readonly format?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly enum?: readonly unknown[]
  readonly oneOf?: readonly { readonly const: unknown; readonly title?: string }[]
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, FormSchema>>
}
export interface FormCondition {
  readonly properties: Readonly<Record<string, { readonly const?: unknown; readonly enum?: readonly unknown[] }>>
}
export interface FormBranch {
  readonly properties?: Readonly<Record<string, FormSchema>>
  readonly required?: readonly string[]
}
export interface Conditional {
  readonly if?: FormCondition
  readonly then?: FormBranch
  readonly else?: FormBranch
}

type Bag = Readonly<Record<string, unknown>>
export const isBag = (value: unknown): value is Bag =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** An own member, and nothing a prototype has. */
export const own = <T>(bag: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  bag && Object.hasOwn(bag, name) ? bag[name] : undefined

/** A step of a JSON pointer (RFC 6901). */
export const step = (name: string | number): string =>
  `/${String(name).slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`

export const localRef = /^#\/\$defs\/([A-Za-z][A-Za-z0-9_-]*)$/

/** The schema with its `$ref` followed; labels beside the `$ref` win. */
export function resolved(root: FormSchema, schema: FormSchema): FormSchema {
  if (schema.$ref === undefined) return schema
  const { $ref, ...labels } = schema
  const target = own(root.$defs, localRef.exec($ref)?.[1] ?? '')
  if (!target) throw new Error(`Schema: "${$ref}" leads nowhere; formProblems would have said so`)
  return { ...resolved(root, target), ...labels }
}

const conditionalsOf = (schema: FormSchema): readonly Conditional[] => [
  ...(schema.if ? [schema] : []),
  ...(schema.allOf ?? []),
]

const same = (a: unknown, b: unknown): boolean => a === b
const holds = (condition: FormCondition, value: Bag): boolean =>
  Object.entries(condition.properties).every(([name, rule]) => {
    const is = own(value, name)
    return Object.hasOwn(value, name) && (rule.enum ? rule.enum.some((one) => same(one, is)) : same(rule.const, is))
  })

/** The branches that count for this value. */
export const branchesFor = (schema: FormSchema, value: Bag): readonly FormBranch[] =>
  conditionalsOf(schema).flatMap((conditional) => {
    const branch = conditional.if && holds(conditional.if, value) ? conditional.then : conditional.else
    return branch ? [branch] : []
  })

const everyBranch = (schema: FormSchema): readonly FormBranch[] =>
  conditionalsOf(schema).flatMap(({ then, else: otherwise }) => [then, otherwise].filter((b) => b !== undefined))

const fieldsIn = (schema: FormSchema, branches: readonly FormBranch[]): readonly (readonly [string, FormSchema])[] =>
  [schema, ...branches].flatMap(({ properties }) => Object.entries(properties ?? {}))

/** Fields of an object for this value; a name comes twice when two branches define it, and then both count. */
export const fieldsFor = (schema: FormSchema, value: Bag) => fieldsIn(schema, branchesFor(schema, value))
/** Fields an object may have, whatever its value. */
export const fieldsOf = (schema: FormSchema) => fieldsIn(schema, everyBranch(schema))
