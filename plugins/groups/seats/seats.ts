import { isDeepStrictEqual } from 'node:util'
import {
  endBefore,
  firstDay,
  invalid,
  lastDay,
  type NothingDone,
  nothingDone,
  Problem,
  problems,
  type RoleType,
  requireVersion,
  startOn,
  type Tx,
} from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import type { Desk } from '../context.ts'
import { seatEnded, seatGiven, seatRoleChanged } from '../refs.ts'
import type { Seat, SeatInput, SeatPatch } from '../seat-schema.ts'
import { RoleTypes } from './role-types.ts'
import { byTheRules, type Ruled } from './seat-rules.ts'
import {
  deleteSeats,
  insertSeats,
  lockGroups,
  type NewSeat,
  type SeatRow,
  seatOf,
  selectSeats,
  updateSeat,
} from './seat-sql.ts'

/** A seat younger than this that goes is a slip of the hand and leaves no history. */
const slipMs = 24 * 60 * 60 * 1000

/** @throws Problem 400, 403 when the role carries rights that the actor lacks there, 409 when the seat is taken */
export async function giveSeat(tx: Tx, desk: Desk, groupId: string, input: SeatInput): Promise<Seat> {
  const group = await desk.tree.node(tx, groupId)
  const types = await RoleTypes.read(tx, desk.tree)
  const role = types.named(group.type, input.role)
  const { from, before } = daysOf(input, desk.today)
  const seat: NewSeat = {
    id: uuidv7(),
    groupId,
    memberId: input.memberId,
    role: role.key,
    from,
    before,
    rank: input.rank ?? null,
    metadata: input.metadata ?? {},
  }
  await giveSeats(tx, desk, [{ seat, group, role }])
  return readSeat(tx, types, seat.id)
}

/** @throws Problem 400 when nothing lies between them */
function daysOf(input: SeatInput, today: string): { readonly from: string; readonly before: string } {
  const from = input.from === undefined ? today : startOn(input.from)
  const before = endBefore(input.until ?? null)
  if (before <= from) throw invalid('/until', `must be ${from} or later`)
  return { from, before }
}

/**
 * As `giveSeat`, for whoever does not look first: where a seat gives all of it already, nothing is done. Without days
 * it begins today and goes up to the member's next seat of that role. The group is locked: of bots that give one at the same time, the second
 * finds it.
 * @throws Problem as `giveSeat`
 */
export async function giveMissingSeat(
  tx: Tx,
  desk: Desk,
  groupId: string,
  input: SeatInput,
): Promise<Seat | NothingDone<Seat>> {
  const group = await desk.tree.node(tx, groupId)
  const types = await RoleTypes.read(tx, desk.tree)
  const role = types.named(group.type, input.role)
  const { from, before: end } = daysOf(input, desk.today)
  await lockGroups(tx, [groupId])
  const held = await selectSeats(
    tx,
    's.group_id = $2 AND s.member_id = $3 AND s.role = $4 AND s.ends_before > $5 ORDER BY s.starts_on',
    [groupId, input.memberId, role.key, from],
  )
  const dated = input.from !== undefined || input.until !== undefined
  const next = dated ? undefined : held.find(({ starts_on }) => starts_on > from)
  const before = next?.starts_on ?? end
  const there = held.find((seat) => seat.starts_on <= from && seat.ends_before >= before && holds(seat, input))
  if (there) return nothingDone(seatOf(there, types))
  return giveSeat(tx, desk, groupId, next ? { ...input, until: lastDay(before) } : input)
}

/** Whether a seat says what was asked beside its days and its role; what was left out is as it may be. */
const holds = (seat: SeatRow, { rank, metadata }: Pick<SeatInput, 'rank' | 'metadata'>): boolean =>
  (rank === undefined || rank === seat.rank) && (metadata === undefined || isDeepStrictEqual(metadata, seat.metadata))

export interface Giving {
  readonly seat: NewSeat
  readonly group: Ruled['group']
  readonly role: RoleType
}

/**
 * The one way in which seats are given, one or many: what is refused, raised and written down is the same whoever asks.
 * @throws as `giveSeat`
 */
