import { withoutHiddenFields } from '../../../../../sdk/forms/index.ts'

type Bag = Readonly<Record<string, unknown>>
interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>
  readonly required?: readonly string[]
  readonly items?: Shape
}
export const isBag = (value: unknown): value is Bag =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Nothing was filled in: no value, or a list or part with nothing in it. */
export const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) ? value.length === 0 : isBag(value) && Object.values(value).every(isEmpty))

/**
 * A form shows parts and lists before anything is in them; what nobody filled in and nobody requires is left out, and so is
 * what stands in fields that another choice has taken off the form.
 */
export const tidy = (schema: object, value: unknown): unknown => filledIn(schema, withoutHiddenFields(schema, value))

function filledIn(schema: object, value: unknown): unknown {
  const { properties = {}, required = [], items } = schema as Shape
  if (Array.isArray(value)) return items ? value.map((one) => filledIn(items, one)) : value
  if (!isBag(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      if (inner === undefined || (isEmpty(inner) && !required.includes(name))) return []
      const field = properties[name]
      return [[name, field ? filledIn(field, inner) : inner]]
    }),
  )
}

/** The schema as it is shown: a part that may be left out, and in which there is nothing, requires nothing yet. */
export function untouched(schema: object, value: unknown): object {
  const { properties, required = [] } = schema as Shape
  if (!properties) return schema
  const bag = isBag(value) ? value : {}
  return {
    ...schema,
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, field]) => {
        if (!field.properties) return [name, field]
        const { required: _, ...free } = field
        return [name, untouched(isEmpty(bag[name]) && !required.includes(name) ? free : field, bag[name])]
      }),
    ),
  }
}
