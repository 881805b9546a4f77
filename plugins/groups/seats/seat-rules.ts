/** What every seat has to keep to, however it comes to be. */
import { type GroupNode, invalid, Problem, problems, type RoleType, type Tx } from '@guildhall/sdk'
import type { Desk } from '../context.ts'
import { lockGroups, mostHolders, type NewSeat, selectSeats } from './seat-sql.ts'

/** What a seat is to be. */
export interface Ruled {
  readonly group: Pick<GroupNode, 'id' | 'path' | 'name'>
  /** Undefined where the group offers it no longer: it goes on being held. */
  readonly role: RoleType | undefined
  readonly to: Pick<NewSeat, 'from' | 'before'>
}

/** Writes seats. @throws Problem 403 for rights that the actor lacks there, 409 when a seat is taken or its role full */
export async function byTheRules(
  tx: Tx,
  desk: Pick<Desk, 'access'>,
  seats: readonly Ruled[],
  write: () => Promise<unknown>,
): Promise<void> {
  const offered = seats.flatMap(({ role, ...rest }) => (role ? [{ ...rest, role }] : []))
  await requireRights(tx, desk, offered)
  const limited = offered.filter(({ role }) => role.maxHolders !== undefined)
  if (limited.length > 0) await lockGroups(tx, [...new Set(limited.map(({ group }) => group.id))])
  await named(write())
  for (const { to, group, role } of limited) await refuseTooMany(tx, to, group, role)
}

type Offered = Ruled & { readonly role: RoleType }

/** Nobody gives a seat whose permissions he does not hold there. */
async function requireRights(tx: Tx, desk: Pick<Desk, 'access'>, seats: readonly Offered[]): Promise<void> {
  const asked = new Set<string>()
  for (const { group, role } of seats) {
    const about = `${group.path} ${role.key}`
    if (role.permissions.length === 0 || asked.has(about)) continue
    asked.add(about)
    await desk.access.requireHeld(tx, { permissions: role.permissions, path: group.path, extent: role.extent })
  }
}

/** The groups are locked: of two who come at once, the second counts the first. */
async function refuseTooMany(tx: Tx, seat: Ruled['to'], group: Ruled['group'], role: RoleType): Promise<void> {
  const most = await mostHolders(tx, { groupId: group.id, role: role.key, from: seat.from, before: seat.before })
  if (most <= role.maxHolders!) return
  const holders = await selectSeats(tx, 's.group_id = $2 AND s.role = $3 AND s.starts_on < $4 AND s.ends_before > $5', [
    group.id,
    role.key,
    seat.before,
    seat.from,
  ])
  throw new Problem(problems.conflict, {
    detail: `${role.title} of "${group.name}" is held by at most ${role.maxHolders} at a time; these days it would be: ${[...new Set(holders.map(({ member_name }) => member_name))].join(', ')}.`,
  })
}

/** The constraint decides, whoever comes at the same time; here it gets words. */
const named = <R>(work: Promise<R>): Promise<R> =>
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
