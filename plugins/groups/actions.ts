import { type Actions, Closed, DateOnly, List, type NothingDone, nothingDone, type Tx, Uuid } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import { deskOf, type GroupsContext, type GroupsPermission } from './context.ts'
import { Group, GroupInput, GroupPatch } from './group-schema.ts'
import { Seat, SeatInput, SeatPatch, UntilNext } from './seat-schema.ts'
import { listSeats } from './seats/seat-list.ts'
import { changeSeat, endSeat, giveMissingSeat, standingSeat } from './seats/seats.ts'
import { seenMember } from './seats/seen-member.ts'
import { listGroups } from './tree/group-list.ts'
import { addGroup, editGroup, reached } from './tree/group-routes.ts'
import { readGroup } from './tree/groups.ts'

const ListInput = Closed({
  below: Type.Optional(Uuid()),
  type: Type.Optional(Type.String({ maxLength: 60 })),
  search: Type.Optional(Type.String({ maxLength: 200 })),
  cursor: Type.Optional(Type.String({ maxLength: 4000 })),
})
const cursor = Type.Union([Type.String({ maxLength: 4000 }), Type.Null()])
const ListOutput = Type.Object({ items: List(Group, 200), nextCursor: cursor })
const OneGroup = Closed({ groupId: Uuid() })
const ChangeInput = Closed({ groupId: Uuid(), change: GroupPatch })
const MembersInput = Closed({
  groupId: Uuid(),
  below: Type.Optional(Type.Boolean()),
  role: Type.Optional(Type.String({ maxLength: 200 })),
  at: Type.Optional(DateOnly()),
  cursor: Type.Optional(Type.String({ maxLength: 4000 })),
})
const MembersOutput = Type.Object({ items: List(Seat, 200), nextCursor: cursor })
const AddInput = Closed({ groupId: Uuid(), ...SeatInput.properties, until: UntilNext })
const OneSeat = Closed({ groupId: Uuid(), seatId: Uuid() })
const SeatChange = Closed({ groupId: Uuid(), seatId: Uuid(), ...SeatPatch.properties })
const Done = Type.Object({ done: Type.Boolean() })

declare module '@guildhall/sdk' {
  interface ActionRegistry {
    'groups.list': { input: Static<typeof ListInput>; output: Static<typeof ListOutput> }
    'groups.get': { input: Static<typeof OneGroup>; output: Group }
    'groups.create': { input: GroupInput; output: Group }
    'groups.update': { input: Static<typeof ChangeInput>; output: Group }
    'groups.members': { input: Static<typeof MembersInput>; output: Static<typeof MembersOutput> }
    'groups.addMember': { input: Static<typeof AddInput>; output: Seat }
    'groups.changeSeat': { input: Static<typeof SeatChange>; output: Seat }
    'groups.removeMember': { input: Static<typeof OneSeat>; output: Static<typeof Done> }
  }
}

const give = (ctx: GroupsContext, tx: Tx, groupId: string) => reached(ctx, tx, 'groups.seats.write', groupId)

/** A change that left everything as it was counts as nothing done. */
const changed = <R extends { id: string; version: number }>(before: R, after: R): R | NothingDone<R> =>
  after.id === before.id && after.version === before.version ? nothingDone(after) : after

/** What bots may do with groups and seats. */
export function groupActions(a: Actions<GroupsContext, GroupsPermission>): void {
  a.action({
    id: 'groups.list',
    title: 'List groups',
    requires: 'groups.read',
    effect: 'read',
    input: ListInput,
    output: ListOutput,
    perRun: 100,
    async run(ctx, tx, query) {
      const { items, page } = await listGroups(ctx, tx, { ...query, limit: 200 })
      return { items, nextCursor: page.nextCursor }
    },
  })
  a.action({
    id: 'groups.get',
    title: 'Read a group',
    requires: 'groups.read',
    effect: 'read',
    input: OneGroup,
    output: Group,
    perRun: 500,
    async run(ctx, tx, { groupId }) {
      await reached(ctx, tx, 'groups.read', groupId)
      return readGroup(tx, groupId, await ctx.use.organization.today(tx))
    },
  })
  a.action({
    id: 'groups.create',
    title: 'Add a group',
    requires: 'groups.write',
    effect: 'write',
    input: GroupInput,
    output: Group,
    perRun: 50,
    run: addGroup,
  })
  a.action({
    id: 'groups.update',
    title: 'Change a group',
    requires: 'groups.write',
    effect: 'write',
    input: ChangeInput,
    output: Group,
    perRun: 100,
    async run(ctx, tx, { groupId, change }) {
      const before = await readGroup(tx, groupId, await ctx.use.organization.today(tx))
      return changed(before, await editGroup(ctx, tx, groupId, change, { ifMatch: null }))
    },
  })
  a.action({
    id: 'groups.members',
    title: 'List who sits in a group',
    requires: 'groups.seats.read',
    effect: 'read',
    input: MembersInput,
    output: MembersOutput,
    perRun: 100,
    async run(ctx, tx, { groupId, ...query }) {
      const group = await reached(ctx, tx, 'groups.seats.read', groupId)
      const { items, page } = await listSeats(ctx, tx, group, { ...query, limit: 200 })
      return { items, nextCursor: page.nextCursor }
    },
  })
  a.action({
    id: 'groups.addMember',
    title: 'Give a member a seat in a group',
    requires: 'groups.seats.write',
    effect: 'write',
    input: AddInput,
    output: Seat,
    perRun: 200,
    async run(ctx, tx, { groupId, memberId, ...rest }) {
      await give(ctx, tx, groupId)
      const input = { ...rest, memberId: await seenMember(ctx, tx, memberId) }
      return giveMissingSeat(tx, await deskOf(ctx, tx), groupId, input)
    },
  })
  a.action({
    id: 'groups.changeSeat',
    title: 'Change a seat',
    requires: 'groups.seats.write',
    effect: 'write',
    input: SeatChange,
    output: Seat,
    perRun: 200,
    async run(ctx, tx, { groupId, seatId, ...patch }) {
      await give(ctx, tx, groupId)
      const desk = await deskOf(ctx, tx)
      const before = await standingSeat(tx, desk, { groupId, seatId })
      return changed(before, await changeSeat(tx, desk, { groupId, seatId, patch, ifMatch: null }))
    },
  })
  a.action({
    id: 'groups.removeMember',
    title: 'End a seat',
    requires: 'groups.seats.write',
    effect: 'destructive',
    input: OneSeat,
    output: Done,
    perRun: 200,
    async run(ctx, tx, { groupId, seatId }) {
      await give(ctx, tx, groupId)
      const desk = await deskOf(ctx, tx)
      const { until } = await standingSeat(tx, desk, { groupId, seatId })
      if (until !== null && until < desk.today) return nothingDone({ done: false })
      await endSeat(tx, desk, { groupId, seatId, ifMatch: null })
      return { done: true }
    },
  })
}
