import { field } from '../import-target.ts'

/** How a row of another table says which member it is about. */
export const MEMBER_REFERENCE = [
  field('member.recordId', 'identifier', 'member record id | record id', 'mitglieds-datensatz-id | datensatz-id'),
  field(
    'member.externalId',
    'identifier',
    'member external id | member id | member number | external id | member | membership number | id | contact id',
    'mitgliedsnummer | mitglieds-nr | mitgliedsnr | mitglieds-id | mitglied | nummer | nr',
  ),
  field('member.email', 'email', 'email | member email | e-mail | email address', 'e-mail | e-mail-adresse'),
  field('member.fullName', 'fullName', 'name | member name | full name', 'name | mitgliedsname'),
  field('member.firstName', 'name', 'first name | given name', 'vorname'),
  field('member.lastName', 'name', 'last name | surname', 'nachname | familienname'),
  field('member.birthday', 'pastDate', 'birthday | date of birth', 'geburtsdatum | geburtstag | geb.datum'),
] as const

/** One of these has to be there to find the member. */
export const MEMBER_REQUIRED = [
  'member.recordId',
  'member.externalId',
  'member.email',
  'member.fullName',
  'member.lastName',
] as const
