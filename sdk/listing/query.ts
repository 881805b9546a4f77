/**
 * The query string of a list. Fields are its short form of the filter, joined by "and":
 * `?status=active,pending` one of several · `?joinedOn.gte=2020-01-01` operator after a dot · `?leftOn.isNull=true` ·
 * `?joinedOn.between=2020-01-01,2020-12-31`. A comma inside a value is written `\,`. Whatever needs "or" and "not" goes
 * into `?filter=` as JSON.
 */
import Type, {
  type TBoolean,
  type TInteger,
  type TObject,
  type TOptional,
  type TProperties,
  type TSchema,
  type TString,
} from 'typebox'
import { invalid } from '../problems.ts'
import { type CompiledFilter, compileFilter } from './compile.ts'
import { type Field, type FieldType, fromText, type Op, opsOf } from './field.ts'
import type { Filter, Scalar } from './filter.ts'
import { type Listing, reserved } from './listing.ts'
import { parseSort, type SortTerm } from './sort.ts'

const defaultLimit = 25
const maxLimit = 200

// A type and not an interface: only types fit an index signature.
type Base = {
  limit: TInteger
  cursor: TOptional<TString>
  sort: TOptional<TString>
  total: TOptional<TBoolean>
  search: TOptional<TString>
  filter: TOptional<TString>
}

/**
 * The schema for a route's `schema.query`. Unknown parameters are refused by name.
 * @param o.open lets further parameters through to `parseListQuery`, which knows an extended listing's fields. Default false.
 */
export function listQuery<P extends Record<string, TSchema>>(
  listing: Listing<P>,
  o: { open?: boolean } = {},
): TObject<Base & P> {
  const sorts = Object.entries(listing.sorts)
  const leading = sorts.filter(([, key]) => key.leads).map(([name]) => name)
  const trailing = sorts.filter(([, key]) => !key.leads).map(([name]) => name)
  const properties: TProperties = {
    limit: Type.Integer({ minimum: 1, maximum: maxLimit, default: defaultLimit, description: 'Items a page' }),
    cursor: Type.Optional(Type.String({ maxLength: 4000, description: 'From `page.nextCursor` of the page before' })),
    sort: Type.Optional(
      Type.String({
        maxLength: 300,
        description: `Keys: ${leading.join(', ')}${trailing.length > 0 ? `; not first: ${trailing.join(', ')}` : ''}. "-" before a key reverses it. Default: ${listing.defaultSort}`,
        examples: [listing.defaultSort],
        'x-sent': { pattern: `^-?(${leading.join('|')})(,-?(${[...leading, ...trailing].join('|')}))*$` },
      }),
    ),
    total: Type.Optional(Type.Boolean({ description: 'Also count all items' })),
    filter: Type.Optional(
      Type.String({
        maxLength: 8000,
        description: 'A filter as JSON, for conditions with "or" and "not"; see the schema Filter',
      }),
    ),
    ...(listing.search && { search: Type.Optional(Type.String({ maxLength: 200, description: listing.search })) }),
    ...listing.parameters,
  }
  for (const [name, field] of Object.entries(listing.fields)) Object.assign(properties, fieldParameters(name, field))
  const schema = Type.Object(
    properties,
    o.open ? { additionalProperties: Type.String({ maxLength: 2000 }) } : { additionalProperties: false },
  )
  // Fields are read by parseListQuery; the type shows what handlers read themselves.
  return schema as unknown as TObject<Base & P>
}

function fieldParameters(name: string, field: Field): TProperties {
  const parameters: TProperties = {}
  for (const op of opsOf(field)) {
    const short = op === shortOp(field)
    if (op === 'eq' && !short) continue
    const values = field.values ? ` One of: ${field.values.join(', ')}.` : ''
    const says = short
      ? `${field.description}${several(op) ? '; several separated by commas' : ''}.${values}`
      : `${field.description}: ${words[op]}`
    parameters[short ? name : `${name}.${op}`] = Type.Optional(
      Type.String({ maxLength: 2000, description: says, ...asText(field, op) }),
    )
  }
  return parameters
}
/** For the document: which texts fit. Here a list is one text, so its values are told by a pattern. */
function asText(field: Field, op: Op): { 'x-sent'?: object } {
  const type = op === 'isNull' ? 'boolean' : field.type
  const values = op === 'startsWith' ? undefined : type === 'boolean' ? ['true', 'false'] : field.values
  if (!several(op))
    return values ? { 'x-sent': { enum: values } } : type in formats ? { 'x-sent': { format: formats[type] } } : {}
  const one = values?.map((value) => value.replace(/[^\w-]/g, '\\$&')).join('|') ?? patterns[type]
  if (one === undefined) return {}
  return { 'x-sent': { pattern: op === 'between' ? `^(${one}),(${one})$` : `^(${one})(,(${one}))*$` } }
}
const formats: Partial<Record<FieldType, string>> = { date: 'date', timestamp: 'date-time', uuid: 'uuid' }
const patterns: Partial<Record<FieldType, string>> = {
  date: '\\d{4}-\\d{2}-\\d{2}',
  uuid: '[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}',
  integer: '-?\\d{1,16}',
}

