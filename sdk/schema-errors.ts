/** What a validator found, as sentences for people with JSON pointers. Values never appear: they may be personal. */
import type { TSchema } from 'typebox'
import type { ProblemError } from './problems.ts'

/** As Ajv reports it; `verbose` adds the schema that was broken. */
export interface SchemaFault {
  readonly keyword: string
  readonly instancePath: string
  readonly schemaPath: string
  readonly params: Readonly<Record<string, unknown>>
  readonly message?: string
  readonly parentSchema?: Readonly<Record<string, unknown>>
}
type Found = SchemaFault

const parts: Record<string, ProblemError['in']> = { querystring: 'query', params: 'path', headers: 'header' }
const most = 100

/** @param context the part of a request, in Fastify's words; default: the body */
export function schemaErrors(found: readonly SchemaFault[], context?: string): ProblemError[] {
  const where = context === undefined ? undefined : parts[context]
  const errors: ProblemError[] = []
  for (const one of withoutAlternatives(found)) {
    const [pointer, message] = sentence(one, where)
    if (errors.some((known) => known.pointer === pointer && known.message === message)) continue
    errors.push({ pointer, message, code: one.keyword, ...(where && { in: where }) })
    if (errors.length === most) break
  }
  return errors
}

/** The same of what TypeBox's validators report. */
export const valueErrors = (schema: TSchema, found: readonly SchemaFault[]): ProblemError[] =>
  schemaErrors(found.flatMap((one) => asAjv(schema, one)))

/** TypeBox leaves the broken schema out, and reports an unknown field as a schema that is `false`. */
function asAjv(schema: TSchema, one: SchemaFault): SchemaFault[] {
  if (one.keyword === 'additionalProperties') return []
  const unknown = one.keyword === 'boolean' && /\/(additional|unevaluated)Properties$/.test(one.schemaPath)
  const at = unknown ? one.schemaPath.replace(/\/\w+$/, '') : one.schemaPath
  const parentSchema = at
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], schema) as
    | Readonly<Record<string, unknown>>
    | undefined
  const broken = { ...one, ...(parentSchema && { parentSchema }) }
  if (one.keyword === 'required')
    return ((one.params.requiredProperties ?? []) as string[]).map((missingProperty) => ({
      ...broken,
      params: { missingProperty },
    }))
  if (!unknown) return [broken]
  const [instancePath = '', name = ''] = /^(.*)\/([^/]*)$/s.exec(one.instancePath)?.slice(1) ?? []
  const additionalProperty = name.replaceAll('~1', '/').replaceAll('~0', '~')
  return [{ ...broken, instancePath, keyword: 'additionalProperties', params: { additionalProperty } }]
}

/**
 * A union reports every branch it is not. Kept is what the sender most likely meant: the branch with the fewest faults;
 * "or null" says nothing more, constants become one "must be one of". Deepest first, since what is settled inside a
 * branch shows which branch was meant.
 */
function withoutAlternatives(found: readonly Found[]): readonly Found[] {
  const unions = found.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf')
  if (unions.length === 0) return found
  const settled = new Set<Found>()
  let rest = [...found]
  const depth = (one: Found): number => one.instancePath.length * 1000 + one.schemaPath.length
  for (const union of unions.toSorted((x, y) => depth(y) - depth(x))) {
    const below = (one: Found) =>
      one.instancePath === union.instancePath || one.instancePath.startsWith(`${union.instancePath}/`)
    const inside = rest.filter(
      (one) => one !== union && below(one) && (settled.has(one) || one.schemaPath.startsWith(`${union.schemaPath}/`)),
    )
    const known = inside.filter((one) => settled.has(one))
    const kept = known.length > 0 ? known : likeliest(union, inside)
    rest = [...rest.filter((one) => one !== union && !inside.includes(one)), ...kept]
    for (const one of kept) settled.add(one)
  }
  return rest
}

