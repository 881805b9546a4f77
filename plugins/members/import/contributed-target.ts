/** Another plugin's table: the import resolves the members its rows name and keeps what the plugin decides. */
import type { Tx } from '@guildhall/sdk'
import type { Caller, ImportChoices, ImportedRow, ImportRow, ImportVerdict, MemberImportTarget } from '../refs.ts'
import { findPeople, type Person } from './find-members.ts'
import { exclusiveEnd } from './fold-member.ts'
import type { ImportOptions } from './import-schema.ts'
import { plannedRows } from './import-sql.ts'
import type { RowNotices } from './row-notices.ts'
import type { Flaw, ReadRow } from './row-reader.ts'
import { type AppliedRow, type DoneRow, type DueRow, type PlannedRow, type RowTarget, unplanned } from './row-target.ts'
import type { PersonName } from './values/index.ts'
import { quoted } from './written.ts'

export interface Surroundings {
  readonly caller: Caller
  readonly options: ImportOptions
  readonly system: string
  /** The header of the column a field comes from. */
  headerOf(field: string | undefined): string | null
  /** Where the words of a field's column are kept when the field cannot hold them. */
  besideOf(field: string): string | null
  readonly notices: RowNotices
}

export const choicesOf = (options: ImportOptions): ImportChoices => ({
  createMissing: options.createMissing ?? false,
  onlyEmpty: options.update === 'fillEmpty',
})

interface Kept {
  readonly values: Readonly<Record<string, unknown>>
  readonly verdict: ImportVerdict
}

export function contributedTarget(target: MemberImportTarget, o: Surroundings): RowTarget {
  const choices = choicesOf(o.options)
  const ask = (tx: Tx, rows: readonly ImportRow[]) => target.plan(tx, rows, o.caller, choices)
  return {
    id: target.id,
    permission: target.permission,
    batch: target.whole ? null : 5000,
    plan: async (tx, rows) => {
      const sound = await resolveMembers(tx, rows, target, o)
      const asked = sound.flatMap((one) => ('values' in one ? [{ number: one.row.number, values: one.values }] : []))
      const verdicts = new Map((await ask(tx, asked)).map((verdict, i) => [asked[i]!.number, verdict]))
      return sound.map((one): PlannedRow => {
        if ('planned' in one) return one.planned
        return verdictRow(one.row, one.values, verdicts.get(one.row.number)!, o)
      })
    },
    changedSince: async (tx, importId) => {
      const changed: { number: number; reason: string }[] = []
      for await (const rows of plannedRows(tx, importId, ['create', 'update'], target.whole ? null : 5000)) {
        const kept = rows.map(({ data }) => data as Kept)
        const verdicts = await ask(
          tx,
          rows.map(({ number }, i) => ({ number, values: kept[i]!.values })),
        )
        rows.forEach(({ number }, i) => {
          if (!agree(kept[i]!.verdict, verdicts[i]!)) changed.push({ number, reason: changeOf(verdicts[i]!) })
        })
      }
      return changed
    },
    apply: async (tx, rows) => {
      const due = rows.map(({ number, data }) => ({ number, ...(data as Kept) }))
      const verdicts = await ask(tx, due)
      const standing = due.filter((row, i) => agree(row.verdict, verdicts[i]!))
      const done = standing.length > 0 ? await target.apply(tx, standing, o.caller, choices) : []
      const left = due.flatMap((row, i): AppliedRow[] =>
        agree(row.verdict, verdicts[i]!) ? [] : [{ number: row.number, flaw: changedFlaw(changeOf(verdicts[i]!)) }],
      )
      return [...done.map((row): AppliedRow => ({ number: row.number, result: row })), ...left]
    },
    undo: async (tx, rows) => {
      const byId = new Map(rows.map((row) => [(row.result as ImportedRow).id, row.number]))
      const left = await target.undo(
        tx,
        rows.map(({ result }) => result as ImportedRow),
        o.caller,
      )
      return left.map((id) => ({ number: byId.get(id) ?? 0, reason: 'It changed since.' }))
    },
  }
}

export const changedFlaw = (reason: string): Flaw => ({ column: null, value: null, reason, accepted: 'a new plan' })

const agree = (planned: ImportVerdict, now: ImportVerdict): boolean => {
  if (planned.outcome !== now.outcome) return false
  return (
    planned.outcome !== 'update' ||
    (now.outcome === 'update' && planned.id === now.id && planned.version === now.version)
  )
}
const changeOf = (now: ImportVerdict): string =>
  'reason' in now ? now.reason : now.outcome === 'create' ? 'It is gone since.' : 'It changed since.'

