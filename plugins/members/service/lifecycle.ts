/** Suspending and coming back, deleting and coming back, becoming a member, being linked to an account. */
import { Problem, problems, type Tx } from '@guildhall/sdk'
import type { MembersContext } from '../context.ts'
import { customFields } from '../custom-fields/definition.ts'
import { actorColumns } from '../record/actor.ts'
import { attachedOf } from '../record/attached.ts'
import { emptyProfile } from '../record/stored.ts'
import {
  type MemberRecord,
  memberDeleted,
  memberReactivated,
  memberRestored,
  memberSuspended,
  memberUpdated,
  type WriteOptions,
} from '../refs.ts'
import { detachExternalIds, setDeleted, setPending, setRole, setSuspension, setUser } from '../sql/lifecycle.ts'
import { lockMembers } from '../sql/read-members.ts'
import type { StatusChange } from '../sql/status.ts'
import { claiming } from '../sql/violations.ts'
import { changeAttached, insertActivities } from '../sql/write-members.ts'
import { recomputeStatus } from './status.ts'
import { activityRow } from './write.ts'

/** Whoever is suspended already stays so from then; for the same reason, nothing happens to him. */
export async function suspend(
  ctx: MembersContext,
  tx: Tx,
  ids: readonly string[],
  reason: string,
  o: WriteOptions,
): Promise<void> {
  const present = (await locked(tx, ids)).filter(({ suspendedReason }) => suspendedReason !== reason)
  const [already, free] = [true, false].map((is) => present.filter(({ suspendedAt }) => (suspendedAt !== null) === is))
  await requireOthersAdminister(ctx, tx, free!)
  await setSuspension(tx, idsOf(present), reason)
  const changed = await recomputeStatus(ctx, tx, idsOf(free!), { events: false })
  await log(tx, free!, o.activity ?? 'suspended', {
    detail: { ...o.detail, reason },
    changes: (before) => [...statusChange(changed, before), { field: 'suspendedReason', from: null, to: reason }],
  })
  await log(tx, already!, 'updated', {
    detail: o.detail,
    changes: ({ suspendedReason }) => [{ field: 'suspendedReason', from: suspendedReason, to: reason }],
  })
  if (o.events === false) return
  for (const id of idsOf(free!)) {
    await tx.emit(memberSuspended, { memberId: id, notify: o.notify ?? true })
    await tx.audit({ action: 'members.suspended', target: { type: 'member', id } })
  }
  for (const id of idsOf(already!)) {
    await tx.emit(memberUpdated, { memberId: id, changed: ['suspendedReason'] })
    await tx.audit({ action: 'members.updated', target: { type: 'member', id }, changed: ['suspendedReason'] })
  }
}

export async function reactivate(ctx: MembersContext, tx: Tx, ids: readonly string[], o: WriteOptions): Promise<void> {
  const present = await locked(tx, ids)
  const free = present.filter(({ suspendedAt }) => suspendedAt === null)
  if (free.length > 0)
    throw new Problem(problems.conflict, {
      detail: `Not suspended: ${free.map(({ displayName }) => displayName).join(', ')}.`,
      extensions: { ids: free.map(({ id }) => id) },
    })
  await setSuspension(tx, ids, null)
  const changed = await recomputeStatus(ctx, tx, ids, { events: false })
  await log(tx, present, o.activity ?? 'reactivated', {
    detail: o.detail,
    changes: (before) => [
      ...statusChange(changed, before),
      { field: 'suspendedReason', from: before.suspendedReason, to: null },
    ],
  })
  if (o.events === false) return
  for (const id of ids) {
    await tx.emit(memberReactivated, { memberId: id })
    await tx.audit({ action: 'members.reactivated', target: { type: 'member', id } })
  }
}

/** Soft: the row stays, its address, account and external ids are free for others. */
export async function remove(
  ctx: MembersContext,
  tx: Tx,
  ids: readonly string[],
  o: WriteOptions & { mergedInto?: string } = {},
): Promise<void> {
  const present = await locked(tx, ids)
  await requireOthersAdminister(ctx, tx, present)
  await setDeleted(tx, ids, { mergedInto: o.mergedInto ?? null })
  await detachExternalIds(tx, ids)
  await log(tx, present, o.activity ?? 'deleted', { detail: o.detail })
  if (present.some(({ userId }) => userId !== null)) tx.accessChanged()
  if (o.events === false) return
  for (const id of ids) {
    await tx.emit(memberDeleted, { memberId: id })
    await tx.audit({ action: 'members.deleted', target: { type: 'member', id } })
  }
}

