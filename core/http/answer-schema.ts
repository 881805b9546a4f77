type Schema = Readonly<Record<string, unknown>>

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null
const isSchemas = (value: unknown): value is Schema[] => Array.isArray(value) && value.every(isSchema)

/**
 * The schema of an answer as its serializer gets it. It writes one value after the other by what the schema says, but for
 * a union it has Ajv check which part fits: compiled at a route's first answer, run for every value. Nearly all our unions
 * are "this, or null" and "one of these words", which it can write without asking. Below a union that is left, Ajv reads
 * what it is given, so nothing is changed there.
 * @returns a schema that writes the same JSON for every value that fits `schema`
 */
export function writtenWithoutChoice(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(writtenWithoutChoice)
  if (!isSchema(schema)) return schema
  return Object.fromEntries(
    Object.entries(withoutChoice(schema)).map(([word, value]) => {
      if (holdNamed.has(word) && isSchema(value)) return [word, each(value)]
      return [word, holdSchemas.has(word) ? writtenWithoutChoice(value) : value]
    }),
  )
}

const holdSchemas = new Set(['items', 'additionalProperties', 'prefixItems'])
/** Their value has names of the schema's author for its keys. */
const holdNamed = new Set(['properties', 'patternProperties'])

const each = (named: Schema) =>
  Object.fromEntries(Object.entries(named).map(([name, one]) => [name, writtenWithoutChoice(one)]))

function withoutChoice(schema: Schema): Schema {
  const { anyOf, ...rest } = schema
  if (!isSchemas(anyOf)) return schema
  const all = anyOf.flatMap(choices)
  const parts = all.filter(({ type }) => type !== 'null')
  const empty = parts.length < all.length ? { nullable: true } : {}
  if (parts.length === 1 && typeof parts[0]?.type === 'string') return { ...parts[0], ...rest, ...empty }
  // Dates are texts that it writes otherwise.
  if (parts.every(({ type, format }) => type === 'string' && !format)) return { ...rest, type: 'string', ...empty }
  return schema
}

const choices = (schema: Schema): readonly Schema[] =>
  isSchemas(schema.anyOf) ? schema.anyOf.flatMap(choices) : [schema]