export async function giveSeats(
  tx: Tx,
  desk: Pick<Desk, 'access' | 'members' | 'today'>,
  givings: readonly Giving[],
): Promise<void> {
  if (givings.length === 0) return
  await byTheRules(
    tx,
    desk,
    givings.map(({ seat, group, role }) => ({ to: seat, group, role })),
    () =>
      insertSeats(
        tx,
        givings.map(({ seat }) => seat),
      ),
  )
  if (givings.some(({ role }) => role.permissions.length > 0)) tx.accessChanged()
  for (const { seat } of givings) {
    // A register has a past: who left the group years ago is not added today.
    if (seat.before > desk.today) await tx.emit(seatGiven, namesOf(seat))
    await tx.audit({
      action: 'groups.seat-given',
      target: { type: 'seat', id: seat.id },
      meta: { groupId: seat.groupId, role: seat.role },
    })
  }
  await desk.members.logActivity(
    tx,
    givings.map(({ seat }) => logged('seatGiven', seat)),
  )
}

type Named = Pick<NewSeat, 'id' | 'groupId' | 'memberId' | 'role'>
type Ending = Named & Pick<NewSeat, 'before'>
const namesOf = ({ id, groupId, memberId, role }: Named) => ({ seatId: id, groupId, memberId, role })
const logged = (kind: string, { memberId, groupId, role }: Named) => ({ memberId, kind, detail: { groupId, role } })

/**
 * Changes a seat; what stands so already leaves it as it is. Another role from today on is a new seat, and the old one
 * becomes history; on a seat younger than a day it corrects what was written.
 * @throws Problem 400, 403, 404, 409, 412
 */
export async function changeSeat(
  tx: Tx,
  desk: Desk,
  o: { groupId: string; seatId: string; patch: SeatPatch; ifMatch: readonly number[] | null },
): Promise<Seat> {
  const types = await RoleTypes.read(tx, desk.tree)
  const before = await seatRow(tx, o.groupId, o.seatId)
  requireVersion(o, before.version)
  const group = await desk.tree.node(tx, o.groupId)
  const role = o.patch.role === undefined ? null : types.named(group.type, o.patch.role)
  const to = {
    role: role?.key ?? before.role,
    from: o.patch.from === undefined ? before.starts_on : startOn(o.patch.from),
    before: o.patch.until === undefined ? before.ends_before : endBefore(o.patch.until),
    rank: o.patch.rank === undefined ? before.rank : o.patch.rank,
    metadata: o.patch.metadata ?? before.metadata,
  }
  const changesRole = role !== null && role.key !== before.role
  if (!changesRole && to.from === before.starts_on && to.before === before.ends_before && holds(before, o.patch))
    return seatOf(before, types)
  if (changesRole && o.patch.from === undefined && leavesHistory(tx, before, desk)) to.from = desk.today
  // From its first day on, or an earlier one, nothing of the old seat is left: then it was written wrongly.
  const historic = changesRole && leavesHistory(tx, before, desk) && to.from > before.starts_on
  if (to.before <= to.from) throw invalid('/until', `must be ${firstDay(to.from) ?? 'a day'} or later`)

  const standing = role ?? types.find(group.type, before.role)
  const id = historic ? uuidv7() : before.id
  const changes = { group, role: standing, to, changed: Object.keys(o.patch) }
  if (historic) {
    const end = to.from < before.ends_before ? to.from : before.ends_before
    await updateSeat(tx, before.id, { ...before, from: before.starts_on, before: end })
    const seat = { ...to, id, groupId: group.id, memberId: before.member_id }
    await writing(tx, desk, [{ ...changes, id }], () => insertSeats(tx, [seat]))
  } else await rewriteSeats(tx, desk, [{ ...changes, id }])
  if (changesRole) {
    const seat = { id, groupId: group.id, memberId: before.member_id, role: to.role }
    await tx.emit(seatRoleChanged, namesOf(seat))
    await desk.members.logActivity(tx, [logged('seatRoleChanged', seat)])
  }
  return readSeat(tx, types, id)
}

/** What a seat becomes. */
export interface Rewriting extends Ruled {
  readonly id: string
  readonly to: Ruled['to'] & Pick<NewSeat, 'role' | 'rank' | 'metadata'>
  readonly changed: readonly string[]
}

