/** What members tells: ids and names of changed fields, never personal values. */
import { eventRef, List, Metadata, Text, Uuid } from '@guildhall/sdk'
import Type, { type Static, type TSchema } from 'typebox'

const memberId = Uuid()
const someId = '0198c5f0-3f6c-7cc0-8a51-5b2f5a3f7f10'
const otherId = '0198c5f0-3f6c-7cc0-8a51-5b2f5a3f7f11'
const OfMember = Type.Object({ memberId })
const Changed = Type.Object({ memberId, changed: List(Text(100), 200) })
const about = <S extends TSchema>(id: `members.${string}`, title: string, payload: S, example: Static<S>) =>
  eventRef({ id, version: 1, title, payload, example })

const Created = Type.Object({
  memberId,
  sendWelcome: Type.Boolean({ description: 'The new member is to be welcomed' }),
})
export const memberCreated = about('members.created', 'A member was added', Created, {
  memberId: someId,
  sendWelcome: false,
})
export const memberUpdated = about('members.updated', 'A member was changed', Changed, {
  memberId: someId,
  changed: ['phone'],
})
const Suspended = Type.Object({ memberId, notify: Type.Boolean({ description: 'The member is to be told' }) })
export const memberSuspended = about('members.suspended', 'A member was suspended', Suspended, {
  memberId: someId,
  notify: true,
})
export const memberReactivated = about('members.reactivated', 'A suspension ended', OfMember, { memberId: someId })
export const memberDeleted = about('members.deleted', 'A member was deleted', OfMember, { memberId: someId })
export const memberRestored = about('members.restored', 'A deleted member came back', OfMember, { memberId: someId })
const Merged = Type.Object({ memberId, mergedId: memberId, changed: List(Text(100), 200) })
export const memberMerged = about('members.merged', 'Two records became one', Merged, {
  memberId: someId,
  mergedId: otherId,
  changed: ['email'],
})
const Imported = Type.Object({
  planId: Uuid(),
  target: Text(60),
  counts: Metadata({ description: 'Rows by outcome: create, update, unchanged, conflict, error' }),
})
export const membersImported = about('members.imported', 'An import was applied', Imported, {
  planId: someId,
  target: 'members',
  counts: { create: 537, update: 0, unchanged: 0, conflict: 0, error: 0 },
})
const Registered = Type.Object({ registrationId: Uuid() })
export const memberRegistered = about('members.registered', 'Somebody asked to become a member', Registered, {
  registrationId: someId,
})
const RegistrationAccepted = Type.Object({ registrationId: Uuid(), memberId })
export const memberRegistrationAccepted = about(
  'members.registrationAccepted',
  'Staff accepted somebody who had asked to become a member',
  RegistrationAccepted,
  { registrationId: someId, memberId: otherId },
)
const Invited = Type.Object({ inviteId: Uuid() })
export const memberInvited = about('members.invited', 'Somebody was invited', Invited, { inviteId: otherId })
const InviteAccepted = Type.Object({ inviteId: Uuid(), memberId })
export const memberInviteAccepted = about('members.inviteAccepted', 'An invitation was accepted', InviteAccepted, {
  inviteId: otherId,
  memberId: someId,
})
const BulkApplied = Type.Object({
  operationId: Uuid(),
  operation: Text(60),
  changed: Type.Integer({ minimum: 0, description: 'Members that were changed' }),
})
export const membersBulkApplied = about('members.bulkApplied', 'A bulk operation was applied', BulkApplied, {
  operationId: someId,
  operation: 'suspend',
  changed: 12,
})

declare module '@guildhall/sdk' {
  interface EventRegistry {
    'members.created': Static<typeof Created>
    'members.updated': Static<typeof Changed>
    'members.suspended': Static<typeof Suspended>
    'members.reactivated': Static<typeof OfMember>
    'members.deleted': Static<typeof OfMember>
    'members.restored': Static<typeof OfMember>
    'members.merged': Static<typeof Merged>
    'members.imported': Static<typeof Imported>
    'members.registered': Static<typeof Registered>
    'members.registrationAccepted': Static<typeof RegistrationAccepted>
    'members.invited': Static<typeof Invited>
    'members.inviteAccepted': Static<typeof InviteAccepted>
    'members.bulkApplied': Static<typeof BulkApplied>
  }
}
