interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly format?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}

/** A schema in one line: `{ memberId: uuid, changed: [string], reason?: string }`; names alone below `depth`. */
export function shapeOf(schema: object, depth = Number.POSITIVE_INFINITY): string {
  const s = schema as Schema
  if ('const' in s) return JSON.stringify(s.const)
  if (s.enum) return s.enum.map((value) => JSON.stringify(value)).join(' or ')
  if (s.anyOf) return [...new Set(s.anyOf.map((part) => shapeOf(part, depth)))].join(' or ')
  if (s.type === 'array') return `[${s.items ? shapeOf(s.items, depth) : 'anything'}]`
  if (s.type === 'object' && s.properties) {
    const fields = Object.entries(s.properties).map(([name, field]) => {
      const key = `${name}${s.required?.includes(name) ? '' : '?'}`
      return depth > 1 ? `${key}: ${shapeOf(field, depth - 1)}` : key
    })
    return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
  }
  return s.format ?? s.type ?? 'anything'
}
