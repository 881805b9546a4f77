import { type FormSchema, fieldsFor, fieldsOf, isBag, resolved } from './schema.ts'

/**
 * The value without what stands in fields that its schema has only while another field says otherwise: what was typed
 * before somebody chose another kind, or what an earlier version asked for in every case. Fields that the schema does not
 * know at all stay, for `formErrors` to refuse. The schema has passed `formProblems`.
 */
export function withoutHiddenFields(schema: object, value: unknown): unknown {
  const root = schema as FormSchema
  return shown(root, root, value)
}

function shown(root: FormSchema, unresolved: FormSchema, value: unknown): unknown {
  const schema = resolved(root, unresolved)
  const { items } = schema
  if (schema.type === 'array' && items && Array.isArray(value)) return value.map((item) => shown(root, items, item))
  if (schema.type !== 'object' || !isBag(value)) return value
  const known = new Set(fieldsOf(schema).map(([name]) => name))
  let left = Object.entries(value)
  // A field that goes may have been what another condition looked at.
  for (let before = Number.POSITIVE_INFINITY; left.length < before; ) {
    before = left.length
    const here = new Set(fieldsFor(schema, Object.fromEntries(left)).map(([name]) => name))
    left = left.filter(([name]) => here.has(name) || !known.has(name))
  }
  const fields = new Map(fieldsFor(schema, Object.fromEntries(left)))
  return Object.fromEntries(
    left.map(([name, inner]) => {
      const field = fields.get(name)
      return [name, field ? shown(root, field, inner) : inner]
    }),
  )
}
