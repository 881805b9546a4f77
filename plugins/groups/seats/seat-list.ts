import {
  type Bind,
  DateOnly,
  defineListing,
  type GroupNode,
  type PageOf,
  parseListQuery,
  reachSql,
  readPage,
  Text,
  type Tx,
} from '@guildhall/sdk'
import Type from 'typebox'
import type { GroupsContext } from '../context.ts'
import type { Seat } from '../seat-schema.ts'
import { RoleTypes } from './role-types.ts'
import { type SeatRow, seatColumns, seatOf, seatTables } from './seat-sql.ts'

export const seatListing = defineListing({
  id: 'groups.seats',
  tenantColumn: 's.tenant_id',
  idColumn: 's.id',
  defaultSort: 'name',
  fields: {
    memberId: { column: 's.member_id', type: 'uuid', description: 'The member' },
    type: { column: 'g.type', type: 'text', description: 'Key of the level of the group', nullable: true },
  },
  sorts: {
    name: { column: 'm.display_name_key', type: 'text', leads: true },
    lastName: { column: 'm.last_name_key', type: 'text', leads: true },
    from: { column: 's.starts_on', type: 'date', leads: true },
    until: { column: 's.ends_before', type: 'date', leads: true },
    rank: { column: 's.rank', type: 'integer', nullable: true },
  },
  parameters: {
    below: Type.Optional(Type.Boolean({ description: 'Also the groups below, as far as you may see who sits there' })),
    role: Type.Optional(Text(200, { description: 'Key or title of a role; several separated by commas' })),
    at: Type.Optional(DateOnly({ description: 'Who sat on this day; default: today' })),
    history: Type.Optional(Type.Boolean({ description: 'All seats ever, instead of those of a day' })),
  },
})

export type SeatQuery = Readonly<Record<string, unknown>> & { below?: boolean; role?: string }

/** Seats of a group, those below included when asked for. The caller has asked whether the group may be seen. */
export async function listSeats(
  ctx: GroupsContext,
  tx: Tx,
  group: GroupNode,
  { history, at, ...query }: SeatQuery & { at?: string; history?: boolean },
): Promise<PageOf<Seat>> {
  const types = await RoleTypes.read(tx, ctx.use.tree)
  const day = history ? null : (at ?? (await ctx.use.organization.today(tx)))
  return readPage<SeatRow, Seat>(tx, seatListing, parseListQuery(seatListing, { ...query, at, history }), {
    select: seatColumns,
    from: seatTables,
    tenantId: tx.tenantId,
    where: (bind) => seatConditions(ctx, query, { types, group, day, bind }),
    of: (row) => seatOf(row, types),
  })
}

/** What of the query is no field, and where the actor may see who sits. `day` null: all seats ever. */
export function seatConditions(
  ctx: GroupsContext,
  query: SeatQuery,
  { types, group, day, bind }: { types: RoleTypes; group: GroupNode | null; day: string | null; bind: Bind },
): string[] {
  const roles = query.role?.split(',').flatMap((name) => types.everywhere(name.trim()))
  return [
    ...(group === null ? [] : [groupCondition(group, query.below === true, bind)]),
    reachSql(ctx.reach('groups.seats.read'), { pathColumn: 'g.path', bind }),
    ...(day === null ? [] : [`s.starts_on <= ${bind(day)}::date AND s.ends_before > ${bind(day)}::date`]),
    ...(roles === undefined ? [] : [`s.role = ANY(${bind(roles)}::text[])`]),
  ]
}

const groupCondition = (group: GroupNode, below: boolean, bind: Bind): string =>
  below
    ? `g.path >= ${bind(group.path)}::text COLLATE "C" AND g.path < ${bind(`${group.path}~`)}::text COLLATE "C"`
    : `s.group_id = ${bind(group.id)}::uuid`
