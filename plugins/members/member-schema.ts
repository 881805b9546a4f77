/**
 * What a member looks like from outside: what may be written, and three views of what is read: everybody's (`summary`),
 * the member's own, and staff's. Each view is a schema of its own, so a field shows only where it was put.
 */
import {
  Closed,
  DateOnly,
  Email,
  List,
  LongText,
  Metadata,
  Name,
  Nullable,
  Text,
  Timestamp,
  Url,
  Uuid,
} from '@guildhall/sdk'
import Type, { type Static } from 'typebox'

export const memberStatuses = ['pending', 'active', 'expired', 'suspended'] as const
export type MemberStatus = (typeof memberStatuses)[number]
export const genders = ['male', 'female', 'diverse', 'unknown'] as const

/** The register a number comes from when nobody says which. */
export const defaultExternalSystem = 'register'

export const Address = Closed(
  {
    street: Type.Optional(Text(200, { description: 'Without the number of the house' })),
    houseNumber: Type.Optional(Text(20, { description: 'With letters, such as 4a' })),
    extra: Type.Optional(Text(200, { description: 'Floor, c/o and the like' })),
    postalCode: Type.Optional(Text(20, { description: 'As written in the country' })),
    city: Type.Optional(Text(100, { description: 'Town' })),
    region: Type.Optional(Text(100, { description: 'State or county' })),
    country: Type.Optional(Text(2, { min: 2, description: 'ISO 3166-1 alpha-2, such as DE' })),
  },
  {
    title: 'AddressInput',
    description: 'Postal address',
    examples: [{ street: 'Domkloster', houseNumber: '4', postalCode: '50667', city: 'Köln', country: 'DE' }],
  },
)
/** As it is read. */
export const PostalAddress = Type.Object(Address.properties, { title: 'Address', description: 'Postal address' })
export type Address = Static<typeof Address>

export const EmergencyContact = Closed(
  {
    name: Type.Optional(Name({ description: 'Whom to call' })),
    phone: Type.Optional(Text(64, { description: 'Where to call' })),
    relationship: Type.Optional(Name({ description: 'What the person is to the member' })),
  },
  { title: 'EmergencyContactInput', description: 'Whom to call when something happens' },
)

export const ExternalId = Closed(
  {
    system: Text(60, { description: `Which register; "${defaultExternalSystem}" is the organisation's own numbers` }),
    value: Text(200, { description: 'The number there' }),
  },
  {
    title: 'ExternalIdInput',
    description: 'A number of the member in another register',
    examples: [{ system: defaultExternalSystem, value: 'B000944' }],
  },
)
export type ExternalId = Static<typeof ExternalId>

const CustomFields = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  additionalProperties: true,
  'x-max-bytes': 65_536,
  description: 'Values of the fields that the organisation defines at `/custom-fields`, by key',
})

const ownName = {
  firstName: Type.Optional(Nullable(Name())),
  middleName: Type.Optional(Nullable(Name())),
  lastName: Type.Optional(Nullable(Name())),
  suffix: Type.Optional(Nullable(Text(50))),
  displayName: Type.Optional(Nullable(Text(400, { description: 'Default: made of the parts of the name' }))),
}
const contact = {
  phone: Type.Optional(
    Nullable(Text(64, { examples: ['+49 221 1234567'], description: 'A telephone number, as people write it' })),
  ),
  address: Type.Optional(Nullable(Address)),
  photoUrl: Type.Optional(Nullable(Url({ description: 'Address of a picture' }))),
  language: Type.Optional(
    Nullable(
      Type.String({
        maxLength: 35,
        pattern: '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$',
        'x-says': 'must be a language tag such as de or en-GB',
        description: 'BCP 47: mails are written in it',
      }),
    ),
  ),
  skills: Type.Optional(List(Text(100), 50, { description: 'What the member can do, in free words' })),
  emergencyContact: Type.Optional(Nullable(EmergencyContact)),
  customFields: Type.Optional(CustomFields),
}
const email = Type.Optional(Nullable(Email({ examples: ['maria@example.org'] })))
const birthday = Type.Optional(Nullable(DateOnly({ examples: ['1985-04-12'], description: 'Day of birth' })))
const gender = Type.Optional(Nullable(Type.Enum([...genders], { description: 'Null: never asked' })))

