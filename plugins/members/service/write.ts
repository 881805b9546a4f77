/** Adding and changing members: the rights that hang on a field, the rows, the log, the event. */
import { dateIn, handOf, Problem, problems, type Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import type { MembersContext } from '../context.ts'
import { type CustomField, customFields } from '../custom-fields/definition.ts'
import { actorColumns, userOf } from '../record/actor.ts'
import { attachedOf, exchange, together } from '../record/attached.ts'
import { differences, mergePatch } from '../record/merge-patch.ts'
import { emptyProfile, type Profile, profileFields, storedProfile } from '../record/stored.ts'
import {
  type MemberChange,
  type MemberRecord,
  memberCreated,
  memberUpdated,
  type NewMember,
  type WriteOptions,
} from '../refs.ts'
import { lockMembers } from '../sql/read-members.ts'
import { claiming } from '../sql/violations.ts'
import { type ActivityRow, changeAttached, insertMembers, updateMembers } from '../sql/write-members.ts'
import { recomputeStatus } from './status.ts'

/** @returns records in the order given, and ids that seem to be doubled by the new ones */
export async function addMembers(
  ctx: MembersContext,
  tx: Tx,
  inputs: readonly NewMember[],
  o: WriteOptions,
): Promise<{ records: MemberRecord[]; doubled: readonly string[] }> {
  if (inputs.length === 0) return { records: [], doubled: [] }
  const { timeZone, country } = await ctx.use.organization.current(tx)
  const at = tx.now()
  const today = dateIn(timeZone, at)
  await requireRoles(
    ctx,
    tx,
    inputs.map(({ role }) => role),
  )
  const fields = inputs.some(({ customFields: sent }) => sent) ? await customFields(tx) : []
  const now = at.toISOString()
  const records = inputs.map((input): MemberRecord => {
    const profile = mergePatch(emptyProfile, { joinedOn: today, ...defined(input) }, { fields, today })
    const suspended = input.suspendedReason !== undefined
    return {
      id: input.id ?? uuidv7(),
      ...profile,
      status: suspended ? 'suspended' : input.pending ? 'pending' : hasLeft(profile, today) ? 'expired' : 'active',
      pending: input.pending ?? false,
      userId: input.userId ?? null,
      suspendedAt: suspended ? now : null,
      suspendedReason: input.suspendedReason ?? null,
      deletedAt: null,
      mergedInto: null,
      createdAt: now,
      updatedAt: now,
      version: 1,
    }
  })
  const { required, doubled } = await claiming(() =>
    insertMembers(tx, {
      rows: records.map((record) => ({
        ...storedProfile(record, country),
        id: record.id,
        status: record.status,
        pending: record.pending,
        suspended_at: record.suspendedAt,
        suspended_reason: record.suspendedReason,
        user_id: record.userId,
      })),
      attached: together(records.map((record) => attachedOf(record.id, record, fields))),
      activities: records.map(({ id }) => activityRow(id, o.activity ?? 'created', { detail: o.detail })),
      actor: actorColumns(tx.actor),
      at,
      findDuplicates: o.findDuplicates ?? false,
    }),
  )
  if (!o.allowIncomplete) requireFields(records, required)
  if (inputs.some(({ userId }) => userId)) tx.accessChanged()
  if (o.events !== false) {
    for (const { id } of records) {
      await tx.emit(memberCreated, { memberId: id, sendWelcome: o.notify ?? false })
      await tx.audit({ action: 'members.created', target: { type: 'member', id } })
    }
  }
  return { records, doubled: doubled.filter((id) => !records.some((record) => record.id === id)) }
}

/** @returns the records as they are now, and which of them changed in what */
export async function changeMembers(
  ctx: MembersContext,
  tx: Tx,
  changes: readonly MemberChange[],
  o: WriteOptions,
): Promise<{ records: Map<string, MemberRecord>; changed: Map<string, readonly string[]> }> {
  const { timeZone, country } = await ctx.use.organization.current(tx)
  const at = tx.now()
  const today = dateIn(timeZone, at)
  const before = await lockMembers(
    tx,
    changes.map(({ id }) => id),
  )
  const withCustom = changes.some(({ patch }) => patch.customFields)
  const fields = withCustom ? await customFields(tx) : []
  const records = new Map(before)
  const changed = new Map<string, readonly string[]>()
  for (const { id, patch, versions } of changes) {
    const present = before.get(id)
    if (!present) throw new Problem(problems.notFound)
    if (versions && !versions.includes(present.version)) throw new Problem(problems.preconditionFailed)
    const profile = mergePatch(profileOf(present), patch, { fields, today })
    const names: string[] = differences(profileOf(present), profile)
    const pending = patch.pending ?? present.pending
    if (pending !== present.pending) names.push('pending')
    if (names.length === 0) continue
    const next = { ...present, ...profile, pending, updatedAt: at.toISOString(), version: present.version + 1 }
    await requireSensitive(ctx, tx, present, next)
    records.set(id, next)
    changed.set(id, names)
  }
  if (changed.size > 0) await write(ctx, tx, { before, records, changed, fields, country, at, o })
  return { records, changed }
}

async function write(
  ctx: MembersContext,
  tx: Tx,
  {
    before,
    records,
    changed,
    fields,
    country,
    at,
    o,
  }: {
    before: ReadonlyMap<string, MemberRecord>
    records: Map<string, MemberRecord>
    changed: Map<string, readonly string[]>
    fields: readonly CustomField[]
    country: string
    at: Date
    o: WriteOptions
  },
): Promise<void> {
  const pairs = [...changed.keys()].map((id) => ({ old: before.get(id)!, next: records.get(id)! }))
  const swaps = pairs.map(({ old, next }) =>
    exchange(attachedOf(old.id, old, fields), attachedOf(old.id, next, fields)),
  )
  await claiming(async () => {
    await updateMembers(tx, {
      rows: pairs.map(({ next }) => ({ ...storedProfile(next, country), id: next.id, pending: next.pending })),
      activities: pairs.map(({ old, next }) =>
        activityRow(old.id, o.activity ?? 'updated', {
          byMember: old.userId !== null && old.userId === userOf(tx.actor),
          changes: (changed.get(old.id) ?? []).map((field) => ({
            field,
            from: old[field as keyof MemberRecord],
            to: next[field as keyof MemberRecord],
          })),
          detail: o.detail,
        }),
      ),
      actor: actorColumns(tx.actor),
      at,
    })
    await changeAttached(tx, together(swaps.map(({ out }) => out)), together(swaps.map(({ into }) => into)))
  })
  if (pairs.some(({ old, next }) => old.userId && (old.role !== next.role || old.pending !== next.pending)))
    tx.accessChanged()
  const moved = [...changed].flatMap(([id, names]) => (names.includes('leftOn') ? [id] : []))
  for (const { id, status, version, updated_at } of await recomputeStatus(ctx, tx, moved, { events: false })) {
    records.set(id, { ...records.get(id)!, status, version, updatedAt: updated_at.toISOString() })
    changed.set(id, [...changed.get(id)!, 'status'])
  }
  if (o.events === false) return
  for (const [id, names] of changed) {
    await tx.emit(memberUpdated, { memberId: id, changed: [...names] })
    await tx.audit({ action: 'members.updated', target: { type: 'member', id }, changed: names })
  }
}

/** Nobody new has periods, so the day of leaving decides. It is the last day as a member. */
const hasLeft = ({ leftOn }: Profile, today: string): boolean => leftOn !== null && leftOn < today

export function activityRow(
  memberId: string,
  kind: string,
  o: { byMember?: boolean; changes?: unknown; detail?: unknown } = {},
): ActivityRow {
  return {
    id: uuidv7(),
    member_id: memberId,
    kind,
    by_member: o.byMember ?? false,
    changes: o.changes ?? [],
    detail: o.detail ?? {},
  }
}

export const profileOf = (record: MemberRecord): Profile =>
  Object.fromEntries(profileFields.map((field) => [field, record[field]])) as unknown as Profile

/** Whoever writes a role must hold it (SECURITY §3). Nobody wrote one that was left out. */
async function requireRoles(ctx: MembersContext, tx: Tx, roles: readonly (string | undefined)[]): Promise<void> {
  for (const role of new Set(roles)) if (role !== undefined) await ctx.use.access.requireGrantable(tx, { role })
}

/** Fields that carry rights: the role, and the address an account is entered by. */
async function requireSensitive(ctx: MembersContext, tx: Tx, old: MemberRecord, next: MemberRecord): Promise<void> {
  if (old.role !== next.role) {
    await ctx.use.access.requireGrantable(tx, { role: next.role })
    if (old.userId !== null) {
      if (old.userId === handOf(tx.actor))
        throw new Problem(problems.forbidden, { detail: 'Nobody changes his own role; ask another administrator.' })
      await ctx.use.access.requireGrantable(tx, { role: old.role })
      await ctx.use.access.requireAnotherAdmin(tx, { userId: old.userId })
    }
  }
  if (old.email !== next.email && old.userId !== null)
    await ctx.use.access.requireMayChangeLoginEmail(tx, { userId: old.userId })
}

function requireFields(records: readonly MemberRecord[], required: readonly string[]): void {
  const missing = required.filter((key) => records.some(({ customFields: values }) => values[key] === undefined))
  if (missing.length === 0) return
  throw new Problem(problems.validationFailed, {
    detail: `Required: ${missing.join(', ')}.`,
    errors: missing.map((key) => ({ pointer: `/customFields/${key}`, message: 'is required', code: 'required' })),
  })
}

const defined = (input: NewMember): NewMember =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as NewMember
