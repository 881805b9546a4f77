import {
  DateOnly,
  endBefore,
  invalid,
  Nullable,
  openEnd,
  Problem,
  problems,
  startOn,
  Text,
  type Tx,
  Uuid,
} from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import { v7 as uuidv7 } from 'uuid'
import type { Caller, MemberBulkOperation } from '#plugins/members/refs.ts'
import { type Desk, deskOfCaller } from '../context.ts'
import { RoleTypes } from '../seats/role-types.ts'
import { mostHolders, selectSeats } from '../seats/seat-sql.ts'
import { giveSeats } from '../seats/seats.ts'

const Parameters = Type.Object(
  {
    groupId: Uuid(),
    role: Type.Optional(Text(60, { description: 'Key or title of a role the group offers; default: member' })),
    from: Type.Optional(Nullable(DateOnly({ description: 'First day; default: today' }))),
    until: Type.Optional(Nullable(DateOnly({ description: 'Last day; default: open-ended' }))),
  },
  { additionalProperties: false },
)
type Parameters = Static<typeof Parameters>

async function wantedSeat(tx: Tx, desk: Desk, caller: Caller, given: Parameters) {
  const group = await desk.tree.node(tx, given.groupId).catch(() => {
    throw invalid('/parameters/groupId', 'is not a group of this organisation')
  })
  if (!caller.may('groups.seats.write', { paths: [group.path] }))
    throw new Problem(problems.forbidden, {
      detail: `To give seats in "${group.name}" you need the permission groups.seats.write there.`,
    })
  const role = (await RoleTypes.read(tx, desk.tree)).named(group.type, given.role)
  const from = given.from === undefined ? desk.today : startOn(given.from)
  const before = given.until === undefined ? openEnd : endBefore(given.until)
  if (before <= from) throw invalid('/parameters/until', `must be ${from} or later`)
  return { group, role, from, before }
}

/** The bulk operation `addToGroup`. */
export const addToGroup: MemberBulkOperation = {
  operation: 'addToGroup',
  title: 'Give members a seat in a group',
  permission: 'groups.seats.write',
  asksItself: true,
  parameters: Parameters,
  async plan(tx, ids, given, caller) {
    const desk = await deskOfCaller(caller, tx)
    const { group, role, from, before } = await wantedSeat(tx, desk, caller, given as Parameters)
    const sitting = await selectSeats(
      tx,
      's.group_id = $2 AND s.role = $3 AND s.member_id = ANY($4::uuid[]) AND s.starts_on < $5::date AND s.ends_before > $6::date',
      [group.id, role.key, ids, before, from],
    )
    const there = new Set(sitting.map(({ member_id }) => member_id))
    let free =
      role.maxHolders === undefined
        ? Number.POSITIVE_INFINITY
        : role.maxHolders - (await mostHolders(tx, { groupId: group.id, role: role.key, from, before }))
    return ids.map((id) => {
      if (there.has(id)) return { id, outcome: 'unchanged' as const }
      if (--free < 0)
        return {
          id,
          outcome: 'conflict' as const,
          reason: `${role.title} is held by at most ${role.maxHolders} at a time.`,
        }
      return { id, outcome: 'change' as const }
    })
  },
  async apply(tx, ids, given, caller) {
    const desk = await deskOfCaller(caller, tx)
    const { group, role, from, before } = await wantedSeat(tx, desk, caller, given as Parameters)
    await giveSeats(
      tx,
      desk,
      ids.map((memberId) => ({
        group,
        role,
        seat: { id: uuidv7(), groupId: group.id, memberId, role: role.key, from, before, rank: null, metadata: {} },
      })),
    )
  },
}
