/** What members can be filtered and sorted by. The table's alias is `m`; `?at=` and contributed fields come on top. */
import { DateOnly, defineListing, type Field, type Op, Text } from '@guildhall/sdk'
import Type from 'typebox'
import { genders, memberStatuses } from './member-schema.ts'
import { emailKey, foldText } from './normalise.ts'
import { keywordKey } from './record/stored.ts'

const name = (column: string, description: string): Field => ({
  type: 'text',
  column,
  description,
  ops: ['eq', 'ne', 'in', 'startsWith'],
  normalise: foldText,
})
const keyword = (kind: 'tag' | 'skill', property: 'tags' | 'skills', description: string): Field => ({
  type: 'text',
  description,
  ops: ['has', 'in', 'isNull'],
  many: true,
  firstColumn: `m.first_${kind}`,
  normalise: keywordKey,
  read: (object) => (object as Record<string, unknown>)[property],
  sql: (_op, value, bind) => {
    const rows = `SELECT 1 FROM members.keyword k
      WHERE k.tenant_id = m.tenant_id AND k.member_id = m.id AND k.kind = '${kind}'`
    const values = Array.isArray(value) ? value : [value]
    return `EXISTS (${rows} AND k.value = ANY(${bind(values)}::text[]))`
  },
})
const ofAddress = (object: object, key: string): unknown =>
  (object as { address?: Record<string, unknown> | null }).address?.[key]
const listed = (object: object): readonly string[] =>
  ((object as { externalIds?: { value: string }[] }).externalIds ?? []).map(({ value }) => value)

const presence: readonly Op[] = ['eq', 'ne', 'in', 'isNull']

export const memberFields = {
  id: { type: 'uuid', column: 'm.id', description: 'Id', ops: ['eq', 'in'] },
  status: { type: 'text', column: 'm.status', description: 'Status', values: memberStatuses },
  role: { type: 'text', column: 'm.role', description: 'Role' },
  firstName: name('m.first_name_key', 'First name, whatever case and accents'),
  lastName: name('m.last_name_key', 'Last name, whatever case and accents'),
  displayName: name('m.display_name_key', 'Whole name, whatever case and accents'),
  email: {
    type: 'text',
    column: 'm.email_key',
    description: 'E-mail address',
    nullable: true,
    normalise: emailKey,
    ops: [...presence, 'startsWith'],
  },
  phone: {
    type: 'text',
    column: 'm.phone_key',
    description: 'Telephone number, as E.164',
    nullable: true,
    ops: [...presence, 'startsWith'],
    normalise: (text: string) => text.replace(/\s/g, ''),
  },
  gender: { type: 'text', column: 'm.gender', description: 'Gender', nullable: true, values: genders },
  language: { type: 'text', column: 'm.language', description: 'Language', nullable: true },
  birthday: { type: 'date', column: 'm.birthday', description: 'Birthday', nullable: true },
  birthdayOn: {
    type: 'text',
    column: 'm.birth_day',
    description: 'Month and day of the birthday, such as 02-29',
    nullable: true,
    ops: ['eq', 'in'],
    read: (o: object) => (o as { birthday?: string | null }).birthday?.slice(5) ?? null,
  },
  joinedOn: { type: 'date', column: 'm.joined_on', description: 'Day of joining', nullable: true },
  leftOn: { type: 'date', column: 'm.left_on', description: 'Last day', nullable: true },
  createdAt: { type: 'timestamp', column: 'm.created_at', description: 'When it was added' },
  updatedAt: { type: 'timestamp', column: 'm.updated_at', description: 'When it last changed' },
  userId: { type: 'uuid', column: 'm.user_id', description: 'The linked account', nullable: true },
  'address.city': {
    type: 'text',
    column: 'm.city_key',
    description: 'Town, whatever case and accents',
    nullable: true,
    normalise: foldText,
    ops: [...presence, 'startsWith'],
    read: (o: object) => ofAddress(o, 'city'),
  },
  'address.postalCode': {
    type: 'text',
    column: 'm.postal_code',
    description: 'Postal code',
    nullable: true,
    ops: [...presence, 'startsWith'],
    read: (o: object) => ofAddress(o, 'postalCode'),
  },
  'address.country': {
    type: 'text',
    column: 'm.country',
    description: 'Country, ISO 3166-1 alpha-2',
    nullable: true,
    read: (o: object) => ofAddress(o, 'country'),
  },
  tag: keyword('tag', 'tags', 'Tag'),
  skill: keyword('skill', 'skills', 'Skill'),
  externalId: {
    type: 'text',
    description: 'Number in another register, whichever that is; the number alone',
    ops: ['has', 'in', 'isNull'],
    many: true,
    firstColumn: 'm.first_external_id',
    read: listed,
    sql: (_op, value, bind) => {
      const rows = 'SELECT 1 FROM members.external_id e WHERE e.tenant_id = m.tenant_id AND e.member_id = m.id'
      return `EXISTS (${rows} AND e.value = ANY(${bind(Array.isArray(value) ? value : [value])}::text[]))`
    },
  },
  householdId: {
    type: 'uuid',
    description: 'Household, with those who left it',
    ops: ['eq', 'in'],
    sql: (_op, value, bind) =>
      `EXISTS (SELECT 1 FROM members.household_member h WHERE h.tenant_id = m.tenant_id AND h.member_id = m.id
         AND h.household_id = ANY(${bind(Array.isArray(value) ? value : [value])}::uuid[]))`,
  },
} as const satisfies Record<string, Field>

const text = (column: string) => ({ column, type: 'text', leads: true }) as const

/** Query parameters of the list beside its fields. */
export const memberParameters = {
  at: Type.Optional(
    DateOnly({
      description:
        'The register as of this day: `status` is the one the periods give then. Without a filter by status: those who were members that day',
    }),
  ),
  include: Type.Optional(Text(200, { description: 'What to add to each member, such as `groups,memberships`' })),
}

export const memberListing = defineListing({
  id: 'members',
  fields: memberFields,
  sorts: {
    lastName: text('m.last_name_key'),
    firstName: text('m.first_name_key'),
    displayName: text('m.display_name_key'),
    status: text('m.status'),
    role: text('m.role'),
    joinedOn: { column: 'm.joined_key', type: 'date', leads: true },
    createdAt: { column: 'm.created_at', type: 'timestamp', leads: true },
    updatedAt: { column: 'm.updated_at', type: 'timestamp', leads: true },
    birthday: { column: 'm.birthday', type: 'date', nullable: true },
    leftOn: { column: 'm.left_on', type: 'date', nullable: true },
  },
  defaultSort: 'lastName,firstName',
  idColumn: 'm.id',
  tenantColumn: 'm.tenant_id',
  search: 'Words of name, e-mail, phone and external id, in any order, whatever case and accents',
  parameters: memberParameters,
})