function likeliest(union: Found, inside: readonly Found[]): Found[] {
  const constants = inside.filter(({ keyword }) => keyword === 'const').map(({ params }) => params.allowedValue)
  const speaking = inside.filter((one) => one.keyword !== 'const' && one.params.type !== 'null')
  if (speaking.length === 0) {
    return [
      constants.length > 0 ? { ...union, keyword: 'enum', params: { allowedValues: constants as string[] } } : union,
    ]
  }
  const branch = (one: Found) => one.schemaPath.slice(union.schemaPath.length + 1).split('/')[0]
  const branches = [...Map.groupBy(speaking, branch).values()]
  const fewest = Math.min(...branches.map(({ length }) => length))
  const best = branches.filter(({ length }) => length === fewest)
  if (best.length === 1) return best[0]!
  const types = best.flat().filter(({ keyword }) => keyword === 'type')
  return types.length === best.length
    ? [{ ...union, keyword: 'type', params: { type: types.map(({ params }) => String(params.type)) } }]
    : [union]
}

const segment = (name: unknown): string => String(name).slice(0, most).replaceAll('~', '~0').replaceAll('/', '~1')

function sentence(one: Found, where: ProblemError['in']): [string, string] {
  const { keyword, params, parentSchema, instancePath: at } = one
  const says = parentSchema?.['x-says']
  switch (keyword) {
    case 'required':
      return [`${at}/${segment(params.missingProperty)}`, 'is required']
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const name = String(params.additionalProperty ?? params.unevaluatedProperty).slice(0, most)
      const known = Object.keys((parentSchema?.properties as object | undefined) ?? {})
      const word = where === 'query' ? 'parameter' : 'field'
      return [
        `${at}/${segment(name)}`,
        `Unknown ${word} "${name}"${known.length > 0 ? `; use: ${known.join(', ')}` : ''}`,
      ]
    }
    case 'pattern':
      return [at, typeof says === 'string' ? says : `must match ${String(params.pattern)}`]
    case 'enum':
      return [at, `must be one of: ${(params.allowedValues as unknown[]).join(', ')}`]
    case 'const':
      return [at, `must be ${String(params.allowedValue)}`]
    case 'type':
      return [
        at,
        `must be ${[params.type]
          .flat()
          .map((type) => types[String(type)] ?? type)
          .join(' or ')}`,
      ]
    case 'format':
      return [at, `must be ${formats[String(params.format)] ?? String(params.format)}`]
    default: {
      const limit = String(params.limit ?? parentSchema?.[keyword])
      return [at, plain[keyword]?.(limit) ?? one.message ?? 'does not fit']
    }
  }
}

const types: Record<string, string> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
}
const formats: Record<string, string> = {
  uuid: 'a UUID',
  date: 'a date such as 2025-12-31',
  'date-time': 'a time such as 2025-12-31T18:00:00Z',
  email: 'an e-mail address',
  currency: 'a currency of ISO 4217, such as EUR',
  uri: 'an address such as https://example.org',
}
const plain: Record<string, (limit: string) => string> = {
  maxLength: (limit) => `must have at most ${limit} characters`,
  minLength: (limit) => (limit === '1' ? 'must not be empty' : `must have at least ${limit} characters`),
  maxItems: (limit) => `must have at most ${limit} items`,
  minItems: (limit) => `must have at least ${limit} items`,
  uniqueItems: () => 'must not hold the same item twice',
  minimum: (limit) => `must be at least ${limit}`,
  maximum: (limit) => `must be at most ${limit}`,
  exclusiveMinimum: (limit) => `must be more than ${limit}`,
  minProperties: (limit) => `must have at least ${limit} fields`,
  maxProperties: (limit) => `must have at most ${limit} fields`,
  'x-max-bytes': (limit) => `must be at most ${limit} bytes of JSON`,
  anyOf: () => 'has none of the forms allowed here',
}
