/** What a seat looks like from outside: a member's dated place in a group, with a role. */
import { Closed, DateOnly, Metadata, Nullable, Text, Timestamp, Uuid } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'

const lastDay = 'Last day; null: open-ended'

export const Seat = Type.Object(
  {
    id: Uuid(),
    groupId: Uuid(),
    groupName: Type.String(),
    memberId: Uuid(),
    memberName: Type.String(),
    role: Type.String({ description: 'Key of the role type' }),
    roleTitle: Type.String({ description: 'Title of the role' }),
    from: Nullable(Type.String({ format: 'date', description: 'First day; null: not known' })),
    until: Nullable(Type.String({ format: 'date', description: lastDay })),
    rank: Nullable(Type.Integer({ description: 'Order among the holders; null: none' })),
    metadata: Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true }),
    createdAt: Timestamp(),
    updatedAt: Timestamp(),
    version: Type.Integer(),
  },
  { title: 'Seat' },
)
export type Seat = Static<typeof Seat>

const dates = {
  from: Type.Optional(Nullable(DateOnly({ description: 'First day; default: today; null: not known' }))),
  until: Type.Optional(Nullable(DateOnly({ description: lastDay }))),
}
/** The last day where bots name one. */
export const UntilNext = Type.Optional(
  Nullable(
    DateOnly({
      description: `${lastDay}; left out together with \`from\`: up to the member's next seat of that role, if one is to come`,
    }),
  ),
)
const rest = {
  rank: Type.Optional(
    Nullable(Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'Order within the group' })),
  ),
  metadata: Type.Optional(Metadata()),
}
const Role = Text(60, {
  description: 'Key or title of a role type the group offers; default: member',
  examples: ['member'],
})

export const SeatInput = Closed(
  { memberId: Uuid(), role: Type.Optional(Role), ...dates, ...rest },
  { title: 'SeatInput', examples: [{ memberId: '0198c5f0-3f6c-7cc0-8a51-5b2f5a3f7f10', role: 'member' }] },
)
export type SeatInput = Static<typeof SeatInput>

export const SeatPatch = Closed({ role: Type.Optional(Role), ...dates, ...rest }, { title: 'SeatPatch' })
export type SeatPatch = Static<typeof SeatPatch>
