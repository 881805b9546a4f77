/** What a resource offers to filter and sort by: closed lists, so that an index stands behind each. */
import type { TSchema } from 'typebox'
import { type Field, type FieldType, opsOf } from './field.ts'

export interface SortKey {
  readonly column: string
  readonly type: FieldType
  /** Empty values come last in both directions. A key that may be empty cannot lead. Default false. */
  readonly nullable?: boolean
  /** May stand first: the column is NOT NULL and has an index `(tenant_id, key, id)`. Default false. */
  readonly leads?: boolean
}

export interface ListingSpec<P extends Record<string, TSchema> = Record<string, TSchema>> {
  /** Names the resource in cursors: one of another list is refused. */
  readonly id: string
  readonly fields: Readonly<Record<string, Field>>
  readonly sorts: Readonly<Record<string, SortKey>>
  /** As in `?sort=`. */
  readonly defaultSort: string
  /** UUID, unique in the list; ends every sort. */
  readonly idColumn: string
  /** The second wall: every page compares it with the organisation. Left out only by lists across organisations. */
  readonly tenantColumn?: string
  /** Offers `?search=`, which the handler turns into SQL; the sentence for the reference page. */
  readonly search?: string
  /** Further query parameters that the handler reads itself. */
  readonly parameters?: P
}
export interface Listing<P extends Record<string, TSchema> = Record<string, TSchema>> extends ListingSpec<P> {
  readonly kind: 'listing'
}

/** Names in the query string that no field may have. */
export const reserved = ['limit', 'cursor', 'sort', 'total', 'search', 'filter'] as const

/** @throws Error when the table contradicts itself; the message names the entry. */
export function defineListing<P extends Record<string, TSchema> = Record<never, never>>(
  spec: ListingSpec<P>,
): Listing<P> {
  const fail = (what: string): never => {
    throw new Error(`Listing "${spec.id}": ${what}`)
  }
  for (const [name, field] of Object.entries(spec.fields)) {
    if (!/^[a-zA-Z][\w-]*(\.[\w-]+)*$/.test(name)) fail(`field "${name}" is not a name`)
    if (reserved.some((word) => word === name)) fail(`field "${name}" has a name of the list itself`)
    if (spec.parameters && Object.hasOwn(spec.parameters, name)) fail(`"${name}" is a field and a parameter`)
    const offered = opsOf(field)
    if (offered.length === 0) fail(`field "${name}" offers no operator`)
    if (offered.includes('startsWith') && field.type !== 'text') fail(`field "${name}" is no text; drop startsWith`)
    if (field.values && field.type !== 'text') fail(`field "${name}" is no text; drop values`)
  }
  for (const [name, key] of Object.entries(spec.sorts)) {
    if (key.leads && key.nullable) fail(`sort key "${name}" may be empty and cannot lead`)
  }
  const lead = spec.defaultSort.split(',')[0]!.replace(/^-/, '')
  if (!spec.sorts[lead]?.leads) fail(`defaultSort begins with "${lead}", which does not lead`)
  return Object.freeze({ ...spec, kind: 'listing' as const })
}

/** The listing with fields and sort keys of others: contributed filters, an organisation's custom fields. */
export function extendListing<P extends Record<string, TSchema>>(
  listing: Listing<P>,
  more: { fields?: Readonly<Record<string, Field>>; sorts?: Readonly<Record<string, SortKey>> },
): Listing<P> {
  const { kind: _, ...spec } = listing
  return defineListing({ ...spec, fields: { ...spec.fields, ...more.fields }, sorts: { ...spec.sorts, ...more.sorts } })
}
