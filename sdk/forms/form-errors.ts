/** Interprets a schema over a value: no code is made from it, and nothing in it can loop. */
import type { ProblemError } from '../problems.ts'
import { formats, isFormFormat } from './formats.ts'
import { englishFormMessages, type FormMessages } from './messages.ts'
import { branchesFor, type FormSchema, fieldsFor, isBag, own, resolved, step } from './schema.ts'
import { defaultMaxLength } from './vocabulary.ts'

export interface FormErrorsOptions {
  /** Default: English. */
  readonly messages?: FormMessages
  /** The secrets are kept elsewhere: they may be absent, and a text in their place is a handle. Default false. */
  readonly secretsElsewhere?: boolean
}

/** More are not told. */
const most = 50

class Check {
  readonly errors: ProblemError[] = []
  readonly root: FormSchema
  readonly say: FormMessages
  readonly secretsElsewhere: boolean
  constructor(root: FormSchema, { messages = englishFormMessages, secretsElsewhere = false }: FormErrorsOptions) {
    this.root = root
    this.say = messages
    this.secretsElsewhere = secretsElsewhere
  }

  fault(pointer: string, code: string, message: string): undefined {
    if (this.errors.length < most) this.errors.push({ pointer, message, code })
  }

  value(unresolved: FormSchema, value: unknown, pointer: string): undefined {
    if (this.errors.length >= most) return
    const schema = resolved(this.root, unresolved)
    switch (schema.type) {
      case 'object':
        return this.object(schema, value, pointer)
      case 'array':
        return this.array(schema, value, pointer)
      case 'string':
        return this.string(schema, value, pointer)
      case 'boolean':
        if (typeof value !== 'boolean') return this.fault(pointer, 'type', this.say.boolean)
        return this.choice(schema, value, pointer)
      default:
        return this.number(schema, value, pointer)
    }
  }

  object(schema: FormSchema, value: unknown, pointer: string): undefined {
    if (!isBag(value)) return this.fault(pointer, 'type', this.say.object)
    const fields = fieldsFor(schema, value)
    const known = new Set(fields.map(([name]) => name))
    for (const name of Object.keys(value))
      if (!known.has(name)) this.fault(pointer + step(name), 'additionalProperties', this.say.unknown)
    for (const name of new Set([schema, ...branchesFor(schema, value)].flatMap(({ required }) => required ?? [])))
      if (!Object.hasOwn(value, name) && !this.elsewhere(fields, name))
        this.fault(pointer + step(name), 'required', this.say.required)
    for (const [name, field] of fields)
      if (Object.hasOwn(value, name)) this.value(field, own(value, name), pointer + step(name))
  }

  elsewhere(fields: readonly (readonly [string, FormSchema])[], name: string): boolean {
    return (
      this.secretsElsewhere &&
      fields.some(([at, field]) => at === name && resolved(this.root, field).format === 'secret')
    )
  }

  array(schema: FormSchema, value: unknown, pointer: string): undefined {
    if (!Array.isArray(value)) return this.fault(pointer, 'type', this.say.array)
    const { minItems = 0, maxItems = 0 } = schema
    if (value.length < minItems) this.fault(pointer, 'minItems', this.say.minItems(minItems))
    // Before the items: a list a thousand times too long is not read.
    if (value.length > maxItems) return this.fault(pointer, 'maxItems', this.say.maxItems(maxItems))
    const before = this.errors.length
    for (const [i, item] of value.entries()) this.value(schema.items as FormSchema, item, pointer + step(i))
    // Only items that fit are compared: those that don't may be nested as deep as somebody likes.
    if (!schema.uniqueItems || this.errors.length > before) return
    const seen = new Set<string>()
    for (const [i, item] of value.entries()) {
      const text = canonical(item)
      if (seen.has(text)) this.fault(pointer + step(i), 'uniqueItems', this.say.unique)
      seen.add(text)
    }
  }

  string(schema: FormSchema, value: unknown, pointer: string): undefined {
    if (typeof value !== 'string') return this.fault(pointer, 'type', this.say.string)
    const { minLength = 0, maxLength = defaultMaxLength, format } = schema
    if (format === 'secret' && this.secretsElsewhere) return
    const length = characters(value, maxLength)
    if (length > maxLength) return this.fault(pointer, 'maxLength', this.say.maxLength(maxLength))
    if (length < minLength)
      this.fault(pointer, 'minLength', length === 0 ? this.say.empty : this.say.minLength(minLength))
    else if (isFormFormat(format) && !formats[format](value))
      this.fault(pointer, 'format', this.say.format[format] ?? this.say.string)
    this.choice(schema, value, pointer)
  }

  number(schema: FormSchema, value: unknown, pointer: string): undefined {
    if (typeof value !== 'number' || !Number.isFinite(value)) return this.fault(pointer, 'type', this.say[schema.type])
    if (schema.type === 'integer' && !Number.isInteger(value)) return this.fault(pointer, 'type', this.say.integer)
    const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema
    if (minimum !== undefined && value < minimum) this.fault(pointer, 'minimum', this.say.minimum(minimum))
    if (maximum !== undefined && value > maximum) this.fault(pointer, 'maximum', this.say.maximum(maximum))
    if (exclusiveMinimum !== undefined && value <= exclusiveMinimum)
      this.fault(pointer, 'exclusiveMinimum', this.say.exclusiveMinimum(exclusiveMinimum))
    if (exclusiveMaximum !== undefined && value >= exclusiveMaximum)
      this.fault(pointer, 'exclusiveMaximum', this.say.exclusiveMaximum(exclusiveMaximum))
    this.choice(schema, value, pointer)
  }

  choice(schema: FormSchema, value: unknown, pointer: string): undefined {
    const offered = schema.enum?.includes(value) ?? true
    const titled = schema.oneOf?.some((one) => one.const === value) ?? true
    if (!offered || !titled) this.fault(pointer, 'enum', this.say.choice)
  }
}

/** What is wrong with a value, at most 50 places; the schema has passed `formProblems`. */
export function formErrors(schema: object, value: unknown, options: FormErrorsOptions = {}): readonly ProblemError[] {
  const check = new Check(schema as FormSchema, options)
  check.value(schema as FormSchema, value, '')
  return check.errors
}

/** Unicode characters, as JSON Schema counts them; past the limit it does not matter how many. */
const characters = (text: string, limit: number): number =>
  text.length > limit * 2 ? text.length : Array.from(text).length

/** The same text for equal values. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, at) => (isBag(at) ? Object.entries(at).sort(([a], [b]) => (a < b ? -1 : 1)) : at))
