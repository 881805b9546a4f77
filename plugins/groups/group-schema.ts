/** What a group looks like from outside. */
import { Closed, LongText, Metadata, Name, Nullable, Text, Timestamp, Url, Uuid } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'

const Colour = () =>
  Type.String({ maxLength: 7, pattern: '^#[0-9a-fA-F]{6}$', 'x-says': 'must be a colour such as #1a7f37' })

const details = {
  description: Type.Optional(LongText(10_000)),
  icon: Type.Optional(Nullable(Text(60, { description: 'Name of an icon, or an emoji', examples: ['users'] }))),
  colour: Type.Optional(Nullable(Colour())),
  logo: Type.Optional(Nullable(Url({ description: 'Address of an image' }))),
  phone: Type.Optional(Nullable(Text(64))),
  address: Type.Optional(Nullable(Text(500))),
  genderGroup: Type.Optional(Nullable(Text(20, { description: "Code from the organisation's list", examples: ['F'] }))),
  stage: Type.Optional(
    Nullable(Text(100, { description: "Label from the organisation's list", examples: ['Jugend'] })),
  ),
  externalId: Type.Optional(Nullable(Text(200, { description: 'Its number in another register; unique' }))),
  metadata: Type.Optional(Metadata()),
}
const place = {
  type: Type.Optional(
    Nullable(Text(60, { description: 'Key or title of a level; null: a plain group, which fits everywhere' })),
  ),
  parentId: Type.Optional(Uuid({ description: 'Default: the root' })),
}

/** Only a name is required: without a parent the group hangs under the root, without a type it is a plain group. */
export const GroupInput = Closed(
  { name: Name({ examples: ['Wood workshop'] }), ...place, ...details },
  { title: 'GroupInput', examples: [{ name: 'Damen 1', icon: 'volleyball', colour: '#1a7f37' }] },
)
export type GroupInput = Static<typeof GroupInput>

/** Merges what is sent; another `parentId` moves the group with all below it. */
export const GroupPatch = Closed(
  { name: Type.Optional(Name()), ...place, ...details },
  { title: 'GroupPatch', examples: [{ description: 'Meets on Tuesdays' }] },
)
export type GroupPatch = Static<typeof GroupPatch>

const properties = {
  id: Uuid(),
  parentId: Nullable(Uuid({ description: 'Null: the root' })),
  type: Nullable(Type.String({ description: 'Key of its level, such as club or team', examples: ['team'] })),
  name: Type.String({ description: 'Unique among its neighbours', examples: ['Wood workshop'] }),
  path: Type.Array(Uuid(), { maxItems: 50, description: 'Ids from the root down to this group' }),
  description: Type.String({ description: 'What people read about it' }),
  icon: Nullable(Type.String({ description: 'Name of an icon' })),
  colour: Nullable(Type.String({ description: 'Hexadecimal, such as #1f6feb' })),
  logo: Nullable(Type.String({ description: 'Address of a picture' })),
  phone: Nullable(Type.String({ description: 'As it was entered' })),
  address: Nullable(Type.String({ description: 'Postal address, as it was entered' })),
  genderGroup: Nullable(Type.String({ description: 'Code of one of /groups/gender-groups' })),
  stage: Nullable(Type.String({ description: 'Label of one of /groups/stages' })),
  externalId: Nullable(Type.String({ description: 'Its number in another register' })),
  metadata: Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true }),
  memberCount: Type.Integer({ description: 'Members with a seat in the group itself today' }),
  createdAt: Timestamp(),
  updatedAt: Timestamp(),
  version: Type.Integer(),
}
export const Group = Type.Object(properties, { title: 'Group' })
export type Group = Static<typeof Group>

export type GroupNodeView = Group & { readonly children?: readonly GroupNodeView[] }
/** An item of the list; with `tree=true` it holds those below it. */
export const GroupItem = Type.Object(
  {
    ...properties,
    children: Type.Optional(
      Type.Unsafe<readonly GroupNodeView[]>({
        type: 'array',
        maxItems: 10_000,
        items: { type: 'object', additionalProperties: true },
        description: 'Groups of the same form; only with tree=true',
      }),
    ),
  },
  { title: 'GroupItem' },
)
