import { isCurrency, Problem, problems, type SchemaFault, valueErrors } from '@guildhall/sdk'
import type { TSchema } from 'typebox'
import { Compile, type Validator as Compiled } from 'typebox/compile'
import Format from 'typebox/format'
import { Value } from 'typebox/value'

export interface Invalid {
  readonly pointer: string
  readonly message: string
}

Format.Set('currency', isCurrency)

const compiled = new WeakMap<TSchema, Validator>()

/**
 * Checks values against the schemas of plugins: configuration, job inputs, event payloads, actions. HTTP has Fastify's
 * own. Schemas come with the code of installed plugins, never from users.
 */
export class Validator {
  readonly #schema: TSchema
  readonly #compiled: Compiled

  private constructor(schema: TSchema) {
    this.#schema = schema
    this.#compiled = Compile(schema)
  }

  static of(schema: TSchema): Validator {
    const known = compiled.get(schema)
    if (known) return known
    const made = new Validator(schema)
    compiled.set(schema, made)
    return made
  }

  withDefaults(value: unknown): unknown {
    return Value.Default(this.#schema, Value.Clone(value))
  }

  accepts(value: unknown): boolean {
    return this.#compiled.Check(value)
  }

  errors(value: unknown): Invalid[] {
    if (this.#compiled.Check(value)) return []
    return valueErrors(this.#schema, this.#compiled.Errors(value) as readonly SchemaFault[])
  }
}

export const invalidProblem = (errors: readonly Invalid[], prefix = ''): Problem =>
  new Problem(problems.validationFailed, {
    errors: errors.map(({ pointer, message }) => ({ pointer: `${prefix}${pointer}`, message })),
  })
