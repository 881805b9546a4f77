/** Which components of the document a part of it needs. */
/** Of all components of a kind those that are referred to below `roots`, directly or by another one. */
export function reached<C>(roots: unknown, kind: 'schemas' | 'responses', components: Readonly<Record<string, C>>) {
  const prefix = `#/components/${kind}/`
  const seen = new Set<string>()
  const look = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    const { $ref } = node as { readonly $ref?: unknown }
    if (typeof $ref === 'string' && $ref.startsWith(prefix)) {
      const name = $ref.slice(prefix.length)
      if (!seen.has(name)) {
        seen.add(name)
        look(components[name])
      }
    }
    for (const inner of Object.values(node)) look(inner)
  }
  look(roots)
  return Object.fromEntries(Object.entries(components).filter(([name]) => seen.has(name)))
}
