/** A profile as it is stored: what is shown, and beside it the keys by which it is found, sorted and compared. */
import { parsePhone } from '../import/values/phone.ts'
import type { Member } from '../member-schema.ts'
import { emailKey, foldText, nameKey, searchText } from '../normalise.ts'

/** Everything of a member that somebody writes. Nothing else decides the keys. */
export type Profile = Pick<
  Member,
  | 'firstName'
  | 'middleName'
  | 'lastName'
  | 'suffix'
  | 'displayName'
  | 'email'
  | 'phone'
  | 'address'
  | 'birthday'
  | 'gender'
  | 'photoUrl'
  | 'language'
  | 'notes'
  | 'skills'
  | 'tags'
  | 'externalIds'
  | 'customFields'
  | 'metadata'
  | 'emergencyContact'
  | 'role'
  | 'joinedOn'
  | 'leftOn'
>
export const profileFields = [
  'firstName',
  'middleName',
  'lastName',
  'suffix',
  'displayName',
  'email',
  'phone',
  'address',
  'birthday',
  'gender',
  'photoUrl',
  'language',
  'notes',
  'skills',
  'tags',
  'externalIds',
  'customFields',
  'metadata',
  'emergencyContact',
  'role',
  'joinedOn',
  'leftOn',
] as const satisfies readonly (keyof Profile)[]

export const emptyProfile: Profile = {
  firstName: null,
  middleName: null,
  lastName: null,
  suffix: null,
  displayName: '',
  email: null,
  phone: null,
  address: null,
  birthday: null,
  gender: null,
  photoUrl: null,
  language: null,
  notes: null,
  skills: [],
  tags: [],
  externalIds: [],
  customFields: {},
  metadata: {},
  emergencyContact: null,
  role: 'maker',
  joinedOn: null,
  leftOn: null,
}

/** What a member is called when nobody says otherwise. */
export const nameOf = (o: Pick<Profile, 'firstName' | 'middleName' | 'lastName' | 'suffix'>): string =>
  [o.firstName, o.middleName, o.lastName, o.suffix].filter(Boolean).join(' ')

/** One way to write a tag or skill for comparing: `Vorstand` and `vorstand` are one. */
export const keywordKey = (text: string): string => foldText(text)

/** Names of `members.member`'s columns that a profile fills, with their types, as a record set reads them. */
export const storedColumns = {
  first_name: 'text',
  middle_name: 'text',
  last_name: 'text',
  suffix: 'text',
  display_name: 'text',
  email: 'text',
  phone: 'text',
  address: 'jsonb',
  birthday: 'date',
  gender: 'text',
  photo_url: 'text',
  language: 'text',
  notes: 'text',
  skills: 'text[]',
  tags: 'text[]',
  external_ids: 'jsonb',
  custom_fields: 'jsonb',
  metadata: 'jsonb',
  emergency_contact: 'jsonb',
  role: 'text',
  joined_on: 'date',
  left_on: 'date',
  search: 'text',
  name_key: 'text',
  first_name_key: 'text',
  last_name_key: 'text',
  display_name_key: 'text',
  email_key: 'text',
  phone_key: 'text',
  city_key: 'text',
  postal_code: 'text',
  country: 'text',
} as const
export type StoredProfile = Record<keyof typeof storedColumns, unknown>

/**
 * @param country where phone numbers without a country code are at home, ISO 3166-1 alpha-2
 */
export function storedProfile(p: Profile, country: string): StoredProfile {
  const phone = p.phone === null ? null : phoneKey(p.phone, country)
  return {
    first_name: p.firstName,
    middle_name: p.middleName,
    last_name: p.lastName,
    suffix: p.suffix,
    display_name: p.displayName,
    email: p.email,
    phone: p.phone,
    address: p.address,
    birthday: p.birthday,
    gender: p.gender,
    photo_url: p.photoUrl,
    language: p.language,
    notes: p.notes,
    skills: p.skills,
    tags: p.tags,
    external_ids: p.externalIds,
    custom_fields: p.customFields,
    metadata: p.metadata,
    emergency_contact: p.emergencyContact,
    role: p.role,
    joined_on: p.joinedOn,
    left_on: p.leftOn,
    search: searchText(
      p.displayName,
      p.firstName,
      p.middleName,
      p.lastName,
      p.email,
      p.phone,
      phone,
      ...p.externalIds.map(({ value }) => value),
    ),
    name_key: p.firstName || p.lastName ? nameKey(p.firstName ?? '', p.lastName ?? '') : nameKey('', p.displayName),
    first_name_key: foldText(p.firstName ?? p.displayName),
    last_name_key: foldText(p.lastName ?? p.displayName),
    display_name_key: foldText(p.displayName),
    email_key: p.email === null ? null : emailKey(p.email),
    phone_key: phone,
    city_key: p.address?.city ? foldText(p.address.city) : null,
    postal_code: p.address?.postalCode ?? null,
    country: p.address?.country ?? null,
  }
}

/** E.164 where it is a valid number, so that `0221 1234` and `+49 221 1234` are one. */
export function phoneKey(phone: string, country: string): string {
  const parsed = parsePhone(phone, [country])
  return 'value' in parsed ? parsed.value.replace(/\s/g, '') : phone.replace(/\s/g, '')
}
