/** Two records become one: which value each field takes, what moves, and that the old id goes on resolving. */
import { createHash } from 'node:crypto'
import { Problem, problems, type Tx } from '@guildhall/sdk'
import type { MembersContext } from '../context.ts'
import type { MemberPatch } from '../member-schema.ts'
import { actorColumns } from '../record/actor.ts'
import { same } from '../record/merge-patch.ts'
import { keywordKey, type Profile, profileFields } from '../record/stored.ts'
import { type MemberRecord, memberMerged, memberMerges } from '../refs.ts'
import { setPending, setSuspension, setUser } from '../sql/lifecycle.ts'
import { moveOwnRows } from '../sql/merge.ts'
import { lockMembers } from '../sql/read-members.ts'
import { insertActivities } from '../sql/write-members.ts'
import { remove } from './lifecycle.ts'
import { recomputeStatus } from './status.ts'
import { activityRow, changeMembers, profileOf } from './write.ts'

export type Side = 'winner' | 'loser' | 'both'
export type Choices = Readonly<Partial<Record<keyof Profile, Side>>>
export interface MergedField {
  readonly field: keyof Profile
  readonly winner: unknown
  readonly loser: unknown
  /** `both`: lists joined, objects filled up. */
  readonly take: Side
  readonly result: unknown
}

const joined: readonly (keyof Profile)[] = ['skills', 'tags', 'externalIds', 'customFields', 'metadata']

/**
 * Field by field, those in which the two differ. Unless chosen otherwise the winner's value stands, the loser's fills
 * what is empty, lists are joined and objects filled up.
 */
export function mergedFields(winner: MemberRecord, loser: MemberRecord, choices: Choices): MergedField[] {
  const [a, b] = [profileOf(winner), profileOf(loser)]
  return profileFields
    .filter((field) => !same(a[field], b[field]))
    .map((field) => {
      const joins = joined.includes(field)
      const take = choices[field] ?? (joins ? 'both' : empty(a[field]) ? 'loser' : 'winner')
      const result = take === 'both' && joins ? join(field, a[field], b[field]) : take === 'loser' ? b[field] : a[field]
      return { field, winner: a[field], loser: b[field], take, result }
    })
}

const empty = (value: unknown): boolean =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0)

function join(field: keyof Profile, a: unknown, b: unknown): unknown {
  if (!Array.isArray(a) || !Array.isArray(b)) return { ...(b as object), ...(a as object) }
  const key = (one: unknown) => (field === 'externalIds' ? JSON.stringify(one) : keywordKey(String(one)))
  const kept = new Set(a.map(key))
  return [...a, ...b.filter((one) => !kept.has(key(one)))]
}

const byName = (choices: Choices) => Object.entries(choices).sort(([a], [b]) => (a < b ? -1 : 1))

/** Bound to both versions and to what was chosen: any change in between makes another. */
export const hashOf = (winner: MemberRecord, loser: MemberRecord, choices: Choices): string =>
  createHash('sha256')
    .update(JSON.stringify([winner.id, winner.version, loser.id, loser.version, byName(choices)]))
    .digest('hex')

/** What somebody should know before he applies it; a sentence each. */
export async function mergeProblems(
  ctx: MembersContext,
  tx: Tx,
  winner: MemberRecord,
  loser: MemberRecord,
): Promise<string[]> {
  const found: string[] = []
  if (winner.userId && loser.userId)
    found.push('Both have an account: the one of the record that stays keeps its access, the other one loses it.')
  if (winner.birthday && loser.birthday && winner.birthday !== loser.birthday)
    found.push('The birthdays differ: make sure that this is one person.')
  if (loser.suspendedAt && !winner.suspendedAt) found.push('The suspension moves to the record that stays.')
  for (const part of ctx.contributions(memberMerges))
    found.push(...((await part.problems?.(tx, { winnerId: winner.id, loserId: loser.id })) ?? []))
  return found
}

/**
 * @returns how many rows moved, by kind
 * @throws Problem 409 `plan-outdated` when one of the two changed since the plan
 */
export async function applyMerge(
  ctx: MembersContext,
  tx: Tx,
  o: { winnerId: string; loserId: string; choices: Choices; hash: string },
): Promise<Readonly<Record<string, number>>> {
  const present = await lockMembers(tx, [o.winnerId, o.loserId])
  const [winner, loser] = [present.get(o.winnerId), present.get(o.loserId)]
  if (!winner || !loser || hashOf(winner, loser, o.choices) !== o.hash)
    throw new Problem(problems.planOutdated, { detail: 'One of the two records changed since the merge was planned.' })
  const ids = { winnerId: winner.id, loserId: loser.id }
  const moved: Record<string, number> = {}
  for (const part of ctx.contributions(memberMerges)) {
    for (const [kind, rows] of Object.entries(await part.move(tx, ids))) moved[`${part.id}.${kind}`] = rows
  }
  Object.assign(moved, await moveOwnRows(tx, ids))
  if (ctx.use.email) moved.mails = await ctx.use.email.moveMails(tx, { from: loser.id, to: winner.id })
  await remove(ctx, tx, [loser.id], { events: false, activity: 'merged', detail: ids, mergedInto: winner.id })
  const fields = mergedFields(winner, loser, o.choices)
  await changeMembers(ctx, tx, [{ id: winner.id, patch: patchOf(fields) }], {
    events: false,
    activity: 'merged',
    detail: { loserId: loser.id },
  })
  await moveStanding(ctx, tx, winner, loser)
  await recomputeStatus(ctx, tx, [winner.id], { events: false })
  tx.accessChanged()
  const changed = fields.filter(({ winner: had, result }) => !same(had, result)).map(({ field }) => field)
  await tx.emit(memberMerged, { memberId: winner.id, mergedId: loser.id, changed })
  await tx.audit({
    action: 'members.merged',
    target: { type: 'member', id: winner.id },
    changed,
    meta: { mergedId: loser.id },
  })
  return moved
}

const patchOf = (fields: readonly MergedField[]): MemberPatch =>
  Object.fromEntries(
    fields
      .filter(({ winner, result }) => !same(winner, result))
      .map(({ field, result, winner }) => [
        field,
        // The patch merges custom fields by key: what is to go has to be named.
        field === 'customFields' ? { ...nothing(winner as object), ...(result as object) } : result,
      ]),
  )
const nothing = (object: object) => Object.fromEntries(Object.keys(object).map((key) => [key, null]))

/** Account, acceptance and suspension: a merge takes nobody's login away and lifts no suspension. */
async function moveStanding(ctx: MembersContext, tx: Tx, winner: MemberRecord, loser: MemberRecord): Promise<void> {
  if (loser.userId && !winner.userId) {
    await ctx.use.access.requireGrantable(tx, { role: winner.role })
    await setUser(tx, winner.id, loser.userId)
  }
  if (winner.pending && !loser.pending) await setPending(tx, winner.id, false)
  if (loser.suspendedAt && !winner.suspendedAt) {
    await setSuspension(tx, [winner.id], loser.suspendedReason ?? '')
    const rows = [activityRow(winner.id, 'suspended', { detail: { mergedId: loser.id } })]
    await insertActivities(tx, rows, actorColumns(tx.actor))
  }
}
