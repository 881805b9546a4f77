/** What the rows of a file want of seats, held against those that stand and those that earlier rows bring. */
import { isProblem, openEnd, type RoleType, type Span, spansOverlap, type Tx, unknownStart } from '@guildhall/sdk'
import type { Caller, ImportChoices, ImportRow, ImportVerdict } from '#plugins/members/refs.ts'
import { plainMember, RoleTypes } from '../seats/role-types.ts'
import { mostHolders, type StandingSeat, seatsOfMembers } from '../seats/seat-sql.ts'
import { type GroupName, groupNames } from '../tree/group-sql.ts'
import { fold } from '../words.ts'

/** A row as this target understands it. */
export interface Wanted {
  readonly memberId: string
  /** Its record id, its number, or its name. */
  readonly group: string
  /** The record id says which group it is: no other is meant, and none is made. */
  readonly groupById: boolean
  readonly groupName: string | undefined
  readonly role: string
  readonly span: Span
  /** The row says nothing of the first day: a seat that runs is meant, whenever it began. */
  readonly undated: boolean
  readonly rank: number | null
  readonly metadata: Readonly<Record<string, unknown>>
}

export function wantedOf({ values }: ImportRow): Wanted {
  const text = (name: string) => (typeof values[name] === 'string' ? (values[name] as string) : undefined)
  const side = text('side')
  return {
    memberId: String(values['member.id']),
    group: text('group.recordId') ?? text('group.externalId') ?? text('group.name') ?? '',
    groupById: text('group.recordId') !== undefined,
    groupName: text('group.name'),
    role: text('role') ?? plainMember.key,
    span: { from: text('start') ?? text('since') ?? unknownStart, before: text('end') ?? openEnd },
    undated: text('start') === undefined,
    rank: typeof values.rank === 'number' ? values.rank : null,
    metadata: { ...(values.metadata as object | undefined), ...(side === undefined ? {} : { side }) },
  }
}

export interface Book {
  readonly types: RoleTypes
  readonly groups: GroupIndex
  readonly standing: ReadonlyMap<string, StandingSeat[]>
  /** Seats that rows before this one bring, by member. */
  readonly coming: Map<string, { groupId: string; role: string; span: Span }[]>
  /** Holders that rows before this one bring, by group and role. */
  readonly holders: Map<string, number>
  /** What giving a role in a group was answered before. */
  readonly rights: Map<string, string | null>
  readonly caller: Caller
  readonly mayMakeGroups: boolean
  readonly mayMakeRoles: boolean
}

export async function openBook(
  tx: Tx,
  wanted: readonly Wanted[],
  caller: Caller,
  choices: ImportChoices,
): Promise<Book> {
  const seats = await seatsOfMembers(tx, [...new Set(wanted.map(({ memberId }) => memberId))])
  const making = choices.createMissing === true
  return {
    types: await RoleTypes.read(tx, caller.tree),
    groups: new GroupIndex(await groupNames(tx)),
    standing: Map.groupBy(seats, ({ memberId }) => memberId),
    coming: new Map(),
    holders: new Map(),
    rights: new Map(),
    caller,
    mayMakeGroups: making && caller.may('groups.write', { paths: [''] }),
    mayMakeRoles: making && caller.may('groups.configure', { paths: [''] }),
  }
}

/** Groups by number first, then by a name that only one of them has. */
class GroupIndex {
  readonly #byId: ReadonlyMap<string, GroupName>
  readonly #byNumber: ReadonlyMap<string, GroupName>
  readonly #byName: ReadonlyMap<string, GroupName[]>

  constructor(all: readonly GroupName[]) {
    this.#byId = new Map(all.map((group) => [group.id, group]))
    this.#byNumber = new Map(
      all.flatMap((group) => (group.externalKey === null ? [] : [[group.externalKey, group] as const])),
    )
    this.#byName = Map.groupBy(all, ({ name }) => fold(name))
  }

  find(named: string, byId = false): GroupName | undefined {
    if (byId) return this.#byId.get(named.toLowerCase())
    const key = fold(named)
    const namesakes = this.#byName.get(key) ?? []
    return this.#byNumber.get(key) ?? (namesakes.length === 1 ? namesakes[0] : undefined)
  }

  /** Several have the name: which one is meant cannot be known. */
  isAmbiguous(named: string): boolean {
    const key = fold(named)
    return !this.#byNumber.has(key) && (this.#byName.get(key)?.length ?? 0) > 1
  }
}

