/** Each row against the register, by the rules of the API: whom it means, what it changes, who may do that. */
import { dateIn, isProblem, type Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import type { MembersContext } from '../context.ts'
import type { CustomField } from '../custom-fields/definition.ts'
import type { MemberPatch } from '../member-schema.ts'
import { emailKey } from '../normalise.ts'
import { differences, mergePatch } from '../record/merge-patch.ts'
import { emptyProfile, type Profile } from '../record/stored.ts'
import type { ImportVerdict, MemberImportTarget, MemberRecord, NewMember } from '../refs.ts'
import { profileOf } from '../service/write.ts'
import { readMembers } from '../sql/read-members.ts'
import { attach } from './attach.ts'
import type { Surroundings } from './contributed-target.ts'
import { type Found, findPeople, foldedName, type Person, soundOf } from './find-members.ts'
import { type Attachment, type FoldedMember, foldMember, withFirstEmail } from './fold-member.ts'
import { lastDayUnsaid } from './last-day.ts'
import { layOver } from './lay-over.ts'
import { misfits, newMember } from './member-input.ts'
import type { Flaw, ReadRow } from './row-reader.ts'
import { type PlannedRow, unplanned } from './row-target.ts'
import { sharesEmails, withContactEmail } from './shared-email.ts'
import { quoted } from './written.ts'

export interface MemberSurroundings extends Surroundings {
  readonly ctx: MembersContext
  readonly customFields: readonly CustomField[]
  readonly organization: { country: string; timeZone: string }
  /** The zeros in front of the file's postal codes are lost. */
  readonly cutPostalCodes: boolean
  /** What enabled plugins let rows of members say beside the member: seats, memberships. */
  readonly attachable: ReadonlyMap<string, MemberImportTarget>
}

export interface KeptMember {
  /** Of a new member. */
  readonly input?: NewMember
  readonly patch?: MemberPatch
  readonly changed?: readonly (keyof Profile)[]
  readonly attached?: readonly { target: string; values: Attachment['values']; verdict: ImportVerdict }[]
  /** The sound of the name, where there is an address: families share those. */
  readonly called?: string
  /** The address is another one's, of the register or of an earlier row. */
  readonly sharesEmail?: true
}
/** A row while it is planned. */
export interface Working {
  readonly row: ReadRow
  folded: FoldedMember
  readonly person: Person
  readonly flaws: Flaw[]
  outcome?: 'conflict' | 'error'
  present?: MemberRecord
  id?: string
  kept?: KeptMember
  changed?: readonly (keyof Profile)[]
  emailTaken?: boolean
}

export async function planMembers(tx: Tx, read: readonly ReadRow[], o: MemberSurroundings): Promise<PlannedRow[]> {
  const rows = read.map((row) => ({ ...row, values: withFirstEmail(row.values) }))
  const today = dateIn(o.organization.timeZone, tx.now())
  const ends = o.options.ends ?? 'lastDay'
  const plan = o.options.plan
  const home = o.cutPostalCodes ? o.organization.country : undefined
  const fold = (values: ReadRow['values']) =>
    foldMember(values, { ends, ...(plan !== undefined && { plan }), ...(home !== undefined && { home }) })
  const working = rows.map((row): Working => {
    const folded = fold(row.values)
    return { row, folded, person: personOf(folded), flaws: [...row.flaws] }
  })
  for (const one of working) if (one.flaws.length === 0) checkSchema(one, o)
  const find = await findPeople(
    tx,
    working.map(({ person }) => person),
    o.system,
    { sharing: sharesEmails(o.options) },
  )
  const sound = working.filter((one) => one.flaws.length === 0)
  const found = new Map(sound.map((one) => [one, find(one.person)]))
  const present = await readMembers(
    tx,
    [...found.values()].flatMap((f) => (f.kind === 'one' ? [f.id] : [])),
  )
  for (const one of sound) {
    const seen = found.get(one)!
    const there = seen.kind === 'one' ? present.get(seen.id) : undefined
    let { values } = one.row
    if (seen.emailTaken) values = withContactEmail(values)
    const leftOn = one.folded.expired ? lastDayUnsaid(one.folded.patch, there, today) : null
    if (leftOn !== null) {
      values = { ...values, leftOn }
      const message = `The row says that the member left, not when: ${leftOn} stands as the last day.`
      o.notices.note({ code: 'assumed', column: o.headerOf('status') ?? o.headerOf('deceased'), message })
    }
    if (values !== one.row.values) one.folded = fold(values)
    one.emailTaken = seen.emailTaken === true
  }
  const roles = new Map<string, string | null>()
  for (const one of sound) await decide(tx, one, found.get(one)!, { o, present, roles, today })
  const left = await attach(
    tx,
    sound.filter(({ flaws }) => flaws.length === 0),
    o,
  )
  for (const one of left) await decide(tx, one, found.get(one)!, { o, present, roles, today })
  return working.map(plannedRow)
}

const personOf = (folded: FoldedMember): Person => {
  const { patch } = folded
  const said: Record<keyof Person, unknown> = {
    recordId: folded.recordId,
    externalId: folded.externalId,
    email: patch.email,
    firstName: patch.firstName,
    lastName: patch.lastName,
    displayName: patch.displayName,
    birthday: patch.birthday,
  }
  return Object.fromEntries(Object.entries(said).filter(([, value]) => typeof value === 'string')) as Person
}

const anything = 'a value that the API accepts'
/** Where not the cell alone is wrong, but what it means beside the calendar or another cell. */
const acceptedByRule: Readonly<Record<string, string>> = {
  birthday: 'a day that is not in the future',
  leftOn: 'the day of joining, or one after it',
}

function checkSchema(one: Working, o: MemberSurroundings): void {
  for (const { field, message } of misfits(one.folded.patch)) one.flaws.push(flaw(one, o, field, message, anything))
}

const flaw = (
  one: Working,
  o: Pick<Surroundings, 'headerOf'>,
  field: string,
  reason: string,
  accepted: string | null,
  candidates?: readonly string[],
): Flaw => {
  const value = one.row.values[field] ?? one.folded.patch[field as keyof MemberPatch]
  return {
    column: o.headerOf(field) ?? field,
    value: quoted(value),
    reason,
    accepted,
    ...(candidates && { candidates }),
  }
}

interface Deciding {
  readonly o: MemberSurroundings
  readonly present: ReadonlyMap<string, MemberRecord>
  readonly roles: Map<string, string | null>
  readonly today: string
}

async function decide(tx: Tx, one: Working, found: Found, d: Deciding): Promise<void> {
  const { o } = d
  if (found.kind === 'unknown' || found.kind === 'doubtful') {
    one.outcome = found.kind === 'unknown' ? 'error' : 'conflict'
    const candidates = found.kind === 'doubtful' ? found.candidates : undefined
    one.flaws.push(flaw(one, o, found.field, found.reason, found.accepted, candidates))
    return
  }
  const present = found.kind === 'one' ? d.present.get(found.id) : undefined
  try {
    if (present) change(one, present, d)
    else create(one, d)
  } catch (error) {
    if (!isProblem(error)) throw error
    const places = error.errors.length > 0 ? error.errors : [{ pointer: '', message: error.message }]
    for (const { pointer, message } of places) {
      const field = pointer.slice(1).replaceAll('/', '.')
      one.flaws.push(flaw(one, o, field, message, acceptedByRule[field] ?? anything))
    }
    return
  }
  await requireRights(tx, one, d)
}

function create(one: Working, d: Deciding): void {
  const { o } = d
  const id = one.id ?? uuidv7()
  const input = newMember(one.folded, id, o.system)
  const { patch } = one.folded
  mergePatch(
    emptyProfile,
    { ...patch, customFields: patch.customFields ?? {} },
    { fields: o.customFields, today: d.today },
  )
  for (const { key, title, required } of o.customFields)
    if (required && patch.customFields?.[key] === undefined)
      one.flaws.push(
        flaw(one, o, `customFields.${key}`, `${title} is required.`, 'a value in every row of a new member'),
      )
  one.id = id
  one.kept = { ...one.kept, input }
}

function change(one: Working, present: MemberRecord, d: Deciding): void {
  const { o } = d
  const before = profileOf(present)
  const patch = layOver(before, one.folded, {
    onlyEmpty: o.options.update === 'fillEmpty',
    cleared: one.row.cleared,
    system: o.system,
    country: o.organization.country,
  })
  const changed = differences(before, mergePatch(before, patch, { fields: o.customFields, today: d.today }))
  one.id = present.id
  one.present = present
  one.changed = changed
  if (changed.length > 0) one.kept = { ...one.kept, patch, changed }
}

/** A file gives no role and takes no login that whoever imports could not give or take himself. */
async function requireRights(tx: Tx, one: Working, { o, roles }: Deciding): Promise<void> {
  const role = one.folded.patch.role
  const access = o.ctx.use.access
  if (role !== undefined && role !== one.present?.role) {
    for (const asked of one.present?.userId ? [role, one.present.role] : [role]) {
      if (!roles.has(asked)) roles.set(asked, await refusal(() => access.requireGrantable(tx, { role: asked })))
      const refused = roles.get(asked)
      if (refused) one.flaws.push(flaw(one, o, 'role', refused, 'a role that you hold yourself'))
    }
  }
  const userId = one.present?.userId
  if (userId && one.changed?.includes('email')) {
    const refused = await refusal(() => access.requireMayChangeLoginEmail(tx, { userId }))
    if (refused) one.flaws.push(flaw(one, o, 'email', refused, 'the address that is there'))
  }
}

async function refusal(ask: () => Promise<void>): Promise<string | null> {
  try {
    await ask()
    return null
  } catch (error) {
    if (!isProblem(error)) throw error
    return error.errors[0]?.message ?? error.message
  }
}

const plannedRow = (one: Working): PlannedRow => {
  const { person } = one
  // A number is taken by its row, whatever else is wrong with that.
  if (one.flaws.length > 0)
    return { ...unplanned(one.row, one.outcome ?? 'error', one.flaws), externalKey: person.externalId }
  const unsaid = person.externalId === undefined
  return {
    number: one.row.number,
    outcome: one.kept?.input ? 'create' : one.kept ? 'update' : 'unchanged',
    targetId: one.id!,
    targetVersion: one.present?.version ?? null,
    data: one.kept ? { ...one.kept, ...emailsOf(one) } : null,
    flaws: [],
    externalKey: person.externalId,
    emailKey: person.email === undefined || one.emailTaken ? undefined : emailKey(person.email),
    ...(unsaid && !one.present && nameKeys(person)),
  }
}

const emailsOf = ({ person, emailTaken }: Working): Pick<KeptMember, 'called' | 'sharesEmail'> => ({
  ...(person.email !== undefined && { called: soundOf(person) }),
  ...(emailTaken && { sharesEmail: true }),
})

/** Without a number, name and birthday tell people apart; without those, the name as it is written. */
function nameKeys(person: Person): { nameKey?: string; birthday?: string } {
  if (person.birthday !== undefined) return { nameKey: soundOf(person), birthday: person.birthday }
  return person.email === undefined ? { nameKey: foldedName(person) } : {}
}
