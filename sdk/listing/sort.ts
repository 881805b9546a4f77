/** `?sort=lastName,-joinedOn`: a closed list of keys, the first NOT NULL, the id last. */
import { invalid } from '../problems.ts'
import { orderedColumn } from './compile.ts'
import type { Listing, SortKey } from './listing.ts'

export interface SortTerm extends SortKey {
  readonly name: string
  readonly descending: boolean
}
/** More keys only cost: the first two decide nearly every row. */
const mostKeys = 4

/** @throws Problem 400 naming the keys that are allowed */
export function parseSort(listing: Listing, text: string = listing.defaultSort): readonly SortTerm[] {
  const refuse = (message: string): never => {
    throw invalid('/sort', message, { code: 'sort', in: 'query' })
  }
  const names = Object.keys(listing.sorts)
  const terms = text.split(',').map((raw): SortTerm => {
    const descending = raw.startsWith('-')
    const name = descending ? raw.slice(1) : raw
    const key = Object.hasOwn(listing.sorts, name) ? listing.sorts[name] : undefined
    return key ? { ...key, name, descending } : refuse(`Sort by one of: ${names.join(', ')}; "-" before it reverses`)
  })
  if (terms.length > mostKeys) refuse(`Sort by at most ${mostKeys} keys`)
  if (new Set(terms.map((term) => term.name)).size < terms.length) refuse('Name each key once')
  if (!terms[0]!.leads) {
    refuse(`The first key is one of: ${names.filter((name) => listing.sorts[name]?.leads).join(', ')}`)
  }
  // The id runs in the direction of the leading key, so that one index serves both directions.
  return [...terms, { name: 'id', column: listing.idColumn, type: 'uuid', descending: terms[0]!.descending }]
}

export function orderBySql(terms: readonly SortTerm[]): string {
  const parts = terms.map((term) => {
    const order = `${orderedColumn(term.column, term.type)} ${term.descending ? 'DESC' : 'ASC'}`
    return term.nullable ? `${order} NULLS LAST` : order
  })
  return parts.join(', ')
}