/** A role that the organisation gave up meanwhile cannot come back; the member does, with the one that new members get. */
export async function restore(
  ctx: MembersContext,
  tx: Tx,
  id: string,
): Promise<MemberRecord & { lostRole: string | null }> {
  const record = (await lockMembers(tx, [id], { deleted: true })).get(id)
  if (!record) throw new Problem(problems.notFound, { detail: 'No deleted member has this id.' })
  if (record.mergedInto !== null)
    throw new Problem(problems.conflict, { detail: `This record was merged into ${record.mergedInto}.` })
  const isLost = !(await ctx.use.access.roles(tx)).some(({ key }) => key === record.role)
  if (isLost) await setRole(tx, id, emptyProfile.role)
  else await ctx.use.access.requireGrantable(tx, { role: record.role })
  const rows = attachedOf(id, record, await customFields(tx))
  await claiming(async () => {
    await setDeleted(tx, [id], null)
    const nothing = { keywords: [], externalIds: [], customValues: [] }
    await changeAttached(tx, nothing, { ...nothing, externalIds: rows.externalIds })
  })
  await log(tx, [record], 'restored', {
    changes: ({ role }) => (isLost ? [{ field: 'role', from: role, to: emptyProfile.role }] : []),
  })
  await recomputeStatus(ctx, tx, [id], { events: false })
  if (record.userId !== null) tx.accessChanged()
  await tx.emit(memberRestored, { memberId: id })
  await tx.audit({
    action: 'members.restored',
    target: { type: 'member', id },
    ...(isLost && { changed: ['role'], meta: { lostRole: record.role } }),
  })
  return { ...(await locked(tx, [id]))[0]!, lostRole: isLost ? record.role : null }
}

export async function linkUser(ctx: MembersContext, tx: Tx, memberId: string, userId: string): Promise<void> {
  const [record] = await locked(tx, [memberId])
  if (record!.userId === userId) return
  if (record!.userId !== null)
    throw new Problem(problems.conflict, { detail: 'This member is linked to another account already.' })
  await claiming(() => setUser(tx, memberId, userId))
  await ctx.use.users.affiliate(tx, userId)
  await log(tx, [record!], 'accountLinked')
  tx.accessChanged()
  await tx.emit(memberUpdated, { memberId, changed: ['userId'] })
  await tx.audit({ action: 'members.accountLinked', target: { type: 'member', id: memberId }, meta: { userId } })
}

export async function accept(ctx: MembersContext, tx: Tx, memberId: string): Promise<void> {
  const [record] = await locked(tx, [memberId])
  if (!record!.pending) return
  await setPending(tx, memberId, false)
  await log(tx, [record!], 'accepted')
  await recomputeStatus(ctx, tx, [memberId], { events: false })
  await tx.emit(memberUpdated, { memberId, changed: ['status'] })
  await tx.audit({ action: 'members.accepted', target: { type: 'member', id: memberId } })
}

/** @throws Problem 404 unless all are there */
async function locked(tx: Tx, ids: readonly string[]): Promise<MemberRecord[]> {
  const found = await lockMembers(tx, ids)
  return ids.map((id) => {
    const record = found.get(id)
    if (!record) throw new Problem(problems.notFound)
    return record
  })
}

/** A suspended or deleted member gives no rights: the last administrator cannot go this way. */
async function requireOthersAdminister(ctx: MembersContext, tx: Tx, present: readonly MemberRecord[]): Promise<void> {
  const userIds = present.flatMap(({ userId }) => userId ?? [])
  const kept = userIds.length > 0 ? await ctx.use.access.administratorToKeep(tx, { userIds }) : null
  if (kept === null) return
  const last = present.find(({ userId }) => userId === kept)!
  throw new Problem(problems.conflict, {
    detail: `Nobody would be left who administers the organisation without ${last.displayName}. Give somebody else the role first.`,
    extensions: { ids: [last.id] },
  })
}

interface Change {
  readonly field: string
  readonly from: unknown
  readonly to: unknown
}
const log = (
  tx: Tx,
  records: readonly MemberRecord[],
  kind: string,
  o: { detail?: object | undefined; changes?: (record: MemberRecord) => Change[] } = {},
) =>
  insertActivities(
    tx,
    records.map((record) =>
      activityRow(record.id, kind, { detail: o.detail ?? {}, changes: o.changes?.(record) ?? [] }),
    ),
    actorColumns(tx.actor),
  )

const idsOf = (records: readonly MemberRecord[]): string[] => records.map(({ id }) => id)
const statusChange = (changed: readonly StatusChange[], before: MemberRecord): Change[] =>
  changed.flatMap(({ id, status }) => (id === before.id ? [{ field: 'status', from: before.status, to: status }] : []))
