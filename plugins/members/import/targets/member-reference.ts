import { field, type ImportField } from '../import-target.ts'
import { MEMBERS } from './members.ts'
import { OTHER_LANGUAGES } from './other-languages.ts'

/** A field that registers of members have as well, with the headers it has there behind its own. */
export function alsoCalled(own: ImportField, inMembers: string): ImportField {
  const there = MEMBERS.fields.find(({ name }) => name === inMembers)!.aliases
  const both = (language: 'en' | 'de') => [...new Set([...own.aliases[language], ...there[language]])]
  return { ...own, aliases: { en: both('en'), de: both('de') } }
}

/** Headers in other languages of fields that registers of members have as well. @param fields by their name there */
export const inOtherLanguages = (fields: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries({ ...WHO, ...fields }).map(([name, inMembers]) => [name, OTHER_LANGUAGES[inMembers]!]),
  )

const WHO = {
  'member.externalId': 'externalId',
  'member.email': 'email',
  'member.fullName': 'fullName',
  'member.firstName': 'firstName',
  'member.lastName': 'lastName',
  'member.birthday': 'birthday',
} as const

/** How a row of another table says which member it is about. */
export const MEMBER_REFERENCE = [
  field('member.recordId', 'identifier', 'member record id | record id', 'mitglieds-datensatz-id | datensatz-id'),
  ...[
    field(
      'member.externalId',
      'identifier',
      'member external id | member id | member number | external id | member | membership number | id | contact id',
      'mitgliedsnummer | mitglieds-nr | mitgliedsnr | mitglieds-id | mitglied | nummer | nr',
    ),
    field('member.email', 'email', 'email | member email | e-mail | email address', 'e-mail | e-mail-adresse'),
    field('member.fullName', 'fullName', 'name | member name | full name | display name', 'name | mitgliedsname'),
    field('member.firstName', 'name', 'first name | given name', 'vorname'),
    field('member.lastName', 'name', 'last name | surname', 'nachname | familienname'),
    field('member.birthday', 'pastDate', 'birthday | date of birth', 'geburtsdatum | geburtstag | geb.datum'),
  ].map((own) => alsoCalled(own, own.name.slice('member.'.length))),
]

/** One of these has to be there to find the member. */
export const MEMBER_REQUIRED = [
  'member.recordId',
  'member.externalId',
  'member.email',
  'member.fullName',
  'member.lastName',
] as const
