/** What Ajv found, as sentences for people with JSON pointers. Values never appear: they may be personal. */
import type { ProblemError } from '@guildhall/sdk'
import type { FastifySchemaValidationError } from 'fastify'

/** Ajv's `verbose` adds the schema that was broken. */
interface Found extends FastifySchemaValidationError {
  readonly parentSchema?: Readonly<Record<string, unknown>>
}

const parts: Record<string, ProblemError['in']> = { querystring: 'query', params: 'path', headers: 'header' }
const most = 100

export function schemaErrors(found: readonly FastifySchemaValidationError[], context?: string): ProblemError[] {
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

/**
 * A union reports every branch. One of constants becomes a single "must be one of"; "or null" says nothing more; and the
 * union itself is named only where no branch says anything better.
 */
function withoutAlternatives(found: readonly Found[]): Found[] {
  let rest = [...found]
  for (const union of found.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf')) {
    const branches = rest.filter((one) => one !== union && one.schemaPath.startsWith(`${union.schemaPath}/`))
    const constants = branches.filter(({ keyword }) => keyword === 'const')
    const speaking = branches.filter((one) => one.keyword !== 'const' && one.params.type !== 'null')
    const enumerated: Found = {
      ...union,
      keyword: 'enum',
      params: { allowedValues: constants.map((one) => one.params.allowedValue) },
    }
    const kept = speaking.length > 0 ? speaking : constants.length > 0 ? [enumerated] : [union]
    rest = [...rest.filter((one) => one !== union && !branches.includes(one)), ...kept]
  }
  return rest
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
