import { Nullable, organizationToday, Uuid } from '@guildhall/sdk'
import Type from 'typebox'
import type { MemberInclude } from '#plugins/members/refs.ts'
import { heldSeats } from '../seats/held-seats.ts'

const Item = Type.Object({
  id: Uuid({ description: 'The seat' }),
  groupId: Uuid(),
  groupName: Type.String(),
  groupType: Nullable(Type.String()),
  role: Type.String(),
  roleTitle: Type.String(),
  from: Nullable(Type.String({ format: 'date', description: 'First day; null: not known' })),
  until: Nullable(Type.String({ format: 'date', description: 'Last day; null: open-ended' })),
})

/** `?include=groups`: seats of today, those nearest to the root first. */
export const groupsInclude: MemberInclude = {
  key: 'groups',
  needs: 'groups.seats.read',
  own: true,
  description: 'Groups the member sits in today, with the role',
  schema: Type.Array(Item, { maxItems: 10_000 }),
  load: async (tx, memberIds, reach) => heldSeats(tx, memberIds, await organizationToday(tx), reach),
}