function verdictRow(row: ReadRow, values: Kept['values'], verdict: ImportVerdict, o: Surroundings): PlannedRow {
  if (verdict.outcome === 'conflict' || verdict.outcome === 'error')
    return unplanned(row, verdict.outcome, [flawOf(verdict, values, o)])
  return {
    number: row.number,
    outcome: verdict.outcome,
    targetId: 'id' in verdict ? verdict.id : null,
    targetVersion: 'version' in verdict ? verdict.version : null,
    data: verdict.outcome === 'unchanged' ? null : ({ values, verdict } satisfies Kept),
    flaws: [],
  }
}

/** A verdict's field as the column of the file, with what stands there. */
export function flawOf(
  verdict: Extract<ImportVerdict, { reason: string }>,
  values: Kept['values'],
  o: Pick<Surroundings, 'headerOf'>,
): Flaw {
  const value = verdict.column === undefined ? undefined : values[verdict.column]
  return {
    column: o.headerOf(verdict.column) ?? verdict.column ?? null,
    value: quoted(value),
    reason: verdict.reason,
    accepted: verdict.accepted ?? null,
  }
}

type Resolved = { row: ReadRow; values: Kept['values'] } | { row: ReadRow; planned: PlannedRow }

const MEMBER = 'member.'
const FULL_NAME = `${MEMBER}fullName`

/** Finds the members rows name, and gives the values their final form. */
async function resolveMembers(
  tx: Tx,
  rows: readonly ReadRow[],
  target: MemberImportTarget,
  o: Surroundings,
): Promise<Resolved[]> {
  const people = rows.map(personOf)
  const find = await findPeople(tx, people, o.system)
  return rows.map((row, i): Resolved => {
    if (row.flaws.length > 0) return { row, planned: unplanned(row, 'error', row.flaws) }
    const own = Object.entries(row.values).filter(([name]) => !name.startsWith(MEMBER))
    const values: Record<string, unknown> = Object.fromEntries(own)
    if (values.end !== undefined) values.end = exclusiveEnd(values.end, o.options.ends ?? 'lastDay')
    if (target.id === 'memberships' && values.plan === undefined && o.options.plan) values.plan = o.options.plan
    if (target.id === 'groups') return { row, values }
    const found = find(people[i]!)
    if (found.kind === 'one') return { row, values: { ...values, 'member.id': found.id } }
    const by = `${MEMBER}${found.kind === 'none' ? (namedBy(people[i]!) ?? 'externalId') : found.field}`
    const field = row.values[by] === undefined && row.values[FULL_NAME] ? FULL_NAME : by
    const flaw: Flaw = {
      column: o.headerOf(field) ?? null,
      value: quoted(field === FULL_NAME ? nameOf(people[i]!) : row.values[field]),
      reason: found.kind === 'none' ? 'No member is found by this.' : found.reason,
      accepted: found.kind === 'none' ? 'the number, e-mail address or name of a member who is there' : found.accepted,
      ...(found.kind === 'doubtful' && { candidates: found.candidates }),
    }
    return { row, planned: unplanned(row, found.kind === 'doubtful' ? 'conflict' : 'error', [flaw]) }
  })
}

function personOf({ values }: ReadRow): Person {
  const text = (name: string) =>
    typeof values[MEMBER + name] === 'string' ? (values[MEMBER + name] as string) : undefined
  const full = values[FULL_NAME] as PersonName | undefined
  const parts: Record<keyof Person, string | undefined> = {
    recordId: text('recordId'),
    externalId: text('externalId'),
    email: text('email'),
    firstName: text('firstName') ?? (full?.firstName || undefined),
    lastName: text('lastName') ?? (full?.lastName || undefined),
    displayName: full?.firm,
    birthday: text('birthday'),
  }
  // The record's own id says it all; a number that is nobody's must not find a namesake.
  if (parts.recordId !== undefined) return { recordId: parts.recordId }
  if (parts.externalId !== undefined) return { externalId: parts.externalId }
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as Person
}

const nameOf = ({ firstName, lastName, displayName }: Person): string =>
  displayName ?? [firstName, lastName].filter(Boolean).join(' ')

const namedBy = (person: Person): string | undefined => Object.keys(person)[0]

export type { DoneRow, DueRow }
