import { invalid, List, openEnd, Problem, problems, type Tx, Uuid } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import type { Caller, InvitationStep } from '#plugins/members/refs.ts'
import { deskOfCaller } from '../context.ts'
import { plainMember, RoleTypes } from '../seats/role-types.ts'
import { selectSeats } from '../seats/seat-sql.ts'
import { giveSeats } from '../seats/seats.ts'

interface Named {
  id: string
  name: string
  path: string
  type: string | null
}
const named = (tx: Tx, ids: unknown): Promise<Named[]> =>
  tx.query<Named & Record<string, unknown>>(
    'SELECT id, name, path, type FROM core."group" WHERE tenant_id = $1 AND id = ANY($2::uuid[]) ORDER BY path',
    [tx.tenantId, ids],
  )

/** A level may give its plain members permissions: nobody invites to what he does not hold there. */
async function requirePlainSeat(tx: Tx, group: Named, types: RoleTypes, caller: Caller): Promise<void> {
  if (!caller.may('groups.seats.write', { paths: [group.path] }))
    throw new Problem(problems.forbidden, {
      detail: `To invite into "${group.name}" you need the permission groups.seats.write there.`,
    })
  const { permissions, extent } = types.named(group.type, plainMember.key)
  if (permissions.length > 0) await caller.access.requireHeld(tx, { permissions, path: group.path, extent })
}

/** `groupIds` of an invitation: a plain seat in each from the day it is accepted. */
export const groupsInvitation: InvitationStep = {
  key: 'groupIds',
  schema: List(Uuid(), 20, {
    description: 'Groups the new member sits in from the day of acceptance',
    uniqueItems: true,
  }),
  async validate(tx, value, caller) {
    const ids = value as readonly string[]
    const groups = await named(tx, ids)
    const types = await RoleTypes.read(tx, caller.tree)
    for (const [i, id] of ids.entries()) {
      const group = groups.find((one) => one.id === id.toLowerCase())
      if (!group) throw invalid(`/groupIds/${i}`, 'is not a group of this organisation')
      await requirePlainSeat(tx, group, types, caller)
    }
  },
  async describe(tx, value) {
    const groups = await named(tx, value)
    return groups.length === 0 ? null : groups.map(({ name }) => name).join(', ')
  },
  async apply(tx, value, { memberId, caller }) {
    // A group that is gone by now takes nobody; whoever was there already stays.
    const groups = await named(tx, value)
    const desk = await deskOfCaller(caller, tx)
    const sitting = await selectSeats(tx, 's.member_id = $2 AND s.role = $3 AND s.ends_before > $4::date', [
      memberId,
      plainMember.key,
      desk.today,
    ])
    const free = groups.filter(({ id }) => !sitting.some(({ group_id }) => group_id === id))
    const types = await RoleTypes.read(tx, desk.tree)
    await giveSeats(
      tx,
      desk,
      free.map((group) => {
        const role = types.named(group.type, plainMember.key)
        const span = { from: desk.today, before: openEnd }
        const seat = { id: uuidv7(), groupId: group.id, memberId, role: role.key, ...span, rank: null, metadata: {} }
        return { group, role, seat }
      }),
    )
  },
}
