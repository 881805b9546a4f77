/** What becomes of a profile when a patch is laid over it, and whether the result is a member. */
import { isCalendarDate, Problem, type ProblemError, problems } from '@guildhall/sdk'
import type { CustomField } from '../custom-fields/definition.ts'
import { mergeCustomValues } from '../custom-fields/value.ts'
import type { MemberPatch } from '../member-schema.ts'
import { keywordKey, nameOf, type Profile, profileFields } from './stored.ts'

/**
 * @param fields the organisation's custom fields; needed only where the patch has `customFields`
 * @throws Problem 400 with all that does not fit
 */
export function mergePatch(
  present: Profile,
  patch: MemberPatch,
  o: { fields: readonly CustomField[]; today: string },
): Profile {
  const errors: ProblemError[] = []
  const next: Record<string, unknown> = { ...present }
  for (const field of profileFields) {
    const value = patch[field]
    if (value === undefined || field === 'customFields' || field === 'displayName') continue
    next[field] = value === '' ? null : value
  }
  const profile = next as unknown as Profile
  // A name that was made of the parts follows them; one that somebody chose stays.
  const chosen = patch.displayName === undefined ? present.displayName : (patch.displayName ?? '')
  const made = patch.displayName === undefined && present.displayName === nameOf(present)
  profile.displayName = made || chosen === '' ? nameOf(profile) : chosen
  if (profile.displayName === '') {
    const message = 'Give at least one of lastName, firstName and displayName'
    errors.push({ pointer: '/lastName', message, code: 'required' })
  }
  if (patch.customFields) {
    const merged = mergeCustomValues(o.fields, present.customFields, patch.customFields)
    profile.customFields = merged.values
    errors.push(...merged.errors)
  }
  if (patch.tags) profile.tags = unique(patch.tags)
  if (patch.skills) profile.skills = unique(patch.skills)
  if (patch.address) profile.address = tidyAddress(patch.address)
  if (patch.externalIds) {
    const seen = new Map(patch.externalIds.map((id) => [`${id.system}\n${id.value}`, id]))
    profile.externalIds = [...seen.values()]
  }
  errors.push(...wrongDates(profile, patch, o.today))
  if (errors.length > 0) throw new Problem(problems.validationFailed, { detail: errors[0]!.message, errors })
  return profile
}

/** Names of the fields in which two profiles differ. */
export const differences = (a: Profile, b: Profile): (keyof Profile)[] =>
  profileFields.filter((field) => !same(a[field], b[field]))

const unique = (texts: readonly string[]): string[] =>
  [...new Map(texts.toReversed().map((text) => [keywordKey(text), text])).values()].toReversed()

const tidyAddress = (address: NonNullable<MemberPatch['address']>): Profile['address'] =>
  Object.keys(address).length === 0
    ? null
    : { ...address, ...(address.country && { country: address.country.toUpperCase() }) }

function* wrongDates(profile: Profile, patch: MemberPatch, today: string): Generator<ProblemError> {
  for (const field of ['birthday', 'joinedOn', 'leftOn'] as const) {
    const value = patch[field]
    if (value && !isCalendarDate(value))
      yield { pointer: `/${field}`, message: 'Write a date such as 1985-04-12', code: 'format' }
  }
  if (patch.birthday && patch.birthday > today)
    yield { pointer: '/birthday', message: 'A birthday lies in the past', code: 'maximum' }
  const { joinedOn, leftOn } = profile
  if ((patch.joinedOn || patch.leftOn) && joinedOn && leftOn && leftOn < joinedOn)
    yield { pointer: '/leftOn', message: `leftOn is ${joinedOn}, the day of joining, or later`, code: 'minimum' }
}

/** Equal as JSON, whatever the order of keys (the database sorts them). */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every((key) => same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
}
