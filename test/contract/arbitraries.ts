import fc, { type Arbitrary } from 'fast-check'
import type { Document, Operation, Parameter, Schema } from './document.ts'

/** Values that fit a schema, and values that do not, for fuzzing by the document. */

export interface Source {
  readonly document: Document
  /** Ids worth trying anywhere: of organisations, of another organisation's things. */
  readonly ids: readonly string[]
}

/** Stands for an id of something there is, which is known only when the call is sent: `@memberId:3@`. */
export const placeholder = /@(\w*):(\d+)@/g

const id = ({ ids }: Source, name: string) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.nat({ max: 40 }).map((n) => `@${name}:${n}@`) },
    { weight: 1, arbitrary: fc.constantFrom(...ids) },
    { weight: 1, arbitrary: fc.uuid({ version: 7 }) },
  )
const day = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2100-12-31'), noInvalidDate: true })
  .map((at) => at.toISOString().slice(0, 10))
const time = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2100-12-31'), noInvalidDate: true })
  .map((at) => at.toISOString())

function text(schema: Schema, source: Source, name: string): Arbitrary<unknown> {
  const { format, pattern, minLength = 0, maxLength = 50 } = schema
  const longest = Math.min(maxLength, 60)
  const fits = (value: string) => value.length >= minLength && value.length <= maxLength
  switch (format) {
    case 'uuid':
      return id(source, name)
    case 'date':
      return fc.oneof(
        { weight: 19, arbitrary: day },
        { weight: 1, arbitrary: fc.constantFrom('0000-01-01', '9999-12-31') },
      )
    case 'date-time':
      return fc.oneof(
        { weight: 19, arbitrary: time },
        { weight: 1, arbitrary: fc.constantFrom('0000-12-31T12:00:00Z', '0001-01-01T00:00:00+14:00') },
      )
    case 'email':
      return fc.emailAddress().filter(fits)
    case 'currency':
      return fc.constantFrom('EUR', 'USD', 'JPY', 'XXQ')
    case 'uri':
      return fc.webUrl().filter(fits)
    case 'binary':
      return fc.string()
  }
  if (pattern) {
    // One line, anything else: the commonest pattern, and one that random text rarely breaks.
    if (pattern === '^[^\\n\\t]*$')
      return fc.string({ unit: 'grapheme', minLength, maxLength: longest }).filter((s) => new RegExp(pattern).test(s))
    return fc.stringMatching(new RegExp(pattern)).filter(fits)
  }
  return fc.string({ unit: 'grapheme', minLength, maxLength: longest })
}

/** Values that fit. A schema that holds itself is followed a few times, and then ends in something that may not. */
export function fitting(given: Schema, source: Source, depth = 0, name = ''): Arbitrary<unknown> {
  if (depth > 8) return fc.constant({})
  const schema = source.document.schema(given)
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const union = schema.anyOf ?? schema.oneOf
  if (union) return fc.oneof(...union.map((one) => fitting(one, source, depth + 1, name)))
  // Words that lists show: a role, a permission.
  if (schema.type === 'string' && /^(role|copyOf|permissions?|scopes)$/.test(name))
    return fc.nat({ max: 40 }).map((n) => `@${name}:${n}@`)
  const examples = schema.examples ?? []
  const made = ofType(schema, source, depth, name)
  return examples.length > 0
    ? fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...examples) }, { weight: 3, arbitrary: made })
    : made
}

function ofType(schema: Schema, source: Source, depth: number, name: string): Arbitrary<unknown> {
  const types = [schema.type ?? []].flat()
  if (types.length > 1) return fc.oneof(...types.map((type) => ofType({ ...schema, type }, source, depth, name)))
  switch (types[0]) {
    case 'string':
      return text(schema, source, name)
    case 'integer':
      return fc.integer({ min: Math.max(schema.minimum ?? -1000, -1e6), max: Math.min(schema.maximum ?? 1000, 1e6) })
    case 'number':
      return fc.double({ min: schema.minimum ?? -1000, max: schema.maximum ?? 1000, noNaN: true })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return array(schema, source, depth, name)
    case 'object':
      return object(schema, source, depth)
    default:
      return fc.jsonValue({ maxDepth: 2 })
  }
}

