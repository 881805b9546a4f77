type Bag = Readonly<Record<string, unknown>>
interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>
  readonly required?: readonly string[]
  readonly items?: Shape
}
const isBag = (value: unknown): value is Bag => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Nothing was filled in: no value, or a list or part with nothing in it. */
const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) ? value.length === 0 : isBag(value) && Object.values(value).every(isEmpty))

/** A form shows parts and lists before anything is in them; what nobody filled in and nobody requires is left out. */
export function tidy(schema: object, value: unknown): unknown {
  const { properties = {}, required = [], items } = schema as Shape
  if (Array.isArray(value)) return items ? value.map((one) => tidy(items, one)) : value
  if (!isBag(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      if (inner === undefined || (isEmpty(inner) && !required.includes(name))) return []
      const field = properties[name]
      return [[name, field ? tidy(field, inner) : inner]]
    }),
  )
}
