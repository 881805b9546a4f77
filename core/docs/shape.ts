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

/** A schema in one line, for tables: `{ memberId: uuid, changed: [string], reason? }`. */
export function shapeOf(schema: object): string {
  const s = schema as Schema
  if ('const' in s) return JSON.stringify(s.const)
  if (s.enum) return s.enum.map((value) => JSON.stringify(value)).join(' or ')
  if (s.anyOf) return [...new Set(s.anyOf.map(shapeOf))].join(' or ')
  if (s.type === 'array') return `[${s.items ? shapeOf(s.items) : 'anything'}]`
  if (s.type === 'object' && s.properties) {
    const fields = Object.entries(s.properties).map(
      ([name, field]) => `${name}${s.required?.includes(name) ? '' : '?'}: ${shapeOf(field)}`,
    )
    return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
  }
  return s.format ?? s.type ?? 'anything'
}
