import type { Bind, Field, FieldType, Op, Scalar } from '@guildhall/sdk'
import type { CustomField } from './definition.ts'
import { comparable } from './value.ts'

const types: Record<CustomField['type'], FieldType> = {
  text: 'text',
  longText: 'text',
  url: 'text',
  choice: 'text',
  choices: 'text',
  integer: 'integer',
  boolean: 'boolean',
  date: 'date',
}
const order: readonly Op[] = ['eq', 'ne', 'in', 'lt', 'lte', 'gt', 'gte', 'between', 'isNull']
const opsOfType: Record<CustomField['type'], readonly Op[]> = {
  text: ['eq', 'ne', 'in', 'startsWith', 'isNull'],
  longText: [],
  url: ['eq', 'ne', 'in', 'isNull'],
  choice: ['eq', 'ne', 'in', 'isNull'],
  choices: ['has', 'in', 'isNull'],
  integer: order,
  boolean: ['eq', 'ne', 'isNull'],
  date: order,
}
const comparison = { lt: '<', lte: '<=', gt: '>', gte: '>=' } as const

/** Fields `custom.<key>` of the member listing. */
export function customFilterFields(fields: readonly CustomField[]): Record<string, Field> {
  return Object.fromEntries(
    fields.filter((field) => field.filterable).map((field) => [`custom.${field.key}`, filterField(field)]),
  )
}

const filterField = (field: CustomField): Field => ({
  type: types[field.type],
  description: field.title,
  ops: opsOfType[field.type],
  many: field.type === 'choices',
  ...(field.options.length > 0 && { values: field.options }),
  read: (object) => (object as { customFields?: Record<string, unknown> }).customFields?.[field.key],
  sql: (op, value, bind) => {
    const rows = `SELECT 1 FROM members.custom_value v
      WHERE v.tenant_id = m.tenant_id AND v.member_id = m.id AND v.field_id = ${bind(field.id)}::uuid`
    return op === 'isNull' ? `NOT EXISTS (${rows})` : `EXISTS (${rows} AND ${compare(field, op, value, bind)})`
  },
})

type Compared = Exclude<Op, 'ne' | 'isNull'>
function compare(field: CustomField, op: Compared, value: Scalar | readonly Scalar[], bind: Bind): string {
  const text = (one: Scalar) => `${bind(comparable(field.type, one))}::text COLLATE "C"`
  switch (op) {
    case 'eq':
    case 'has':
      return `v.value = ${text(value as Scalar)}`
    case 'in':
      return `v.value = ANY(${bind((value as readonly Scalar[]).map((one) => comparable(field.type, one)))}::text[])`
    case 'between': {
      const [from, to] = value as readonly [Scalar, Scalar]
      return `v.value >= ${text(from)} AND v.value <= ${text(to)}`
    }
    case 'startsWith':
      return `v.value >= ${text(value as Scalar)} AND v.value < ${text(`${String(value)}\u{10ffff}`)}`
    default:
      return `v.value ${comparison[op]} ${text(value as Scalar)}`
  }
}
