import { openEnd, type Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import type { Caller, ImportChoices, ImportVerdict, MemberImportTarget } from '#plugins/members/refs.ts'
import { type Desk, deskOfCaller } from '../context.ts'
import { deleteSeats, type StandingSeat, updateSeat } from '../seats/seat-sql.ts'
import { type Giving, giveSeats } from '../seats/seats.ts'
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
    const results = new Map<number, { id: string; version: number; before?: unknown }>()
    for (const [i, row] of rows.entries()) {
      const one = wanted[i]!
      const group = book.groups.find(one.group, one.groupById)!
      if (row.verdict.outcome === 'update') {
        const { id } = row.verdict
        const before = book.standing.get(one.memberId)!.find((seat) => seat.id === id)!
        await updateSeat(tx, id, {
          role: before.role,
          from: before.from,
          before: one.span.before === openEnd ? before.before : one.span.before,
          rank: one.rank ?? before.rank,
          metadata: { ...before.metadata, ...one.metadata },
        })
        results.set(row.number, { id, version: before.version + 1, before })
        continue
      }
      const role = book.types.named(group.type, one.role)
      const id = uuidv7()
      const { memberId, rank, metadata } = one
      givings.push({
        group,
        role,
        seat: { id, groupId: group.id, memberId, role: role.key, ...one.span, rank, metadata },
      })
      results.set(row.number, { id, version: 1 })
    }
    if (givings.length > 0) await giveSeats(tx, desk, givings)
    tx.accessChanged()
    return rows.map(({ number }) => ({ number, ...results.get(number)! }))
  },
  async undo(tx, rows) {
    const standing = new Map(
      (
        await tx.query<{ id: string; version: number }>(
          'SELECT id, version FROM groups.seat WHERE tenant_id = $1 AND id = ANY($2::uuid[])',
          [tx.tenantId, rows.map(({ id }) => id)],
        )
      ).map(({ id, version }) => [id, version]),
    )
    const untouched = rows.filter(({ id, version }) => standing.get(id) === version)
    await deleteSeats(
      tx,
      untouched.filter(({ before }) => before === undefined).map(({ id }) => id),
    )
    for (const { id, before } of untouched) if (before !== undefined) await updateSeat(tx, id, before as StandingSeat)
    tx.accessChanged()
    return rows.filter((row) => !untouched.includes(row)).map(({ id }) => id)
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
