import { formErrors } from './form-errors.ts'
import { branchesFor, type FormSchema, isBag, resolved } from './schema.ts'

/**
 * The value with the schema's defaults where it has none; nothing that is there changes. A part that is absent is made
 * when its defaults alone fill it in. The schema has passed `formProblems`.
 */
export function withFormDefaults(schema: object, value: unknown): unknown {
  const root = schema as FormSchema
  return filled(root, root, value === undefined ? {} : value)
}

function filled(root: FormSchema, unresolved: FormSchema, value: unknown): unknown {
  const schema = resolved(root, unresolved)
  if (schema.type === 'array' && Array.isArray(value) && schema.items) {
    const items = schema.items
    return value.map((item) => filled(root, items, item))
  }
  if (schema.type !== 'object' || !isBag(value)) return value
  // A map, because an assignment to "__proto__" would be lost instead of refused.
  const made = new Map(Object.entries(value))
  fill(root, schema.properties, made)
  // What one condition brings another may look at.
  for (let before = -1; before < made.size; ) {
    before = made.size
    for (const branch of branchesFor(schema, Object.fromEntries(made))) fill(root, branch.properties, made)
  }
  return Object.fromEntries(made)
}

function fill(root: FormSchema, properties: FormSchema['properties'], made: Map<string, unknown>): undefined {
  for (const [name, unresolved] of Object.entries(properties ?? {})) {
    const field = resolved(root, unresolved)
    const present = made.get(name)
    if (present !== undefined) made.set(name, filled(root, field, present))
    else if (field.default !== undefined) made.set(name, filled(root, field, structuredClone(field.default)))
    else if (field.type === 'object') {
      const alone = filled(root, field, {}) as object
      const whole = { ...field, ...(root.$defs && { $defs: root.$defs }) }
      if (Object.keys(alone).length > 0 && formErrors(whole, alone).length === 0) made.set(name, alone)
    }
  }
}
