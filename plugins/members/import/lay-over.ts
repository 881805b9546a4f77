/** What a row changes of a member who is there: only what the file says and the record does not say already. */

import type { ExternalId, MemberPatch } from '../member-schema.ts'
import { emailKey } from '../normalise.ts'
import { type Profile, phoneKey } from '../record/stored.ts'
import type { FoldedMember } from './fold-member.ts'
import { externalIdsOf } from './member-input.ts'
import { written } from './written.ts'

/** Fields of which a row holds parts: the rest of the object stays. */
const MERGED = ['address', 'emergencyContact', 'metadata', 'customFields'] as const

export function layOver(
  present: Profile,
  row: FoldedMember,
  o: { onlyEmpty: boolean; cleared: readonly string[]; system: string; country: string },
): MemberPatch {
  const patch: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(row.patch)) {
    const there = present[name as keyof Profile]
    if (MERGED.some((merged) => merged === name)) {
      const laid = layParts((there ?? {}) as Parts, value as Parts, o.onlyEmpty)
      if (laid) patch[name] = name === 'customFields' ? laid.given : laid.whole
    } else if (!o.onlyEmpty || isEmpty(there)) patch[name] = value
  }
  // The same number or address in another notation is no change.
  if (sameIn(patch.phone, present.phone, (phone) => phoneKey(phone, o.country))) delete patch.phone
  if (sameIn(patch.email, present.email, emailKey)) delete patch.email
  const ids = layIds(present.externalIds, externalIdsOf(row, o.system), o.onlyEmpty)
  if (ids) patch.externalIds = ids
  for (const name of o.cleared) if (CLEARABLE.has(name)) patch[name] = isList(name) ? [] : null
  return patch as MemberPatch
}

const sameIn = (given: unknown, there: string | null, key: (text: string) => string): boolean =>
  typeof given === 'string' && there !== null && key(given) === key(there)

type Parts = Readonly<Record<string, unknown>>

/** A blank cell never takes a name, a role, an address in parts or a number away. */
const CLEARABLE = new Set([
  'middleName',
  'suffix',
  'email',
  'phone',
  'birthday',
  'gender',
  'photoUrl',
  'language',
  'notes',
  'skills',
  'tags',
  'joinedOn',
  'leftOn',
])
const isList = (name: string): boolean => name === 'skills' || name === 'tags'

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)

function layParts(there: Parts, given: Parts, onlyEmpty: boolean): { whole: Parts; given: Parts } | undefined {
  const news = Object.entries(given).filter(([key, value]) =>
    onlyEmpty ? isEmpty(there[key]) : written(there[key]) !== written(value),
  )
  if (news.length === 0) return undefined
  return { whole: { ...there, ...Object.fromEntries(news) }, given: Object.fromEntries(news) }
}

function layIds(
  there: readonly ExternalId[],
  given: readonly ExternalId[],
  onlyEmpty: boolean,
): ExternalId[] | undefined {
  const of = new Map(there.map((id) => [id.system, id.value]))
  const news = given.filter(({ system, value }) => (onlyEmpty ? !of.has(system) : of.get(system) !== value))
  if (news.length === 0) return undefined
  const replaced = new Set(news.map(({ system }) => system))
  return [...there.filter(({ system }) => !replaced.has(system)), ...news]
}
