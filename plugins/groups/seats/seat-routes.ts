import { DateOnly, listQuery, Page, problems, type Router, type Tx, Uuid } from '@guildhall/sdk'
import Type from 'typebox'
import { sheetParameters, sheetTypes } from '#plugins/members/refs.ts'
import { deskOf, type GroupsContext, type GroupsPermission } from '../context.ts'
import { Seat, SeatInput, SeatPatch } from '../seat-schema.ts'
import { RoleTypes } from './role-types.ts'
import { exportSeats } from './seat-export.ts'
import { listSeats, seatListing } from './seat-list.ts'
import { changeSeat, endSeat, giveSeat, readSeat } from './seats.ts'
import { seenMember } from './seen-member.ts'

const Params = Type.Object({ id: Uuid() })
const SeatParams = Type.Object({ id: Uuid(), seatId: Uuid() })
const tags = ['Groups']

const { limit: _, cursor: __, total: ___, history: ____, at: _____, ...filters } = listQuery(seatListing).properties
const ExportQuery = Type.Object(
  {
    ...filters,
    ...sheetParameters,
    groupId: Type.Optional(Uuid({ description: 'Of this group; default: of all' })),
    at: Type.Optional(DateOnly({ description: 'Who sat on this day; default: all seats there ever were' })),
  },
  { additionalProperties: false },
)

export function seatRoutes(r: Router<GroupsContext, GroupsPermission>): void {
  const at = async (ctx: GroupsContext, tx: Tx, permission: GroupsPermission, groupId: string) => {
    const group = await ctx.use.tree.node(tx, groupId)
    await ctx.require(permission, { paths: [group.path], readable: 'groups.read' })
    return group
  }
  r.route({
    method: 'GET',
    url: '/groups/:id/members',
    access: { requires: 'groups.seats.read' },
    summary: 'List who sits in a group',
    description: 'Today, unless `at` or `history` asks otherwise; with `below` also in the groups below.',
    tags,
    schema: { params: Params, query: listQuery(seatListing), response: Page(Seat) },
    handler: (ctx, { params, query }) =>
      ctx.transaction(async (tx) => listSeats(ctx, tx, await at(ctx, tx, 'groups.seats.read', params.id), query)),
  })
  r.download({
    url: '/groups/members/export',
    access: { requires: 'groups.seats.export' },
    summary: 'Export who sits where as CSV, XLSX or NDJSON',
    description:
      'A table written here is read back by an import into `group-members`, which finds every row unchanged.',
    tags,
    produces: sheetTypes,
    schema: { query: ExportQuery },
    handler: (ctx, { query }) => exportSeats(ctx, query),
  })
  r.route({
    method: 'POST',
    url: '/groups/:id/members',
    access: { requires: 'groups.seats.write' },
    summary: 'Give a member a seat in a group',
    description: 'Nobody gives a role with permissions that he does not hold there himself.',
    tags,
    problems: [problems.conflict],
    schema: { params: Params, body: SeatInput, response: Seat },
    status: 201,
    handler: (ctx, { params, body }) =>
      ctx.transaction(async (tx) => {
        await at(ctx, tx, 'groups.seats.write', params.id)
        const memberId = await seenMember(ctx, tx, body.memberId)
        return giveSeat(tx, await deskOf(ctx, tx), params.id, { ...body, memberId })
      }),
  })
  r.route({
    method: 'GET',
    url: '/groups/:id/members/:seatId',
    access: { requires: 'groups.seats.read' },
    summary: 'Show a seat',
    tags,
    schema: { params: SeatParams, response: Seat },
    handler: (ctx, { params }) =>
      ctx.read(async (tx) => {
        await at(ctx, tx, 'groups.seats.read', params.id)
        return readSeat(tx, await RoleTypes.read(tx, ctx.use.tree), params.seatId, params.id)
      }),
  })
  r.route({
    method: 'PATCH',
    url: '/groups/:id/members/:seatId',
    access: { requires: 'groups.seats.write' },
    summary: 'Change a seat',
    description: 'Another role begins a new seat today; the old one becomes history. The answer is the seat that runs.',
    tags,
    problems: [problems.conflict, problems.preconditionFailed],
    schema: { params: SeatParams, body: SeatPatch, response: Seat },
    handler: (ctx, { params, body, facts }) =>
      ctx.transaction(async (tx) => {
        await at(ctx, tx, 'groups.seats.write', params.id)
        return changeSeat(tx, await deskOf(ctx, tx), {
          groupId: params.id,
          seatId: params.seatId,
          patch: body,
          ifMatch: facts.ifMatch,
        })
      }),
  })
  r.route({
    method: 'DELETE',
    url: '/groups/:id/members/:seatId',
    access: { requires: 'groups.seats.write' },
    summary: 'End a seat',
    description: 'Yesterday was its last day. One younger than a day was a slip and is taken back without history.',
    tags,
    problems: [problems.conflict, problems.preconditionFailed],
    schema: { params: SeatParams, response: Type.Null() },
    status: 204,
    handler: (ctx, { params, facts }) =>
      ctx.transaction(async (tx) => {
        await at(ctx, tx, 'groups.seats.write', params.id)
        await endSeat(tx, await deskOf(ctx, tx), { groupId: params.id, seatId: params.seatId, ifMatch: facts.ifMatch })
        return null
      }),
  })
}
