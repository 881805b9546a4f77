/** Seats and memberships that rows of members speak of, planned by their plugins, for members who may not be there yet. */
import type { Tx } from '@guildhall/sdk'
import type { ImportVerdict, MemberImportTarget } from '../refs.ts'
import { choicesOf, flawOf } from './contributed-target.ts'
import type { Attachment } from './fold-member.ts'
import type { MemberSurroundings, Working } from './member-plan.ts'
import { openField } from './metadata-key.ts'
import { type Left, missingNotice, missingWord } from './missing.ts'
import { written } from './written.ts'

interface Wanted {
  readonly one: Working
  readonly attachment: Attachment
}
/** Columns of a row whose words stay words. */
type Leaving = Map<Working, Map<string, Left>>

/**
 * Gives each row what is to be attached, or its flaw. Words of a club's list that name what nobody has cost no member: they
 * are kept with his metadata, and told.
 * @returns the rows whose record has such words now
 */
export async function attach(tx: Tx, working: readonly Working[], o: MemberSurroundings): Promise<Iterable<Working>> {
  const leaving: Leaving = new Map()
  const wanted = working.flatMap((one) => one.folded.attachments.map((attachment): Wanted => ({ one, attachment })))
  for (const [id, group] of Map.groupBy(wanted, ({ attachment }) => attachment.target)) {
    const target = o.attachable.get(id)
    if (!target) continue
    const again = await settle(tx, target, group, leaving, o)
    if (again.length > 0) await settle(tx, target, again, leaving, o)
  }
  for (const columns of leaving.values())
    for (const left of columns.values()) o.notices.note(missingNotice(left, o.options))
  return [...leaving.keys()].filter(({ flaws }) => flaws.length === 0)
}

/** @returns those to be asked once more, without the function that nobody has there */
async function settle(
  tx: Tx,
  target: MemberImportTarget,
  group: readonly Wanted[],
  leaving: Leaving,
  o: MemberSurroundings,
): Promise<Wanted[]> {
  const rows = group.map(({ one, attachment }, number) => ({
    number,
    values: { ...attachment.values, 'member.id': one.id! },
  }))
  const verdicts = await target.plan(tx, rows, o.caller, choicesOf(o.options))
  const again: Wanted[] = []
  group.forEach(({ one, attachment }, i) => {
    const verdict = verdicts[i]!
    const { values } = rows[i]!
    if (verdict.outcome === 'unchanged') return
    if (verdict.outcome === 'create' || verdict.outcome === 'update') {
      one.kept = { ...one.kept, attached: [...(one.kept?.attached ?? []), { target: target.id, values, verdict }] }
    } else if (verdict.missing && isRemark(attachment, o)) {
      leave(one, attachment, verdict.missing, leaving, o)
      if (verdict.missing.what === 'function') again.push({ one, attachment: withoutRole(attachment) })
    } else {
      one.outcome = one.outcome === 'error' ? 'error' : verdict.outcome
      const { field } = attachment
      one.flaws.push({ ...flawOf(verdict, values, o), column: o.headerOf(field) ?? field })
    }
  })
  return again
}

/** A word in the register of people. A seat with days of its own is more, and so is the plan that whoever imports chose. */
const isRemark = ({ field }: Attachment, o: MemberSurroundings): boolean =>
  field !== 'seat.group' && (field !== 'plan' || o.headerOf(field) !== null)

const withoutRole = (attachment: Attachment): Attachment => {
  const { role: _, ...values } = attachment.values
  return { ...attachment, values }
}

type Missing = NonNullable<Extract<ImportVerdict, { reason: string }>['missing']>

function leave(one: Working, attachment: Attachment, missing: Missing, leaving: Leaving, o: MemberSurroundings): void {
  const field = missing.what === 'function' ? 'groupRole' : attachment.field
  const beside = o.besideOf(field) ?? `metadata.${missing.what}`
  keepWord(one, beside, missing.name)
  // A function goes with the seat that is not made.
  const { role } = attachment.values
  if (missing.what === 'group' && role !== undefined)
    keepWord(one, o.besideOf('groupRole') ?? 'metadata.function', written(role))
  const left: Left = { column: o.headerOf(field), what: missing.what, beside }
  leaving.set(one, (leaving.get(one) ?? new Map<string, Left>()).set(beside, left))
  o.notices.note(missingWord(left, missing.name))
}

function keepWord(one: Working, beside: string, word: string): void {
  const { patch } = one.folded
  const { key } = openField(beside)!
  const words = new Set([...written(patch.metadata?.[key]).split('; '), word].filter(Boolean))
  const metadata = { ...patch.metadata, [key]: [...words].join('; ') }
  one.folded = { ...one.folded, patch: { ...patch, metadata } }
}
