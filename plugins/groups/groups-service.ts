import { deskOf, type GroupsContext } from './context.ts'
import type { GroupsService } from './refs.ts'
import { heldSeats } from './seats/held-seats.ts'
import { RoleTypes } from './seats/role-types.ts'
import { giveSeat } from './seats/seats.ts'
import { createGroup, readGroup } from './tree/groups.ts'

/** What other plugins may ask of groups, as the actor of their context. */
export const groupsServiceFor = (ctx: GroupsContext): GroupsService => ({
  group: async (tx, id) => readGroup(tx, id, await ctx.use.organization.today(tx)),
  createGroup: async (tx, input) => createGroup(tx, await deskOf(ctx, tx), input),
  rolesOf: async (tx, groupId) => {
    const { type } = await ctx.use.tree.node(tx, groupId)
    return (await RoleTypes.read(tx, ctx.use.tree)).of(type)
  },
  giveSeat: async (tx, groupId, input) => giveSeat(tx, await deskOf(ctx, tx), groupId, input),
  seatsOn: (tx, memberIds, day) => heldSeats(tx, memberIds, day),
})
