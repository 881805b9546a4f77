/** An example of a schema, made from what it says, for the operations whose author wrote none. */

interface Schema {
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly items?: Schema
  readonly minItems?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}

const byFormat: Readonly<Record<string, string>> = {
  uuid: '01890a5d-ac96-774b-bcce-b302099a8057',
  date: '2025-12-31',
  'date-time': '2025-12-31T18:00:00Z',
  email: 'maria@example.org',
  uri: 'https://example.org/',
  currency: 'EUR',
}
/** What fields of these names hold in every object; a better one stands with the field. */
const byName: Readonly<Record<string, string>> = {
  displayName: 'Maria Santos',
  memberName: 'Maria Santos',
  guardianName: 'Maria Santos',
  firstName: 'Maria',
  lastName: 'Santos',
  email: 'maria@example.org',
  recipient: 'maria@example.org',
  groupName: 'Wood workshop',
  planName: 'Full member',
  role: 'maker',
  timeZone: 'Europe/Berlin',
  language: 'en',
  permission: 'members.read',
  event: 'members.created',
  middleName: 'Luisa',
  suffix: 'Jr.',
  phone: '+4922112345678',
  street: 'Hauptstraße 1',
  externalId: 'M-4711',
  reason: 'On request',
  description: 'What it is for',
  locale: 'de-DE',
  fileName: 'members.csv',
  column: 'email',
  subject: 'Welcome',
  colour: '#1f6feb',
  photoUrl: 'https://example.org/photo.jpg',
  logo: 'https://example.org/logo.png',
  url: 'https://example.org/',
  authorizationUrl: 'https://login.example.org/authorize',
  endSessionUrl: 'https://login.example.org/logout',
  host: 'mail.example.org',
  nextCursor: 'WyIyMDI1LTEyLTMxIl0',
  hash: 'a'.repeat(64),
}
/** Words that fit the patterns we use; the first that does is taken. */
const words = ['Example', 'example', 'EUR', 'DE', 'de', 'de-DE', '#1f6feb', '8', 'a'.repeat(64), '2025-12-31']

/** @returns undefined where the schema allows anything, or nothing we know a word for */
export function exampleOf(given: unknown, name = ''): unknown {
  const schema = given as Schema
  if (schema.examples && schema.examples.length > 0) return schema.examples[0]
  if (schema.const !== undefined) return schema.const
  if (schema.default !== undefined) return schema.default
  if (schema.enum) return schema.enum[0]
  const choices = schema.anyOf ?? schema.oneOf
  if (choices)
    return choices.map((one) => exampleOf(one, name)).find((one) => one !== undefined && one !== null) ?? null
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((one) => exampleOf(one)))
  return ofType(schema, [schema.type ?? []].flat()[0], name)
}

function ofType(schema: Schema, type: string | undefined, name: string): unknown {
  switch (type) {
    case 'string':
      return text(schema, name)
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 1, (schema.exclusiveMinimum ?? 0) + 1)
    case 'boolean':
      return true
    case 'array': {
      const item = schema.items && exampleOf(schema.items)
      return item === undefined ? [] : Array.from({ length: Math.max(1, schema.minItems ?? 1) }, () => item)
    }
    case 'object':
      return object(schema)
    case 'null':
      return null
    default:
      return undefined
  }
}

function text(
  { format, pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY }: Schema,
  name: string,
): string | undefined {
  if (format !== undefined && format in byFormat) return byFormat[format]
  const fits = new RegExp(pattern ?? '', 'u')
  const own = Object.hasOwn(byName, name) ? [byName[name]!] : []
  return [...own, ...words].find((word) => fits.test(word) && word.length >= minLength && word.length <= maxLength)
}

/** What is required, and what has an example of its own; of a body in which all is optional, at least one thing. */
function object({ properties = {}, required = [] }: Schema): Record<string, unknown> {
  const shown = Object.entries(properties).filter(([name, inner]) => required.includes(name) || inner.examples)
  const chosen = shown.length > 0 ? shown : Object.entries(properties).slice(0, 1)
  return Object.fromEntries(
    chosen.flatMap(([name, inner]) => {
      const example = exampleOf(inner, name)
      if (example !== undefined) return [[name, example]]
      // What may be anything is an empty object where something has to stand.
      return required.includes(name) && inner.type === undefined ? [[name, {}]] : []
    }),
  )
}

/** The schema with an example, its own where it has one. */
export function withExample<S>(schema: S): S {
  if (typeof schema !== 'object' || schema === null || '$ref' in schema || 'examples' in schema) return schema
  const example = exampleOf(schema)
  return example === undefined || example === null ? schema : { ...schema, examples: [example] }
}