const words: Record<Op, string> = {
  eq: 'equal',
  ne: 'different',
  in: 'one of several',
  lt: 'less',
  lte: 'at most',
  gt: 'greater',
  gte: 'at least',
  between: 'from,to, both included',
  startsWith: 'begins with',
  has: 'has it',
  isNull: 'true when empty, false when not',
}
const several = (op: Op): boolean => op === 'in' || op === 'between'
/** What `?name=value` means. */
const shortOp = (field: Field): Op =>
  (['in', 'eq', 'has'] as const).find((op) => opsOf(field).includes(op)) ?? opsOf(field)[0]!

/** A list request, understood. */
export interface ListRequest {
  readonly limit: number
  readonly cursor: string | undefined
  readonly terms: readonly SortTerm[]
  readonly total: boolean
  readonly search: string | undefined
  readonly filter: CompiledFilter
  /** What a cursor is bound to. */
  readonly binding: string
}

/**
 * @param query after schema validation
 * @throws Problem 400 naming each wrong parameter and what is allowed
 */
export function parseListQuery(listing: Listing, query: Readonly<Record<string, unknown>>): ListRequest {
  const conditions: Filter[] = []
  for (const [name, raw] of Object.entries(query)) {
    if (raw === undefined || reserved.some((word) => word === name)) continue
    if (listing.parameters && Object.hasOwn(listing.parameters, name)) continue
    conditions.push(shortForm(listing, name, String(raw as Scalar)))
  }
  if (typeof query.filter === 'string') conditions.push(parseJson(query.filter))
  const filter = conditions.length === 0 ? everything : together(listing, conditions)
  const terms = parseSort(listing, typeof query.sort === 'string' ? query.sort : undefined)
  const search = typeof query.search === 'string' && query.search.trim() !== '' ? query.search.trim() : undefined
  const own = Object.keys(listing.parameters ?? {})
    .toSorted()
    .map((name) => [name, query[name]])
  return {
    limit: typeof query.limit === 'number' ? query.limit : defaultLimit,
    cursor: typeof query.cursor === 'string' && query.cursor !== '' ? query.cursor : undefined,
    terms,
    total: query.total === true,
    search,
    filter,
    binding: JSON.stringify([listing.id, filter.canonical, search, own, terms.map((t) => [t.name, t.descending])]),
  }
}

const everything: CompiledFilter = { sql: () => 'TRUE', test: () => true, canonical: '' }

function together(listing: Listing, conditions: readonly Filter[]): CompiledFilter {
  const parts = conditions.map((condition) => compileFilter(listing, condition, pointerOf(condition)))
  return {
    sql: (bind) => parts.map((part) => part.sql(bind)).join(' AND '),
    test: (object) => parts.every((part) => part.test(object)),
    canonical: parts
      .map((part) => part.canonical)
      .toSorted()
      .join('&'),
  }
}

const origins = new WeakMap<object, string>()
const pointerOf = (condition: Filter) => ({ at: origins.get(condition) ?? '/filter', in: 'query' as const })

function shortForm(listing: Listing, name: string, raw: string): Filter {
  const [field, op] = resolve(listing, name)
  const type = op === 'isNull' ? 'boolean' : listing.fields[field]!.type
  const values = several(op)
    ? split(raw).map((text) => fromText(type, text))
    : fromText(type, raw.replaceAll('\\,', ','))
  const condition: Filter = { field, op, value: values }
  origins.set(condition, `/${name}`)
  return condition
}

function resolve(listing: Listing, name: string): [string, Op] {
  const plain = Object.hasOwn(listing.fields, name) ? listing.fields[name] : undefined
  if (plain) return [name, shortOp(plain)]
  const dot = name.lastIndexOf('.')
  const head = name.slice(0, Math.max(dot, 0))
  const field = Object.hasOwn(listing.fields, head) ? listing.fields[head] : undefined
  if (!field) {
    const allowed = [
      ...reserved.filter((word) => word !== 'search' || listing.search),
      ...Object.keys(listing.parameters ?? {}),
      ...Object.keys(listing.fields),
    ]
    throw invalid(`/${name}`, `Unknown parameter "${name}"; use: ${allowed.join(', ')}`, {
      code: 'unknownParameter',
      in: 'query',
    })
  }
  const op = opsOf(field).find((candidate) => candidate === name.slice(dot + 1))
  if (!op)
    throw invalid(`/${name}`, `After "${head}." use one of: ${opsOf(field).join(', ')}`, {
      code: 'unknownOperator',
      in: 'query',
    })
  return [head, op]
}

/** Splits at commas; `\,` is a comma. */
function split(raw: string): string[] {
  return (raw.match(/(?:\\,|[^,])+/g) ?? []).map((part) => part.replaceAll('\\,', ',').trim())
}

function parseJson(text: string): Filter {
  try {
    return JSON.parse(text) as Filter
  } catch (cause) {
    throw invalid('/filter', `Write JSON: ${cause instanceof Error ? cause.message : 'it cannot be read'}`, {
      code: 'json',
      in: 'query',
    })
  }
}