/** What a member may write of the own record. Name, e-mail and birthday are staff's: they identify him. */
export const OwnMemberPatch = Closed(contact, { title: 'OwnMemberPatch' })
export type OwnMemberPatch = Static<typeof OwnMemberPatch>

/** What staff may write. `null` empties a field. */
export const MemberPatch = Closed(
  {
    ...ownName,
    email,
    ...contact,
    birthday,
    gender,
    notes: Type.Optional(Nullable(LongText(10_000))),
    tags: Type.Optional(List(Text(60), 50)),
    externalIds: Type.Optional(List(ExternalId, 20, { description: 'Numbers of the member in other registers' })),
    metadata: Type.Optional(Metadata()),
    role: Type.Optional(
      Text(64, {
        description: 'What the linked user is granted over the whole organisation; whoever writes it must hold it',
        examples: ['maker'],
      }),
    ),
    joinedOn: Type.Optional(Nullable(DateOnly())),
    leftOn: Type.Optional(Nullable(DateOnly({ description: 'Last day' }))),
  },
  {
    title: 'MemberPatch',
    examples: [{ firstName: 'Maria', lastName: 'Velázquez', email: 'maria@example.org', tags: ['volunteer'] }],
  },
)
export type MemberPatch = Static<typeof MemberPatch>
/** Only a name is required: one of firstName, lastName, displayName. */
export const MemberInput = MemberPatch
export type MemberInput = MemberPatch

const identity = {
  id: Uuid(),
  displayName: Type.String(),
  firstName: Nullable(Type.String()),
  lastName: Nullable(Type.String()),
  photoUrl: Nullable(Type.String({ description: 'Address of a picture' })),
}
/** What other members may see. */
export const MemberSummary = Type.Object(identity, { title: 'MemberSummary' })
export type MemberSummary = Static<typeof MemberSummary>

const own = {
  ...identity,
  middleName: Nullable(Type.String({ description: 'Further first names' })),
  suffix: Nullable(Type.String({ description: 'What stands behind the name, such as Jr.' })),
  email: Nullable(Type.String()),
  phone: Nullable(Type.String({ description: 'As it was entered' })),
  address: Nullable(PostalAddress),
  birthday: Nullable(Type.String({ description: 'Day of birth', format: 'date' })),
  gender: Nullable(Type.String({ description: '`male`, `female`, `diverse` or `unknown`; null: never asked' })),
  language: Nullable(Type.String({ description: 'BCP 47, such as de or en-GB: mails are written in it' })),
  skills: Type.Array(Type.String(), { description: 'What the member can do, in free words', maxItems: 50 }),
  customFields: Type.Unsafe<Record<string, unknown>>({
    description: 'Values of the fields that the organisation defines at `/custom-fields`, by key',
    type: 'object',
    additionalProperties: true,
  }),
  emergencyContact: Nullable(
    Type.Object(EmergencyContact.properties, {
      title: 'EmergencyContact',
      description: 'Whom to call when something happens',
    }),
  ),
  role: Type.String({ description: 'What a linked account is granted over the whole organisation' }),
  status: Type.Enum([...memberStatuses], { description: 'Follows from memberships and suspensions; nobody writes it' }),
  joinedOn: Nullable(Type.String({ description: 'First day; null: unknown', format: 'date' })),
  leftOn: Nullable(Type.String({ description: 'Last day', format: 'date' })),
  createdAt: Timestamp(),
  updatedAt: Timestamp(),
  version: Type.Integer(),
}
/** The member's own view: without notes, tags, numbers of other registers, and custom fields hidden from him. */
export const OwnMember = Type.Object(own, { title: 'OwnMember' })
export type OwnMember = Static<typeof OwnMember>

/** Staff's view. */
export const Member = Type.Object(
  {
    ...own,
    notes: Nullable(Type.String({ description: 'Of staff; the member does not see them' })),
    tags: Type.Array(Type.String(), { description: 'Free words of staff', maxItems: 50 }),
    externalIds: Type.Array(Type.Object(ExternalId.properties, { title: 'ExternalId' }), {
      maxItems: 20,
      description: 'Numbers of the member in other registers',
    }),
    metadata: Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true }),
    userId: Nullable(Uuid({ description: 'The sign-in account linked to this member' })),
    suspendedAt: Nullable(Timestamp({ description: 'Null: not suspended' })),
    suspendedReason: Nullable(Type.String({ description: 'As whoever suspended wrote it' })),
  },
  { title: 'Member' },
)
export type Member = Static<typeof Member>
