import { openEnd, type Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import type { Caller, ImportChoices, ImportVerdict, MemberImportTarget } from '#plugins/members/refs.ts'
import { type Desk, deskOfCaller } from '../context.ts'
import { type StandingSeat, seatsById } from '../seats/seat-sql.ts'
import { type Giving, giveSeats, type Rewriting, rewriteSeats, takeBackSeats } from '../seats/seats.ts'
import { addFunction } from '../settings/functions.ts'
import { createGroup } from '../tree/groups.ts'
import { fold } from '../words.ts'
import { openBook, verdictOf, type Wanted, wantedOf } from './seat-book.ts'

/** Rows become seats, known again by member, group, role and first day. */
export const seatsImport: MemberImportTarget = {
  id: 'group-members',
  title: 'Seats: who sits in which group, with which role',
  permission: 'groups.seats.write',
  async plan(tx, rows, caller, choices) {
    const wanted = rows.map(wantedOf)
    const book = await openBook(tx, wanted, caller, choices)
    const verdicts: ImportVerdict[] = []
    for (const one of wanted) verdicts.push(await verdictOf(tx, one, book))
    return verdicts
  },
  async apply(tx, rows, caller, choices) {
    const desk = await deskOfCaller(caller, tx)
    const wanted = rows.map(wantedOf)
    await makeMissing(tx, desk, wanted, caller, choices)
    const book = await openBook(tx, wanted, caller, choices)
    const givings: Giving[] = []
    const rewritings: Rewriting[] = []
    const results = new Map<number, { id: string; version: number; before?: unknown }>()
    for (const [i, { number, verdict }] of rows.entries()) {
      const one = wanted[i]!
      const { memberId, span, rank, metadata } = one
      const group = book.groups.find(one.group, one.groupById)!
      if (verdict.outcome === 'update') {
        const { id, changed } = verdict
        const before = book.standing.get(memberId)!.find((seat) => seat.id === id)!
        const to = {
          ...before,
          before: span.before === openEnd ? before.before : span.before,
          rank: rank ?? before.rank,
          metadata: { ...before.metadata, ...metadata },
        }
        rewritings.push({ id, group, role: book.types.find(group.type, before.role), to, changed })
        results.set(number, { id, version: before.version + 1, before })
      } else {
        const role = book.types.named(group.type, one.role)
        const id = uuidv7()
        givings.push({
          group,
          role,
          seat: { id, groupId: group.id, memberId, role: role.key, ...span, rank, metadata },
        })
        results.set(number, { id, version: 1 })
      }
    }
    await rewriteSeats(tx, desk, rewritings)
    await giveSeats(tx, desk, givings)
    return rows.map(({ number }) => ({ number, ...results.get(number)! }))
  },
  async undo(tx, rows, caller) {
    const desk = await deskOfCaller(caller, tx)
    const standing = new Map(
      (
        await seatsById(
          tx,
          rows.map(({ id }) => id),
        )
      ).map((seat) => [seat.id, seat]),
    )
    const untouched = rows.flatMap(({ id, version, before }) => {
      const seat = standing.get(id)
      return seat?.version === version ? [{ seat, before: before as StandingSeat | undefined }] : []
    })
    await takeBackSeats(
      tx,
      desk,
      untouched.flatMap(({ seat, before }) => (before === undefined ? [seat] : [])),
    )
    const { types, groups } = await openBook(tx, [], caller, {})
    await rewriteSeats(
      tx,
      desk,
      untouched.flatMap(({ seat, before }): Rewriting[] => {
        if (before === undefined) return []
        const group = groups.find(seat.groupId, true)!
        const role = types.find(group.type, before.role)
        return [{ id: seat.id, group, role, to: before, changed: ['end', 'rank', 'metadata'] }]
      }),
    )
    return rows.filter(({ id, version }) => standing.get(id)?.version !== version).map(({ id }) => id)
  },
}

/** Groups and functions that rows name and nobody has yet: plain ones, under the root and without rights. */
async function makeMissing(
  tx: Tx,
  desk: Desk,
  wanted: readonly Wanted[],
  caller: Caller,
  choices: ImportChoices,
): Promise<void> {
  if (!choices.createMissing) return
  const book = await openBook(tx, [], caller, choices)
  const made = new Set<string>()
  const once = (what: string, name: string): boolean => {
    const key = `${what} ${fold(name)}`
    if (made.has(key)) return false
    made.add(key)
    return true
  }
  for (const { group, groupById, groupName, role } of wanted) {
    const there = book.groups.find(group, groupById)
    if (!there && !groupById && book.mayMakeGroups && once('group', group)) {
      const number = groupName === undefined || groupName === group ? {} : { externalId: group }
      await createGroup(tx, desk, { name: groupName ?? group, ...number }, { quiet: true })
    }
    if (!book.types.find(there?.type ?? null, role) && book.mayMakeRoles && once('role', role))
      await addFunction(tx, role)
  }
}
