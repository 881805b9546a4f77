import { filterTitle } from '@guildhall/sdk'

interface Schema {
  readonly title?: string
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly items?: Schema | readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
}

/** A JSON schema as a TypeScript type; what a type cannot say (lengths, patterns) is left out. */
export function typeOf(schema: object, depth = 0): string {
  const s = schema as Schema
  // The type of the SDK, which says more than an open object does.
  if (s.title === filterTitle) return filterTitle
  if ('const' in s) return JSON.stringify(s.const)
  if (s.enum) return union(s.enum.map((value) => JSON.stringify(value)))
  if (s.anyOf ?? s.oneOf) return union((s.anyOf ?? s.oneOf)!.map((part) => typeOf(part, depth)))
  if (s.allOf) return s.allOf.map((part) => `(${typeOf(part, depth)})`).join(' & ')
  if (Array.isArray(s.type)) return union(s.type.map((type) => typeOf({ ...s, type }, depth)))
  switch (s.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return s.type
    case 'integer':
    case 'number':
      return 'number'
    case 'array':
      return s.items && !Array.isArray(s.items) ? `ReadonlyArray<${typeOf(s.items, depth)}>` : 'readonly unknown[]'
    case 'object':
      return objectOf(s, depth)
    default:
      return 'unknown'
  }
}

function objectOf(s: Schema, depth: number): string {
  const fields = Object.entries(s.properties ?? {})
  const [pattern] = Object.values(s.patternProperties ?? {})
  const open = pattern ?? (typeof s.additionalProperties === 'object' ? s.additionalProperties : undefined)
  if (fields.length === 0) return `Record<string, ${open ? typeOf(open, depth) : 'unknown'}>`
  const indent = '  '.repeat(depth)
  const lines = fields.map(([name, field]) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)
    return `${commentOf(field, indent)}${indent}${key}${s.required?.includes(name) ? '' : '?'}: ${typeOf(field, depth + 1)}`
  })
  return `{\n${lines.join('\n')}\n${'  '.repeat(Math.max(0, depth - 1))}}`
}

/** What the schema says of a field, where the editor shows it. */
const commentOf = ({ description }: Schema, indent: string): string =>
  description ? `${indent}/** ${description.replaceAll('*/', '*\\/')} */\n` : ''

const union = (parts: readonly string[]): string => [...new Set(parts)].join(' | ') || 'never'
