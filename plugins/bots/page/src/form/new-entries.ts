import { withFormDefaults } from '../../../../../sdk/forms/index.ts'
import { isBag } from './tidy.ts'

interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>
  readonly items?: Shape
}

/** What was just added to a list begins with the defaults of its schema; everything else stays as somebody left it. */
export function withNewEntries(schema: object, before: unknown, after: unknown): unknown {
  const { properties = {}, items } = schema as Shape
  if (Array.isArray(after)) {
    if (!items?.properties) return after
    const had = Array.isArray(before) ? before.length : 0
    return after.map((entry: unknown, place) => (place < had || !isBag(entry) ? entry : withFormDefaults(items, entry)))
  }
  if (!isBag(after)) return after
  const earlier = isBag(before) ? before : {}
  return Object.fromEntries(
    Object.entries(after).map(([name, value]) => {
      const field = properties[name]
      return [name, field ? withNewEntries(field, earlier[name], value) : value]
    }),
  )
}