/** Seats become others in their places: the rules of giving hold for what they become. @throws as `giveSeat` */
export const rewriteSeats = (tx: Tx, desk: Pick<Desk, 'access'>, rewritings: readonly Rewriting[]): Promise<void> =>
  writing(tx, desk, rewritings, async () => {
    for (const { id, to } of rewritings) await updateSeat(tx, id, to)
  })

async function writing(
  tx: Tx,
  desk: Pick<Desk, 'access'>,
  rewritings: readonly Rewriting[],
  write: () => Promise<unknown>,
): Promise<void> {
  if (rewritings.length === 0) return
  await byTheRules(tx, desk, rewritings, write)
  tx.accessChanged()
  for (const { id, changed } of rewritings)
    await tx.audit({ action: 'groups.seat-changed', target: { type: 'seat', id }, changed })
}

/** Ends a seat with yesterday, or takes it back when it is younger than a day. @throws Problem 404, 409 when it has ended, 412 */
export async function endSeat(
  tx: Tx,
  desk: Desk,
  o: { groupId: string; seatId: string; ifMatch: readonly number[] | null },
): Promise<void> {
  const seat = await seatRow(tx, o.groupId, o.seatId)
  requireVersion(o, seat.version)
  const names = {
    id: seat.id,
    groupId: seat.group_id,
    memberId: seat.member_id,
    role: seat.role,
    before: seat.ends_before,
  }
  if (isSlip(tx, seat) || seat.starts_on >= desk.today) {
    await takeBackSeats(tx, desk, [names])
    return
  }
  if (seat.ends_before <= desk.today) throw new Problem(problems.conflict, { detail: 'The seat has ended already.' })
  await updateSeat(tx, seat.id, { ...seat, from: seat.starts_on, before: desk.today })
  await tellEnded(tx, desk, [names])
}

/** Seats that leave no history. */
export async function takeBackSeats(
  tx: Tx,
  desk: Pick<Desk, 'members' | 'today'>,
  seats: readonly Ending[],
): Promise<void> {
  if (seats.length === 0) return
  await deleteSeats(
    tx,
    seats.map(({ id }) => id),
  )
  await tellEnded(tx, desk, seats)
}

async function tellEnded(tx: Tx, desk: Pick<Desk, 'members' | 'today'>, seats: readonly Ending[]): Promise<void> {
  tx.accessChanged()
  for (const seat of seats) {
    // Who left the group years ago does not leave it today, as he was not added to it.
    if (seat.before > desk.today) await tx.emit(seatEnded, namesOf(seat))
    await tx.audit({
      action: 'groups.seat-ended',
      target: { type: 'seat', id: seat.id },
      meta: { groupId: seat.groupId },
    })
  }
  await desk.members.logActivity(
    tx,
    seats.map((seat) => logged('seatEnded', seat)),
  )
}

const leavesHistory = (tx: Tx, seat: SeatRow, { today }: Pick<Desk, 'today'>): boolean =>
  !isSlip(tx, seat) && seat.starts_on < today && seat.ends_before > today
const isSlip = (tx: Tx, seat: SeatRow): boolean => tx.now().getTime() - seat.created_at.getTime() < slipMs

async function seatRow(tx: Tx, groupId: string, seatId: string): Promise<SeatRow> {
  const [row] = await selectSeats(tx, 's.id = $2 AND s.group_id = $3 FOR UPDATE OF s', [seatId, groupId])
  if (!row) throw new Problem(problems.notFound, { detail: 'There is no such seat in this group.' })
  return row
}

/** @param groupId where it has to stand; default: anywhere @throws Problem 404 */
export async function readSeat(tx: Tx, types: RoleTypes, id: string, groupId: string | null = null): Promise<Seat> {
  const [row] = await selectSeats(tx, 's.id = $2 AND ($3::uuid IS NULL OR s.group_id = $3)', [id, groupId])
  if (!row) throw new Problem(problems.notFound, { detail: 'There is no such seat.' })
  return seatOf(row, types)
}

/** A seat of a group as it is now. @throws Problem 404 */
export const standingSeat = async (tx: Tx, desk: Desk, o: { groupId: string; seatId: string }): Promise<Seat> =>
  readSeat(tx, await RoleTypes.read(tx, desk.tree), o.seatId, o.groupId)
