/**
 * One condition, two readings: SQL text with bind values, and a predicate over plain objects. Logic has two values in
 * both: a comparison with nothing is false, and `not` (also `ne`) is its exact opposite. SQL's third value is kept out by
 * `IS NOT TRUE` around what is negated; AND and OR of unknowns are already "not true".
 */
import type { ProblemError } from '../problems.ts'
import { type Bind, casts, compareText, type Field, type FieldType, type PositiveOp } from './field.ts'
import { type Condition, checkFilter, type Filter, type Scalar } from './filter.ts'
import type { Listing } from './listing.ts'

export interface CompiledFilter {
  /** A boolean expression; adds its values through `bind`. */
  sql(bind: Bind): string
  /** The same over an object of the API's shape. */
  test(object: object): boolean
  /** The same filter always gives the same text: cursors and plans are bound to it. */
  readonly canonical: string
}

/**
 * @param at pointer of the filter in the request, for the errors
 * @throws Problem 400 naming every fault with its pointer
 */
export function compileFilter(
  listing: Listing,
  filter: Filter,
  o: { at?: string; in?: ProblemError['in'] } = {},
): CompiledFilter {
  const condition = checkFilter(listing, filter, o.at, o.in)
  return {
    sql: (bind) => toSql(condition, bind),
    test: (object) => holds(condition, object),
    canonical: canonical(condition),
  }
}

type Leaf = Extract<Condition, { op: unknown }>

function toSql(node: Condition, bind: Bind): string {
  if ('and' in node) return `(${node.and.map((part) => toSql(part, bind)).join(' AND ')})`
  if ('or' in node) return `(${node.or.map((part) => toSql(part, bind)).join(' OR ')})`
  if ('not' in node) return `(${toSql(node.not, bind)} IS NOT TRUE)`
  if (node.op === 'ne') return otherSql(node.field, node.value as Scalar, bind)
  if (node.op === 'isNull') return emptySql(node.field, node.value === true, bind)
  return leafSql(node.field, node.op, node.value, bind)
}

/** What differs, in a form that an index finds: no negation does. */
function otherSql(field: Field, value: Scalar, bind: Bind): string {
  if ('sql' in field) return `(${field.sql('eq', value, bind)} IS NOT TRUE)`
  const others = field.nullable ? undefined : otherValues(field, value)
  if (others) return leafSql(field, 'in', others, bind)
  const ordered = orderedColumn(field.column, field.type)
  const given = `${bind(value)}::${casts[field.type]}`
  return `(${ordered} < ${given} OR ${ordered} > ${given} OR ${field.column} IS NULL)`
}

/** All values but this one, where they are few and known. */
function otherValues(field: Field, value: Scalar): readonly Scalar[] | undefined {
  if (field.type === 'boolean') return [value !== true]
  const { normalise = (text: string) => text } = field
  return field.values?.map(normalise).filter((other) => other !== value)
}

function emptySql(field: Field, empty: boolean, bind: Bind): string {
  const column = 'sql' in field ? field.firstColumn : field.column
  // IS NULL is never unknown; the plain forms are those that partial indexes know.
  if (column !== undefined) return `(${column} IS ${empty ? '' : 'NOT '}NULL)`
  const sql = leafSql(field, 'isNull', true, bind)
  return empty ? sql : `(${sql} IS NOT TRUE)`
}

