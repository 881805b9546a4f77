/** What other plugins may import of groups: the service and the events. Types and ids only. */
import { eventRef, type RoleType, serviceRef, type Tx, Uuid } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import type { Group, GroupInput } from './group-schema.ts'
import type { Seat, SeatInput } from './seat-schema.ts'

export { Group, GroupInput } from './group-schema.ts'
export { Seat, SeatInput } from './seat-schema.ts'

/** Acts for the actor of its context. It asks no row permission but one: nobody gives a seat with rights he lacks there. */
export interface GroupsService {
  /** @throws Problem 404 */
  group(tx: Tx, id: string): Promise<Group>
  /** @throws Problem 400 for a level that does not fit, 409 when the external id is taken */
  createGroup(tx: Tx, input: GroupInput): Promise<Group>
  /** Role types a group offers: those of its level, the organisation's functions, and `member`. */
  rolesOf(tx: Tx, groupId: string): Promise<readonly RoleType[]>
  /** @throws Problem 400 for an unknown role or member, 403, 409 when the seat is taken */
  giveSeat(tx: Tx, groupId: string, input: SeatInput): Promise<Seat>
  /** Seats of a day by member. */
  seatsOn(tx: Tx, memberIds: readonly string[], day: string): Promise<ReadonlyMap<string, readonly HeldSeat[]>>
}
export interface HeldSeat {
  readonly id: string
  readonly groupId: string
  readonly groupName: string
  readonly groupType: string | null
  readonly role: string
  readonly roleTitle: string
  readonly from: string | null
  /** Last day; null: open-ended. */
  readonly until: string | null
}
export const groupsService = serviceRef<GroupsService>({ id: 'groups.service', scope: 'tenant' })

const groupId = '0198c5f0-3f6c-7cc0-8a51-5b2f5a3f7f10'
const OfGroup = Type.Object({ groupId: Uuid() })
const aboutGroup = (id: `groups.${string}`, title: string) =>
  eventRef({ id, version: 1, title, payload: OfGroup, example: { groupId } })
export const groupCreated = aboutGroup('groups.created', 'A group was added')
export const groupDeleted = aboutGroup('groups.deleted', 'A group was deleted')

const Updated = Type.Object({ groupId: Uuid(), changed: Type.Array(Type.String({ maxLength: 60 }), { maxItems: 50 }) })
export const groupUpdated = eventRef({
  id: 'groups.updated',
  version: 1,
  title: 'A group was changed',
  payload: Updated,
  example: { groupId, changed: ['description'] },
})
const Moved = Type.Object({ groupId: Uuid(), fromId: Uuid(), toId: Uuid() })
export const groupMoved = eventRef({
  id: 'groups.moved',
  version: 1,
  title: 'A group was moved with all below it',
  payload: Moved,
  example: { groupId, fromId: groupId, toId: groupId },
})
const OfSeat = Type.Object({ seatId: Uuid(), groupId: Uuid(), memberId: Uuid(), role: Type.String({ maxLength: 60 }) })
const aboutSeat = (id: `groups.${string}`, title: string) =>
  eventRef({
    id,
    version: 1,
    title,
    payload: OfSeat,
    example: { seatId: groupId, groupId, memberId: groupId, role: 'member' },
  })
export const seatGiven = aboutSeat('groups.memberAdded', 'A member got a seat in a group')
export const seatEnded = aboutSeat('groups.memberRemoved', 'A seat was given an end, or taken back')
export const seatRoleChanged = aboutSeat('groups.roleChanged', 'A member got another role in a group')

declare module '@guildhall/sdk' {
  interface EventRegistry {
    'groups.created': Static<typeof OfGroup>
    'groups.updated': Static<typeof Updated>
    'groups.moved': Static<typeof Moved>
    'groups.deleted': Static<typeof OfGroup>
    'groups.memberAdded': Static<typeof OfSeat>
    'groups.memberRemoved': Static<typeof OfSeat>
    'groups.roleChanged': Static<typeof OfSeat>
  }
}
