import {
  endBefore,
  firstDay,
  type GroupNode,
  invalid,
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
import {
  deleteSeats,
  insertSeats,
  lockGroups,
  mostHolders,
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
  const from = input.from === undefined ? desk.today : startOn(input.from)
  const before = endBefore(input.until ?? null)
  if (before <= from) throw invalid('/until', `must be ${from} or later`)
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
  await tx.emit(seatGiven, { seatId: seat.id, groupId, memberId: input.memberId, role: role.key })
  await tx.audit({
    action: 'groups.seat-given',
    target: { type: 'seat', id: seat.id },
    meta: { groupId, role: role.key },
  })
  await desk.members.logActivity(tx, [
    { memberId: input.memberId, kind: 'seatGiven', detail: { groupId, role: role.key } },
  ])
  return readSeat(tx, types, seat.id)
}

export interface Giving {
  readonly seat: NewSeat
  readonly group: Pick<GroupNode, 'id' | 'path' | 'name'>
  readonly role: RoleType
}

/** The rules of giving, for one or many; raises no events. @throws as `giveSeat` */
export async function giveSeats(tx: Tx, desk: Pick<Desk, 'access'>, givings: readonly Giving[]): Promise<void> {
  await requireRights(tx, desk, givings)
  const limited = givings.filter(({ role }) => role.maxHolders !== undefined)
  if (limited.length > 0) await lockGroups(tx, [...new Set(limited.map(({ group }) => group.id))])
  await named(
    insertSeats(
      tx,
      givings.map(({ seat }) => seat),
    ),
  )
  for (const { seat, group, role } of limited) await refuseTooMany(tx, seat, group, role)
  if (givings.some(({ role }) => role.permissions.length > 0)) tx.accessChanged()
}

/** Nobody gives a seat whose permissions he does not hold there. */
async function requireRights(
  tx: Tx,
  desk: Pick<Desk, 'access'>,
  givings: readonly Omit<Giving, 'seat'>[],
): Promise<void> {
  const asked = new Set<string>()
  for (const { group, role } of givings) {
    const about = `${group.path} ${role.key}`
    if (role.permissions.length === 0 || asked.has(about)) continue
    asked.add(about)
    await desk.access.requireHeld(tx, { permissions: role.permissions, path: group.path, extent: role.extent })
  }
}

/** The groups are locked: of two who come at once, the second counts the first. */
async function refuseTooMany(
  tx: Tx,
  seat: Pick<NewSeat, 'from' | 'before'>,
  group: Pick<GroupNode, 'id' | 'name'>,
  role: RoleType,
): Promise<void> {
  if (role.maxHolders === undefined) return
  const most = await mostHolders(tx, { groupId: group.id, role: role.key, from: seat.from, before: seat.before })
  if (most <= role.maxHolders) return
  const holders = await selectSeats(tx, 's.group_id = $2 AND s.role = $3 AND s.starts_on < $4 AND s.ends_before > $5', [
    group.id,
    role.key,
    seat.before,
    seat.from,
  ])
  throw new Problem(problems.conflict, {
    detail: `${role.title} of "${group.name}" is held by at most ${role.maxHolders} at a time; these days: ${[...new Set(holders.map(({ member_name }) => member_name))].join(', ')}.`,
  })
}

/**
 * Changes a seat. Another role from today on is a new seat, and the old one becomes history; on a seat younger than a
 * day it corrects what was written.
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
  const historic =
    changesRole && !isSlip(tx, before) && before.starts_on < desk.today && before.ends_before > desk.today
  if (historic && o.patch.from === undefined) to.from = desk.today
  if (to.before <= to.from) throw invalid('/until', `must be ${firstDay(to.from) ?? 'a day'} or later`)

  const standing = role ?? types.find(group.type, before.role)
  if (standing) await requireRights(tx, desk, [{ group, role: standing }])
  if (standing?.maxHolders !== undefined) await lockGroups(tx, [group.id])
  const id = historic ? uuidv7() : before.id
  if (historic) {
    await updateSeat(tx, before.id, { ...before, from: before.starts_on, before: to.from })
    await named(insertSeats(tx, [{ ...to, id, groupId: group.id, memberId: before.member_id }]))
  } else await named(updateSeat(tx, id, to))
  if (standing) await refuseTooMany(tx, to, group, standing)

  tx.accessChanged()
  const about = { seatId: id, groupId: group.id, memberId: before.member_id, role: to.role }
  if (changesRole) {
    await tx.emit(seatRoleChanged, about)
    await desk.members.logActivity(tx, [
      { memberId: before.member_id, kind: 'seatRoleChanged', detail: { groupId: group.id, role: to.role } },
    ])
  }
  await tx.audit({ action: 'groups.seat-changed', target: { type: 'seat', id }, changed: Object.keys(o.patch) })
  return readSeat(tx, types, id)
}

/** Ends a seat with yesterday, or takes it back when it is younger than a day. @throws Problem 404, 409 when it has ended, 412 */
export async function endSeat(
  tx: Tx,
  desk: Desk,
  o: { groupId: string; seatId: string; ifMatch: readonly number[] | null },
): Promise<void> {
  const seat = await seatRow(tx, o.groupId, o.seatId)
  requireVersion(o, seat.version)
  if (isSlip(tx, seat) || seat.starts_on >= desk.today) await deleteSeats(tx, [seat.id])
  else if (seat.ends_before <= desk.today)
    throw new Problem(problems.conflict, { detail: 'The seat has ended already.' })
  else await updateSeat(tx, seat.id, { ...seat, from: seat.starts_on, before: desk.today })
  tx.accessChanged()
  const about = { seatId: seat.id, groupId: seat.group_id, memberId: seat.member_id, role: seat.role }
  await tx.emit(seatEnded, about)
  await tx.audit({
    action: 'groups.seat-ended',
    target: { type: 'seat', id: seat.id },
    meta: { groupId: seat.group_id },
  })
  await desk.members.logActivity(tx, [
    { memberId: seat.member_id, kind: 'seatEnded', detail: { groupId: seat.group_id, role: seat.role } },
  ])
}

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

/** The constraint decides, whoever comes at the same time; here it gets words. */
export const named = <R>(work: Promise<R>): Promise<R> =>
  work.catch((cause: Error & { code?: string; constraint?: string }) => {
    if (cause.code === '23P01')
      throw new Problem(problems.conflict, {
        detail: 'The member has this role in the group on some of these days already. End that seat first.',
        cause,
      })
    if (cause.code === '23503' && cause.constraint?.includes('member'))
      throw invalid('/memberId', 'is not a member of this organisation')
    throw cause
  })
