import { type Span, uncovered } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import type { MemberMerge } from '#plugins/members/refs.ts'
import { deleteSeats, insertSeats, moveSeats, seatsOfMembers } from '../seats/seat-sql.ts'

const spanOf = ({ from, before }: Span): Span => ({ from, before })

/** Two records of one person: days on which both sit in one group with one role count once, all others move over. */
export const seatsMerge: MemberMerge = {
  id: 'groups.seats',
  async move(tx, { winnerId, loserId }) {
    const staying = await seatsOfMembers(tx, [winnerId])
    const moving = await seatsOfMembers(tx, [loserId])
    const parts = moving.map((seat) => {
      const taken = staying.filter(({ groupId, role }) => groupId === seat.groupId && role === seat.role)
      return { seat, spans: uncovered(spanOf(seat), taken) }
    })
    await deleteSeats(
      tx,
      parts.flatMap(({ seat, spans }) => (spans.length === 0 ? [seat.id] : [])),
    )
    // The row itself goes over: a seat that is written anew would pass for one that was given a moment ago by mistake.
    await moveSeats(
      tx,
      winnerId,
      parts.flatMap(({ seat, spans }) => spans.slice(-1).map((span) => ({ ...span, id: seat.id }))),
    )
    await insertSeats(
      tx,
      parts.flatMap(({ seat, spans }) =>
        spans.slice(0, -1).map((span) => ({ ...seat, ...span, id: uuidv7(), memberId: winnerId })),
      ),
    )
    tx.accessChanged()
    return { seats: moving.length }
  },
}