function leafSql(field: Field, op: PositiveOp, value: Leaf['value'], bind: Bind): string {
  if ('sql' in field) return `(${field.sql(op, value, bind)})`
  const { column } = field
  const cast = casts[field.type]
  const ordered = orderedColumn(column, field.type)
  const add = (one: Scalar) => `${bind(one)}::${cast}`
  switch (op) {
    case 'eq':
    case 'has':
      return `(${column} = ${add(value as Scalar)})`
    case 'in': {
      // One value is an equality: only then do the rows of an index come in the order of its next column.
      const [only, ...more] = value as readonly Scalar[]
      if (only !== undefined && more.length === 0) return `(${column} = ${add(only)})`
      return `(${column} = ANY(${bind(value)}::${cast}[]))`
    }
    case 'isNull':
      return `(${column} IS NULL)`
    case 'between': {
      const [from, to] = value as readonly Scalar[]
      return `(${ordered} >= ${add(from!)} AND ${ordered} <= ${add(to!)})`
    }
    case 'startsWith':
      return prefixSql(ordered, value as string, bind)
    default:
      return `(${ordered} ${comparison[op]} ${add(value as Scalar)})`
  }
}
const comparison = { lt: '<', lte: '<=', gt: '>', gte: '>=' } as const

/** Text is ordered by code point; the planner drops the clause where the column has that collation already. */
export function orderedColumn(column: string, type: FieldType): string {
  return type === 'text' ? `${column} COLLATE "C"` : column
}

// LIKE is not leakproof, a range is: everything from the prefix up to the next text that does not begin with it.
function prefixSql(column: string, prefix: string, bind: Bind): string {
  const points = Array.from(prefix, (character) => character.codePointAt(0)!)
  while (points.length > 0 && points.at(-1)! >= 0x10ffff) points.pop()
  const from = `${column} >= ${bind(prefix)}::text`
  if (points.length === 0) return `(${from})`
  const last = points.pop()!
  const next = String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1)
  return `(${from} AND ${column} < ${bind(next)}::text)`
}

function holds(node: Condition, object: object): boolean {
  if ('and' in node) return node.and.every((part) => holds(part, object))
  if ('or' in node) return node.or.some((part) => holds(part, object))
  if ('not' in node) return !holds(node.not, object)
  return leafHolds(node, object)
}

function leafHolds({ name, field, op, value }: Leaf, object: object): boolean {
  const raw = field.read ? field.read(object) : (object as Record<string, unknown>)[name]
  const present = Array.isArray(raw) ? raw : raw === null || raw === undefined ? [] : [raw]
  const own = present.map((item) => comparable(field, item))
  if (op === 'isNull') return (own.length === 0) === value
  if (op === 'ne') return !own.some((item) => item === value)
  return own.some((item) => matches(op, item, value))
}

function matches(op: Exclude<PositiveOp, 'isNull'>, own: Scalar, value: Leaf['value']): boolean {
  switch (op) {
    case 'eq':
    case 'has':
      return own === value
    case 'in':
      return (value as readonly Scalar[]).includes(own)
    case 'startsWith':
      return String(own).startsWith(String(value))
    case 'between': {
      const [from, to] = value as readonly Scalar[]
      return compare(own, from!) >= 0 && compare(own, to!) <= 0
    }
    case 'lt':
      return compare(own, value as Scalar) < 0
    case 'lte':
      return compare(own, value as Scalar) <= 0
    case 'gt':
      return compare(own, value as Scalar) > 0
    case 'gte':
      return compare(own, value as Scalar) >= 0
  }
}

function compare(a: Scalar, b: Scalar): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
  return Number(a) - Number(b)
}

function comparable(field: Field, raw: unknown): Scalar {
  if (raw instanceof Date) return field.type === 'date' ? raw.toISOString().slice(0, 10) : raw.toISOString()
  if (typeof raw === 'string') {
    if (field.type === 'timestamp') return new Date(raw).toISOString()
    if (field.type === 'uuid') return raw.toLowerCase()
    return field.normalise && field.type === 'text' ? field.normalise(raw) : raw
  }
  return typeof raw === 'number' || typeof raw === 'boolean' ? raw : String(raw)
}

function canonical(node: Condition): string {
  if ('and' in node) return `and(${node.and.map(canonical).join()})`
  if ('or' in node) return `or(${node.or.map(canonical).join()})`
  if ('not' in node) return `not(${canonical(node.not)})`
  return JSON.stringify([node.name, node.op, node.value])
}
