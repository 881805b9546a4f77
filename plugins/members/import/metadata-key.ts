import { mappable } from '../sheet-columns.ts'
import { headerKey } from './alias-index.ts'

/** Where a field of a mapping lies that is none of the target's: an open key of the record. */
const OPEN = /^(metadata|customFields|externalIds)\.(.*)$/s

/** The part and the key of `metadata.<key>`, `customFields.<key>` or `externalIds.<system>`; null for any other name. */
export function openField(name: string): { part: string; key: string } | null {
  const [, part = '', key = ''] = OPEN.exec(name) ?? []
  return mappable.test(key) && key !== '__proto__' ? { part, key } : null
}

/**
 * A field of the metadata for a column, readable and in the letters of its header: `Geb. Ort` is `metadata.gebOrt`.
 * @param used fields that are taken
 */
export function metadataField(column: string, used: ReadonlySet<string | null>): string {
  const words = headerKey(column, ' ').split(' ').filter(Boolean)
  const base = words.map((word, i) => (i === 0 ? word : word[0]!.toUpperCase() + word.slice(1))).join('') || 'column'
  const name = `metadata.${Array.from(base).slice(0, 50).join('')}`
  if (!used.has(name)) return name
  let n = 2
  while (used.has(`${name}${n}`)) n++
  return `${name}${n}`
}
