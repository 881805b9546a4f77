import { invalid, List, openEnd, organizationToday, Problem, problems, type Tx, Uuid } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import type { InvitationStep } from '#plugins/members/refs.ts'
import { plainMember } from '../seats/role-types.ts'
import { insertSeats, selectSeats } from '../seats/seat-sql.ts'

interface Named {
  id: string
  name: string
  path: string
}
const named = (tx: Tx, ids: unknown): Promise<Named[]> =>
  tx.query<Named & Record<string, unknown>>(
    'SELECT id, name, path FROM core."group" WHERE tenant_id = $1 AND id = ANY($2::uuid[]) ORDER BY path',
    [tx.tenantId, ids],
  )

/** `groupIds` of an invitation: a plain seat in each from the day it is accepted. Plain seats carry no rights. */
export const groupsInvitation: InvitationStep = {
  key: 'groupIds',
  schema: List(Uuid(), 20, {
    description: 'Groups the new member sits in from the day of acceptance',
    uniqueItems: true,
  }),
  async validate(tx, value, caller) {
    const ids = value as readonly string[]
    const groups = await named(tx, ids)
    for (const [i, id] of ids.entries()) {
      const group = groups.find((one) => one.id === id.toLowerCase())
      if (!group) throw invalid(`/groupIds/${i}`, 'is not a group of this organisation')
      if (!caller.may('groups.seats.write', { paths: [group.path] }))
        throw new Problem(problems.forbidden, {
          detail: `To invite into "${group.name}" you need the permission groups.seats.write there.`,
        })
    }
  },
  async describe(tx, value) {
    const groups = await named(tx, value)
    return groups.length === 0 ? null : groups.map(({ name }) => name).join(', ')
  },
  async apply(tx, value, { memberId }) {
    // A group that is gone by now takes nobody; whoever was there already stays.
    const groups = await named(tx, value)
    const today = await organizationToday(tx)
    const sitting = await selectSeats(tx, 's.member_id = $2 AND s.role = $3 AND s.ends_before > $4::date', [
      memberId,
      plainMember.key,
      today,
    ])
    const free = groups.filter(({ id }) => !sitting.some(({ group_id }) => group_id === id))
    await insertSeats(
      tx,
      free.map(({ id }) => ({
        id: uuidv7(),
        groupId: id,
        memberId,
        role: plainMember.key,
        from: today,
        before: openEnd,
        rank: null,
        metadata: {},
      })),
    )
  },
}
