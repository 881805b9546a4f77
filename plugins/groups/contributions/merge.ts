import { type Span, uncovered } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import type { MemberMerge } from '#plugins/members/refs.ts'
import { deleteSeats, insertSeats, seatsOfMembers } from '../seats/seat-sql.ts'

const spanOf = ({ from, before }: Span): Span => ({ from, before })

/** Two records of one person: days on which both sit in one group with one role count once, all others move over. */
export const seatsMerge: MemberMerge = {
  id: 'groups.seats',
  async move(tx, { winnerId, loserId }) {
    const staying = await seatsOfMembers(tx, [winnerId])
    const moving = await seatsOfMembers(tx, [loserId])
    await deleteSeats(
      tx,
      moving.map(({ id }) => id),
    )
    await insertSeats(
      tx,
      moving.flatMap((seat) => {
        const taken = staying.filter(({ groupId, role }) => groupId === seat.groupId && role === seat.role)
        return uncovered(spanOf(seat), taken).map((span, part) => ({
          ...seat,
          ...span,
          id: part === 0 ? seat.id : uuidv7(),
          memberId: winnerId,
        }))
      }),
    )
    tx.accessChanged()
    return { seats: moving.length }
  },
}