function array(schema: Schema, source: Source, depth: number, name: string): Arbitrary<unknown> {
  const bounds = { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems ?? 4, 4) }
  const item = schema.items ? fitting(schema.items, source, depth + 1, name) : fc.jsonValue({ maxDepth: 1 })
  return schema.uniqueItems ? fc.uniqueArray(item, bounds) : fc.array(item, bounds)
}

function object(schema: Schema, source: Source, depth: number): Arbitrary<unknown> {
  const fields = Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, inner]) => [name, fitting(inner, source, depth + 1, name)]),
  )
  const required = [...(schema.required ?? [])]
  const optional = Object.keys(fields).filter((name) => !required.includes(name))
  // Few of what may be left out: the more there is, the likelier something of it is refused.
  const known = fc
    .subarray(optional, { maxLength: Math.min(4, optional.length) })
    .chain((chosen) =>
      fc.record(
        Object.fromEntries([...required, ...chosen].flatMap((name) => (fields[name] ? [[name, fields[name]]] : []))),
      ),
    )
  if (schema.properties || schema.additionalProperties === false) return known
  return fc.dictionary(fc.string({ maxLength: 10 }), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 4 })
}

const nasty: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  2 ** 53,
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u202e',
  "'; DROP TABLE members.member; --",
  '%00',
  '../../etc/passwd',
  '$' + '{jndi:ldap://x}',
  '<script>alert(1)</script>',
  '{{7*7}}',
  'x'.repeat(20_000),
  '💣'.repeat(3000),
  'İ',
  'ﬃ',
  '0001-01-01',
  '9999-12-31',
  '2024-02-30',
  '-infinity',
  'NaN',
  [],
  {},
  [[[[]]]],
  { __proto__: null },
  { constructor: { prototype: {} } },
  Array.from({ length: 300 }, (_, i) => i),
  { $ref: '#' },
  '\n',
  'a,b,c',
  '\\,',
]
export const odd: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...nasty),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
)

