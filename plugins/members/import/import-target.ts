import type { ValueKind } from './values/index.ts'

export type HeaderLanguage = 'en' | 'de'

/** A field a column can be imported into. */
export interface ImportField {
  /** Path in the record: `firstName`, `address.street`, `group.externalId`. Fields of one prefix make one value. */
  name: string
  kind: ValueKind
  /** Headers people write for it, the most usual first. The name itself is one as well. */
  aliases: Readonly<Record<HeaderLanguage, readonly string[]>>
}

export type ImportTargetId = 'members' | 'groups' | 'group-members' | 'memberships'

export interface ImportTarget {
  id: ImportTargetId
  fields: readonly ImportField[]
  /** Headers in other languages by the name of the field, separated by ` | `. */
  others?: Readonly<Record<string, string>>
  /** Of each set at least one has to be mapped, or no row can be imported. */
  required: readonly (readonly string[])[]
  /** Where a column without a field goes: `metadata.<key>`, or nowhere. */
  unknown: 'metadata' | 'ignore'
}

/** Shorthand of the tables: aliases as one text each, separated by ` | `. */
export function field(name: string, kind: ValueKind, en: string, de = ''): ImportField {
  const list = (text: string) => (text === '' ? [] : text.split(' | '))
  return { name, kind, aliases: { en: list(en), de: list(de) } }
}