export async function verdictOf(tx: Tx, one: Wanted, book: Book): Promise<ImportVerdict> {
  const { from, before } = one.span
  if (before <= from)
    return { outcome: 'error', column: 'end', reason: 'It ends before it begins.', accepted: `${from} or later` }
  const group = book.groups.find(one.group, one.groupById)
  const column = one.groupById ? 'group.recordId' : one.groupName === one.group ? 'group.name' : 'group.externalId'
  if (!one.groupById && book.groups.isAmbiguous(one.group))
    return {
      outcome: 'conflict',
      column,
      reason: 'Several groups have this name.',
      accepted: 'the external id of the group',
    }
  if (!group) {
    if (book.mayMakeGroups && one.group !== '' && !one.groupById) return { outcome: 'create' }
    return {
      outcome: 'error',
      column,
      reason: `There is no group "${one.group}".`,
      accepted: 'the external id or the name of a group; the option createMissing makes it',
      missing: { what: 'group', name: one.group },
    }
  }
  const role = book.types.find(group.type, one.role)
  const held = (book.standing.get(one.memberId) ?? []).filter((seat) => seat.groupId === group.id)
  // A role that its group no longer offers goes on being held.
  const key = role?.key ?? held.find((seat) => seat.role === one.role)?.role
  if (key === undefined) {
    if (book.mayMakeRoles) return { outcome: 'create' }
    return { outcome: 'error', column: 'role', ...notOffered(one, group, book) }
  }
  const own = held.filter((seat) => seat.role === key)
  const same =
    own.find((seat) => seat.from === from) ??
    (one.undated ? own.find((seat) => spansOverlap(seat, one.span)) : undefined)
  const others = [...own.filter((seat) => seat !== same), ...comingOf(book, one.memberId, group.id, key)]
  if (others.some((seat) => spansOverlap(seat, one.span)))
    return {
      outcome: 'conflict',
      column: 'start',
      reason: 'The member has this seat on some of these days already.',
      accepted: 'seats of one role that share no day',
    }
  book.coming.set(one.memberId, [
    ...(book.coming.get(one.memberId) ?? []),
    { groupId: group.id, role: key, span: one.span },
  ])
  if (same) {
    const verdict = verdictOnStanding(same, one)
    return (verdict.outcome === 'update' && role && (await withheld(tx, group, role, book))) || verdict
  }
  if (!role) return { outcome: 'error', column: 'role', ...notOffered(one, group, book) }
  return (await refusal(tx, one, group, role, book)) ?? { outcome: 'create' }
}

const notOffered = (one: Wanted, group: GroupName, book: Book) => ({
  missing: { what: 'function' as const, name: one.role },
  reason: `"${one.role}" is not a role of ${group.name}.`,
  accepted: book.types
    .of(group.type)
    .map(({ title }) => title)
    .join(', '),
})

const comingOf = (book: Book, memberId: string, groupId: string, role: string): Span[] =>
  (book.coming.get(memberId) ?? [])
    .filter((seat) => seat.groupId === groupId && seat.role === role)
    .map(({ span }) => span)

/** A cell is a text, and what is there may be a number. */
const written = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? ''))

function verdictOnStanding(seat: StandingSeat, one: Wanted): ImportVerdict {
  const kept = Object.entries(one.metadata).some(([key, value]) => written(seat.metadata[key]) !== written(value))
  const changed = [
    ...(one.span.before !== openEnd && one.span.before !== seat.before ? ['end'] : []),
    ...(one.rank !== null && one.rank !== seat.rank ? ['rank'] : []),
    ...(kept ? ['metadata'] : []),
  ]
  return changed.length === 0
    ? { outcome: 'unchanged', id: seat.id, version: seat.version }
    : { outcome: 'update', id: seat.id, version: seat.version, changed }
}

/** What giving this seat would be answered: too many holders, or rights that the importer lacks there. */
async function refusal(
  tx: Tx,
  one: Wanted,
  group: GroupName,
  role: RoleType,
  book: Book,
): Promise<ImportVerdict | null> {
  const lacks = await withheld(tx, group, role, book)
  if (lacks) return lacks
  const about = `${group.id} ${role.key}`
  if (role.maxHolders === undefined) return null
  const brought = book.holders.get(about) ?? 0
  const there = await mostHolders(tx, { groupId: group.id, role: role.key, ...one.span })
  if (there + brought >= role.maxHolders)
    return {
      outcome: 'conflict',
      column: 'role',
      reason: `${role.title} of ${group.name} is held by at most ${role.maxHolders} at a time.`,
      accepted: 'another role, or days on which it is free',
    }
  book.holders.set(about, brought + 1)
  return null
}

async function withheld(tx: Tx, group: GroupName, role: RoleType, book: Book): Promise<ImportVerdict | null> {
  if (role.permissions.length === 0) return null
  const about = `${group.id} ${role.key}`
  if (!book.rights.has(about)) book.rights.set(about, await lacking(tx, group, role, book.caller))
  const reason = book.rights.get(about)
  return reason
    ? { outcome: 'error', column: 'role', reason, accepted: 'a role whose permissions you hold there' }
    : null
}

async function lacking(tx: Tx, group: GroupName, role: RoleType, caller: Caller): Promise<string | null> {
  try {
    await caller.access.requireHeld(tx, { permissions: role.permissions, path: group.path, extent: role.extent })
    return null
  } catch (problem) {
    if (!isProblem(problem)) throw problem
    return problem.detail ?? problem.kind.title
  }
}
