/** Where a form holds more than text. */
import { type FormSchema, fieldsFor, fieldsOf, isBag, own, resolved, step } from './schema.ts'
import { type DomainFormat, isDomainFormat } from './vocabulary.ts'

export interface DomainValue {
  readonly pointer: string
  readonly format: DomainFormat
  readonly value: string
}

/** Every value of a domain format inside a value, with its pointer: what the server has to look up. */
export function domainValues(schema: object, value: unknown): readonly DomainValue[] {
  const root = schema as FormSchema
  const found: DomainValue[] = []
  const walk = (unresolved: FormSchema, at: unknown, pointer: string): undefined => {
    const here = resolved(root, unresolved)
    if (here.type === 'string' && isDomainFormat(here.format) && typeof at === 'string')
      found.push({ pointer, format: here.format, value: at })
    else if (here.type === 'array' && Array.isArray(at) && here.items)
      for (const [i, item] of at.entries()) walk(here.items, item, pointer + step(i))
    else if (here.type === 'object' && isBag(at))
      for (const [name, field] of new Map(fieldsFor(here, at))) walk(field, own(at, name), pointer + step(name))
  }
  walk(root, value, '')
  return found
}

/** Pointers of the secret fields, whatever the value; a secret never stands inside a list. */
export function secretPlaces(schema: object): readonly string[] {
  const root = schema as FormSchema
  const found = new Set<string>()
  const walk = (unresolved: FormSchema, pointer: string): undefined => {
    const here = resolved(root, unresolved)
    if (here.format === 'secret') found.add(pointer)
    if (here.type === 'object') for (const [name, field] of fieldsOf(here)) walk(field, pointer + step(name))
  }
  walk(root, '')
  return [...found]
}
