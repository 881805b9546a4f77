/** Which components of the document a part of it needs. */
import type { Schema } from './named-schemas.ts'

const prefix = '#/components/schemas/'

/** Of all schemas those that are referred to below `roots`, directly or by another one. */
export function reached(roots: unknown, schemas: Readonly<Record<string, Schema>>): Record<string, Schema> {
  const seen = new Set<string>()
  const look = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    const { $ref } = node as { readonly $ref?: unknown }
    if (typeof $ref === 'string' && $ref.startsWith(prefix)) {
      const name = $ref.slice(prefix.length)
      if (!seen.has(name)) {
        seen.add(name)
        look(schemas[name])
      }
    }
    for (const inner of Object.values(node)) look(inner)
  }
  look(roots)
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => seen.has(name)))
}