/** A fitting value with something in it changed: a field gone, of another kind, or one too many. */
export function mutated(schema: Schema, source: Source): Arbitrary<unknown> {
  return fc
    .tuple(fitting(schema, source), fc.nat(), odd, fc.constantFrom('replace', 'remove', 'add', 'whole'))
    .map(([value, at, strange, how]) => {
      if (how === 'whole' || typeof value !== 'object' || value === null) return strange
      const copy = structuredClone(value) as Record<string, unknown>
      const keys = Object.keys(copy)
      if (how === 'add' || keys.length === 0)
        Object.defineProperty(copy, typeof strange === 'string' ? strange.slice(0, 40) : 'surplus', {
          value: strange,
          enumerable: true,
        })
      else if (how === 'remove') delete copy[keys[at % keys.length] as string]
      else copy[keys[at % keys.length] as string] = strange
      return copy
    })
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

/** What a filter may be asked: fitting for some type, or nonsense. */
const filterText = (source: Source, name: string): Arbitrary<string> =>
  fc.oneof(
    id(source, name),
    day,
    time,
    fc.constantFrom('true', 'false', 'active,pending', '1', 'a', ''),
    odd.map(asText),
    fc.tuple(day, day).map((pair) => pair.join(',')),
  )

function parameter(one: Parameter, source: Source): Arbitrary<string> {
  if (one.name === 'sort') return sort(one)
  if (one.name === 'filter')
    return fc.oneof(fitting({ $ref: '#/components/schemas/Filter' }, source).map(asText), odd.map(asText))
  const filters = one.schema.type === 'string' && !one.schema.enum && !one.schema.format && one.name !== 'include'
  const fits = fitting(one.schema, source, 0, one.name).map(asText)
  const wild = filterText(source, one.name.replace(/\..*/, ''))
  if (filters)
    return one.schema.pattern ? fc.oneof({ weight: 1, arbitrary: fits }, { weight: 2, arbitrary: wild }) : wild
  return fc.oneof({ weight: 4, arbitrary: fits }, { weight: 1, arbitrary: odd.map(asText) })
}

/** The keys are in the description, and nowhere else. */
function sort({ schema, description }: Parameter): Arbitrary<string> {
  const says = description ?? schema.description ?? ''
  const keys = [...says.split('"-"')[0]!.matchAll(/[a-z]\w*/g)]
    .map(([word]) => word)
    .filter((word) => !['not', 'first'].includes(word))
  const key = fc
    .tuple(fc.constantFrom('', '-'), fc.constantFrom(...(keys.length > 0 ? keys : ['createdAt'])))
    .map((pair) => pair.join(''))
  return fc.oneof(
    { weight: 4, arbitrary: fc.array(key, { minLength: 1, maxLength: 3 }).map((all) => all.join(',')) },
    { weight: 1, arbitrary: odd.map(asText) },
  )
}

export interface FuzzedCall {
  /** The n-th of the things known under this address, or values of its own for each parameter. */
  readonly path: number | Record<string, string>
  readonly query: Record<string, string>
  readonly headers: Record<string, string>
  readonly body?: unknown
}

const visible = fc.stringMatching(/^[\x21-\x7e]{1,30}$/)
const everyHeader = {
  'if-match': fc.oneof(fc.constantFrom('"v1"', '"v2"', '*', 'nonsense'), visible),
  'idempotency-key': visible,
  'accept-language': fc.constantFrom('de', 'en', '*', 'xx'),
}
/** Those the operation reads, and now and then one that it does not. */
function headersFor(names: readonly string[]): Arbitrary<Record<string, string | undefined>> {
  const read = Object.fromEntries(
    Object.entries(everyHeader).filter(([name]) => names.includes(name) || name === 'accept-language'),
  )
  return fc.oneof(
    { weight: 9, arbitrary: fc.record(read, { requiredKeys: [] }) },
    { weight: 1, arbitrary: fc.record(everyHeader, { requiredKeys: [] }) },
  )
}

/** Calls of an operation: most of them fitting, all of them allowed to be wrong somewhere. */
export function calls(operation: Operation, source: Source): Arbitrary<FuzzedCall> {
  const { parameters = [] } = operation
  const part = (where: Parameter['in']) => parameters.filter((one) => one.in === where)
  const values = (all: readonly Parameter[]) => Object.fromEntries(all.map((one) => [one.name, parameter(one, source)]))
  const strange = fc.record(
    Object.fromEntries(
      part('path').map(({ name }) => [name, fc.oneof(odd.map(asText), fc.constantFrom(...source.ids))]),
    ),
  )
  const path = fc.oneof({ weight: 6, arbitrary: fc.nat({ max: 40 }) }, { weight: 1, arbitrary: strange })
  // A query names a few of many: all at once would find nothing.
  const query = fc
    .subarray(
      part('query').map(({ name }) => name),
      { maxLength: Math.min(3, part('query').length) },
    )
    .chain((names) => fc.record(values(part('query').filter(({ name, required }) => required || names.includes(name)))))
  const schema = source.document.bodySchema(operation)
  const body = schema
    ? fc.oneof(
        { weight: 3, arbitrary: fitting(schema, source) },
        { weight: 3, arbitrary: mutated(schema, source) },
        { weight: 1, arbitrary: odd },
      )
    : fc.constant(undefined)
  return fc
    .record({ path, query, headers: headersFor(part('header').map(({ name }) => name)), body })
    .map(({ body: one, ...rest }) => (one === undefined ? rest : { ...rest, body: one })) as Arbitrary<FuzzedCall>
}
