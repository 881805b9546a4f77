/** Values of custom fields: whether they fit their field, and how they are written where they are compared. */
import { isCalendarDate, type ProblemError } from '@guildhall/sdk'
import { foldText } from '../normalise.ts'
import type { CustomField } from './definition.ts'

const mostText = { text: 500, longText: 10_000, url: 2000 } as const
const mostInteger = 999_999_999_999

/** Why a value does not fit, as a sentence a person can act on; null when it does. */
export function misfit(field: CustomField, value: unknown): string | null {
  switch (field.type) {
    case 'text':
    case 'longText':
    case 'url': {
      const most = mostText[field.type]
      if (typeof value !== 'string' || value === '') return `${field.title} is a text`
      if (value.length > most) return `${field.title} has at most ${most} characters`
      if (field.type === 'url' && !/^https?:\/\/\S+$/.test(value))
        return `${field.title} begins with https:// or http://`
      return field.type === 'text' && /[\n\t]/.test(value) ? `${field.title} is one line` : null
    }
    case 'integer':
      return Number.isInteger(value) && Math.abs(value as number) <= mostInteger
        ? null
        : `${field.title} is a whole number of at most 12 digits`
    case 'boolean':
      return typeof value === 'boolean' ? null : `${field.title} is true or false`
    case 'date':
      return typeof value === 'string' && isCalendarDate(value) ? null : `${field.title} is a date such as 2025-12-31`
    case 'choice':
      return field.options.some((option) => option === value)
        ? null
        : `${field.title} is one of: ${field.options.join(', ')}`
    case 'choices':
      return Array.isArray(value) && value.every((one) => field.options.some((option) => option === one))
        ? null
        : `${field.title} is a list of: ${field.options.join(', ')}`
  }
}

/**
 * Checks what was sent and lays it over what is there; null takes a value away.
 * @param at JSON pointer of the object
 */
export function mergeCustomValues(
  fields: readonly CustomField[],
  present: Readonly<Record<string, unknown>>,
  sent: Readonly<Record<string, unknown>>,
  at = '/customFields',
): { values: Record<string, unknown>; errors: ProblemError[] } {
  const values = { ...present }
  const errors: ProblemError[] = []
  for (const [key, value] of Object.entries(sent)) {
    const field = fields.find((one) => one.key === key)
    const pointer = `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (!field) {
      const known = fields.map((one) => one.key).join(', ') || 'none is defined'
      errors.push({ pointer, code: 'unknownField', message: `There is no such custom field; fields: ${known}` })
      continue
    }
    const nothing = value === null || value === '' || (Array.isArray(value) && value.length === 0)
    const why = nothing ? (field.required ? `${field.title} is required` : null) : misfit(field, value)
    if (why) errors.push({ pointer, code: 'customField', message: why })
    else if (nothing) delete values[key]
    else values[key] = Array.isArray(value) ? [...new Set(value)] : value
  }
  return { values, errors }
}

/** How a value stands in `members.custom_value`: text whose order, by code point, is the value's order. */
export function comparable(type: CustomField['type'], value: unknown): string {
  // Shifted to be positive and of one width.
  if (type === 'integer') return String(Number(value) + 1_000_000_000_000).padStart(13, '0')
  if (type === 'text' || type === 'url') return foldText(String(value))
  return String(value)
}

/** Rows of `members.custom_value` for one member's values. */
export function comparableRows(
  fields: readonly CustomField[],
  values: Readonly<Record<string, unknown>>,
): { field_id: string; value: string }[] {
  return fields
    .filter((field) => field.filterable && values[field.key] !== undefined)
    .flatMap((field) => {
      const value = values[field.key]
      return (Array.isArray(value) ? value : [value]).map((one) => ({
        field_id: field.id,
        value: comparable(field.type, one),
      }))
    })
}
