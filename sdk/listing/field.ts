/** What can be filtered, with which operators, and how its values are read. */
import { isCalendarDate, isInstant } from '../calendar-date.ts'
import { isUuid } from '../uuid.ts'
import type { Scalar } from './filter.ts'

export type FieldType = 'text' | 'date' | 'timestamp' | 'uuid' | 'integer' | 'boolean'
export const ops = ['eq', 'ne', 'in', 'lt', 'lte', 'gt', 'gte', 'between', 'startsWith', 'has', 'isNull'] as const
export type Op = (typeof ops)[number]
/** Operators that a field with its own SQL must answer; `ne` and `isNull: false` are their negations. */
export type PositiveOp = Exclude<Op, 'ne'>

/** Adds a value to the statement and gives its placeholder, `$n`. */
export type Bind = (value: unknown) => string

/** Collects bind values; `values` grows as placeholders are given out. */
export function binder(values: unknown[] = []): { readonly bind: Bind; readonly values: unknown[] } {
  return { values, bind: (value) => `$${values.push(value)}` }
}

interface FieldBase {
  readonly type: FieldType
  /** A sentence for the reference page. */
  readonly description: string
  /** Default: `eq ne in` for all but boolean (`eq ne`), and `lt lte gt gte between` for dates, timestamps and integers; `isNull` where nullable. */
  readonly ops?: readonly Op[]
  /** Closed list of a text field's values. */
  readonly values?: readonly string[]
  /** The column, or what `value` reads, may be empty. Default false. */
  readonly nullable?: boolean
  /** Applied to the value asked for and to the object's, as the application did when it wrote the column. */
  readonly normalise?: (text: string) => string
  /** Where a plain object holds the value; default: its property of the field's name. A `many` field gives an array. */
  readonly read?: (object: object) => unknown
}
/**
 * A plain typed column: under row-level security only leakproof operators reach an index, so no expression, no enum, no
 * numeric, no JSON path. Order and `startsWith` of text compare code points: its index is `COLLATE "C"`.
 */
interface ColumnField extends FieldBase {
  readonly column: string
}
/** Anything else, as SQL text giving a boolean (an EXISTS over rows). Lists its `ops`. */
interface SqlField extends FieldBase {
  readonly ops: readonly Op[]
  /** The object's value is an array; `has` and `in` ask whether one of the values is in it. */
  readonly many?: boolean
  /** A column that is NULL exactly where the field is empty: it answers `isNull` by its index. Default: `sql` answers. */
  readonly firstColumn?: string
  /** @param value the typed value: an array for `in`, a pair for `between`, `true` for `isNull` */
  readonly sql: (op: PositiveOp, value: Scalar | readonly Scalar[], bind: Bind) => string
}
export type Field = ColumnField | SqlField

export const casts: Record<FieldType, string> = {
  text: 'text',
  date: 'date',
  timestamp: 'timestamptz',
  uuid: 'uuid',
  integer: 'bigint',
  boolean: 'boolean',
}

const equality: readonly Op[] = ['eq', 'ne', 'in']
const order: readonly Op[] = ['lt', 'lte', 'gt', 'gte', 'between']
const defaults: Record<FieldType, readonly Op[]> = {
  text: equality,
  uuid: equality,
  boolean: ['eq', 'ne'],
  date: [...equality, ...order],
  timestamp: [...equality, ...order],
  integer: [...equality, ...order],
}
export function opsOf(field: Pick<Field, 'type' | 'ops' | 'nullable'>): readonly Op[] {
  return field.ops ?? (field.nullable ? [...defaults[field.type], 'isNull'] : defaults[field.type])
}

/**
 * Brings a value into the one form in which SQL and predicate compare it: dates `YYYY-MM-DD`, timestamps ISO 8601 UTC
 * in milliseconds, UUIDs in lower case.
 * @returns what a person should write instead, when it does not fit
 */
export function typed(type: FieldType, value: unknown): { value: Scalar } | { expected: string } {
  switch (type) {
    case 'text':
      return typeof value === 'string' && !value.includes('\0') ? { value } : { expected: 'a text' }
    case 'boolean':
      return typeof value === 'boolean' ? { value } : { expected: 'true or false' }
    case 'integer':
      return Number.isSafeInteger(value) ? { value: value as number } : { expected: 'a whole number' }
    case 'uuid': {
      const id = typeof value === 'string' ? value.toLowerCase() : ''
      return isUuid(id) ? { value: id } : { expected: 'a UUID' }
    }
    case 'date':
      return typeof value === 'string' && isCalendarDate(value) ? { value } : { expected: 'a date such as 2025-12-31' }
    case 'timestamp':
      return typeof value === 'string' && isInstant(value)
        ? { value: new Date(value).toISOString() }
        : { expected: 'a time such as 2025-12-31T18:00:00Z' }
  }
}

/** The same for a value written in a query string. */
export function fromText(type: FieldType, text: string): unknown {
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  if (type === 'integer') return /^-?\d{1,16}$/.test(text) ? Number(text) : text
  return text
}

/** Order of code points, as SQL's `COLLATE "C"`; UTF-16 order differs beyond U+FFFF. */
export function compareText(a: string, b: string): number {
  const end = Math.min(a.length, b.length)
  for (let i = 0; i < end; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return surrogateLast(x) - surrogateLast(y)
  }
  return a.length - b.length
}
// Lifts surrogates above U+E000..U+FFFF, which precede them by code point.
const surrogateLast = (unit: number): number => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit)
