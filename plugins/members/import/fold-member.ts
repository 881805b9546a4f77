/** Columns of a file are not fields of a record: names in one cell, three telephone numbers, `PLZ Ort`, a chamber. */
import { addDays, unknownStart } from '@guildhall/sdk'
import type { MemberPatch } from '../member-schema.ts'
import { foldAddress, partsOf } from './fold-address.ts'
import { foldName } from './fold-name.ts'
import type { AlsoIn } from './repeated-rows.ts'
import type { Gender } from './values/index.ts'
import { written } from './written.ts'

/** A seat or membership that a member's row speaks of beside the member. */
export interface Attachment {
  readonly target: 'group-members' | 'memberships'
  /** Field of the row it comes from. */
  readonly field: string
  readonly values: Readonly<Record<string, unknown>>
}
export interface FoldedMember {
  readonly recordId?: string
  /** The number in the import's own register. */
  readonly externalId?: string
  readonly externalIds: Readonly<Record<string, string>>
  /** Without external ids: those are laid over what is there. */
  readonly patch: MemberPatch
  readonly pending: boolean
  readonly suspended: boolean
  /** The file says so; our status follows from periods and the day of leaving. */
  readonly expired: boolean
  readonly attachments: readonly Attachment[]
}

type Values = Readonly<Record<string, unknown>>

/** Fields taken over as they are. */
const PLAIN = [
  'firstName',
  'middleName',
  'lastName',
  'suffix',
  'displayName',
  'email',
  'birthday',
  'gender',
  'photoUrl',
  'language',
  'notes',
  'skills',
  'tags',
  'role',
  'joinedOn',
  'leftOn',
  'customFields',
] as const

/** @param o.home see `foldAddress` */
export function foldMember(
  row: Values,
  o: { ends: 'lastDay' | 'exclusive'; plan?: string; home?: string },
): FoldedMember {
  // Nobody is a member longer than he lives.
  const values = row.diedOn === undefined ? row : { leftOn: row.diedOn, ...row }
  const patch: Record<string, unknown> = {}
  for (const name of PLAIN) if (values[name] !== undefined) patch[name] = values[name]
  const metadata: Record<string, unknown> = { ...(values.metadata as object | undefined) }
  const keep = (key: string, value: unknown) => {
    if (value !== undefined && metadata[key] === undefined) metadata[key] = value
  }
  foldName(values, patch, keep)
  const gender = values.salutation as Gender | undefined
  if (gender !== undefined && gender !== 'unknown') patch.gender ??= gender
  keep('nickname', values.nickname)
  if (values.otherEmail !== values.email) keep('otherEmail', values.otherEmail)
  keep('diedOn', values.diedOn)
  foldPhones(values, patch, keep)
  const address = foldAddress(values, o.home)
  if (address) patch.address = address
  const contact = partsOf(values, 'emergencyContact.')
  if (contact) patch.emergencyContact = contact
  const attachments = attachmentsOf(values, o, keep)
  if (Object.keys(metadata).length > 0) patch.metadata = metadata
  return {
    ...(values.recordId !== undefined && { recordId: written(values.recordId) }),
    ...(values.externalId !== undefined && { externalId: written(values.externalId) }),
    externalIds: (values.externalIds ?? {}) as Record<string, string>,
    patch: patch as MemberPatch,
    pending: values.status === 'pending',
    suspended: values.status === 'suspended',
    expired: values.status === 'expired' || values.deceased === true,
    attachments,
  }
}

/** Values of a row whose first column of addresses is blank: the second one has the address. */
export function withFirstEmail(values: Values): Values {
  const { otherEmail, ...others } = values
  return values.email === undefined && otherEmail !== undefined ? { ...others, email: otherEmail } : values
}

type Keep = (key: string, value: unknown) => void

/** One number is the member's telephone; the others stay by their names. */
function foldPhones(values: Values, patch: Record<string, unknown>, keep: Keep): void {
  const names = ['phone', 'mobilePhone', 'workPhone', 'otherPhone'] as const
  const main = names.find((name) => values[name] !== undefined)
  if (!main) return
  patch.phone = values[main]
  const seen = new Set([values[main]])
  for (const name of names) {
    if (seen.has(values[name])) continue
    keep(name, values[name])
    seen.add(values[name])
  }
  if (main === 'mobilePhone' || main === 'workPhone') keep('phoneKind', main === 'mobilePhone' ? 'mobile' : 'work')
}

function attachmentsOf(values: Values, o: { ends: 'lastDay' | 'exclusive'; plan?: string }, keep: Keep): Attachment[] {
  const attachments: Attachment[] = []
  const seat = (field: string, group: unknown, dates: Values, role = values.groupRole) =>
    attachments.push({
      target: 'group-members',
      field,
      values: defined({ 'group.externalId': group, role: role ?? undefined, ...dates }),
    })
  const left = exclusiveEnd(values.leftOn, 'lastDay')
  if (values['seat.group'] !== undefined)
    seat('seat.group', values['seat.group'], {
      start: values['seat.start'],
      end: exclusiveEnd(values['seat.end'], o.ends),
    })
  // A column of departments knows no days: who sits there does so while he is a member.
  for (const field of ['groups', 'groups.ticked'] as const)
    for (const group of (values[field] ?? []) as string[]) seat(field, group, { since: values.joinedOn, end: left })
  for (const { groups, groupRole } of (values.alsoIn ?? []) as AlsoIn[])
    for (const group of groups) seat('groups', group, { since: values.joinedOn, end: left }, groupRole ?? null)
  if (attachments.length === 0) keep('function', values.groupRole)
  const plan = values.plan ?? (values.joinedOn === undefined ? undefined : o.plan)
  if (plan !== undefined) {
    attachments.push({
      target: 'memberships',
      field: 'plan',
      values: defined({ plan, start: values.joinedOn ?? unknownStart, end: left }),
    })
  }
  return attachments
}

const defined = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))

/** The first day no longer covered. Files write the last day, unless they say otherwise. */
export function exclusiveEnd(end: unknown, ends: 'lastDay' | 'exclusive'): string | undefined {
  if (typeof end !== 'string') return undefined
  return ends === 'exclusive' ? end : addDays(end, 1)
}
