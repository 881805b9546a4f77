/** Planned rows become members, and members what they were before. */
import type { Tx } from '@guildhall/sdk'
import type { MemberPatch } from '../member-schema.ts'
import type { Profile } from '../record/stored.ts'
import type { ImportedRow } from '../refs.ts'
import { lockMembers } from '../sql/read-members.ts'
import { changedFlaw, choicesOf } from './contributed-target.ts'
import type { KeptMember, MemberSurroundings } from './member-plan.ts'
import { eraseMembers, leanedOn, printsOf } from './member-sql.ts'
import type { AppliedRow, DoneRow, DueRow } from './row-target.ts'
import { shared } from './shared-email.ts'

interface Result {
  /** Of the record as the import left it. */
  readonly print: string
  /** Of the changed fields. */
  readonly before?: Partial<Profile>
  readonly attached?: readonly { target: string; row: ImportedRow }[]
}

export async function applyMembers(
  tx: Tx,
  rows: readonly DueRow[],
  importId: string,
  o: MemberSurroundings,
): Promise<AppliedRow[]> {
  const updates = rows.filter(({ outcome }) => outcome === 'update')
  const present = await lockMembers(
    tx,
    updates.map(({ targetId }) => targetId!),
  )
  const kept = new Map(rows.map((row) => [row.number, shared(row.data as KeptMember, present.get(row.targetId ?? ''))]))
  const standing = rows.filter(
    (row) => row.outcome === 'create' || present.get(row.targetId!)?.version === row.targetVersion,
  )
  const written = { activity: 'imported', detail: { importId }, events: false, findDuplicates: false }
  const inputs = standing.flatMap(({ number }) => kept.get(number)!.input ?? [])
  if (inputs.length > 0) await o.caller.members.createMany(tx, inputs, written)
  const changes = standing.flatMap(({ number, targetId }) => {
    const { patch } = kept.get(number)!
    return patch ? [{ id: targetId!, patch }] : []
  })
  if (changes.length > 0) await o.caller.members.updateMany(tx, changes, written)
  const attached = await applyAttached(tx, standing, kept, o)
  const prints = await printsOf(
    tx,
    standing.map(({ targetId }) => targetId!),
  )
  const done = standing.map(({ number, targetId }): AppliedRow => {
    const before = present.get(targetId!)
    const { changed } = kept.get(number)!
    const result: Result = {
      print: prints.get(targetId!)!,
      ...(before && changed && { before: Object.fromEntries(changed.map((field) => [field, before[field]])) }),
      ...(attached.has(number) && { attached: attached.get(number)! }),
    }
    return { number, result }
  })
  const left = rows.filter((row) => !standing.includes(row))
  return [
    ...done,
    ...left.map(({ number }) => ({ number, flaw: changedFlaw('The member changed while the import ran.') })),
  ]
}

async function applyAttached(
  tx: Tx,
  rows: readonly DueRow[],
  kept: ReadonlyMap<number, KeptMember>,
  o: MemberSurroundings,
): Promise<Map<number, { target: string; row: ImportedRow }[]>> {
  const results = new Map<number, { target: string; row: ImportedRow }[]>()
  const wanted = rows.flatMap(({ number }) => (kept.get(number)!.attached ?? []).map((one) => ({ of: number, ...one })))
  for (const [id, group] of Map.groupBy(wanted, ({ target }) => target)) {
    const target = o.attachable.get(id)
    if (!target) continue
    const asked = group.map(({ values, verdict }, number) => ({ number, values, verdict }))
    for (const row of await target.apply(tx, asked, o.caller, choicesOf(o.options))) {
      const { of } = group[row.number]!
      results.set(of, [...(results.get(of) ?? []), { target: id, row }])
    }
  }
  return results
}

export async function undoMembers(
  tx: Tx,
  rows: readonly DoneRow[],
  importId: string,
  o: MemberSurroundings,
): Promise<{ number: number; reason: string }[]> {
  const results = new Map(rows.map((row) => [row.number, row.result as Result]))
  const ids = rows.map(({ targetId }) => targetId!)
  const prints = await printsOf(tx, ids)
  const changed = rows.filter(({ number, targetId }) => prints.get(targetId!) !== results.get(number)!.print)
  if (changed.length > 0)
    return changed.map(({ number }) => ({ number, reason: 'The member was changed or deleted since.' }))
  const left = await undoAttached(tx, rows, results, o)
  if (left.length > 0) return left
  const created = rows.filter(({ outcome }) => outcome === 'create')
  const leaned = await leanedOn(
    tx,
    created.map(({ targetId }) => targetId!),
  )
  const held = created.filter(({ targetId }) => leaned.has(targetId!))
  if (held.length > 0)
    return held.map(({ number }) => ({
      number,
      reason: 'Something was attached to the member since, such as a seat or a membership.',
    }))
  await eraseMembers(
    tx,
    created.map(({ targetId }) => targetId!),
  )
  const changes = rows.flatMap(({ number, targetId }) => {
    const { before } = results.get(number)!
    return before
      ? [
          {
            id: targetId!,
            patch: backTo(before, (rows.find((row) => row.number === number)!.data as KeptMember).patch),
          },
        ]
      : []
  })
  await o.caller.members.updateMany(tx, changes, { activity: 'importUndone', detail: { importId }, events: false })
  return []
}

/** Custom fields are laid over what is there, so those that came with the import are taken away by name. */
function backTo(before: Partial<Profile>, patch: MemberPatch | undefined): MemberPatch {
  if (!before.customFields) return before as MemberPatch
  const added = Object.keys(patch?.customFields ?? {}).filter((key) => !(key in before.customFields!))
  return {
    ...before,
    customFields: { ...before.customFields, ...Object.fromEntries(added.map((key) => [key, null])) },
  } as MemberPatch
}

async function undoAttached(
  tx: Tx,
  rows: readonly DoneRow[],
  results: ReadonlyMap<number, Result>,
  o: MemberSurroundings,
): Promise<{ number: number; reason: string }[]> {
  const attached = rows.flatMap(({ number }) =>
    (results.get(number)!.attached ?? []).map((one) => ({ number, ...one })),
  )
  const left: { number: number; reason: string }[] = []
  for (const [id, group] of Map.groupBy(attached, ({ target }) => target)) {
    const target = o.attachable.get(id)
    const kept = target
      ? await target.undo(
          tx,
          group.map(({ row }) => row),
          o.caller,
        )
      : group.map(({ row }) => row.id)
    for (const { number, row } of group)
      if (kept.includes(row.id))
        left.push({ number, reason: 'The seat or membership that came with it changed since.' })
  }
  return left
}
