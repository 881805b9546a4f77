/**
 * Self-registration: what somebody wrote waits until its address is confirmed; then it is a pending member without
 * rights, whom staff accept or refuse. The answer to a stranger never tells whether an address is known.
 */
import { createHash, randomBytes } from 'node:crypto'
import { Problem, problems, type Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import type { MembersContext } from '../context.ts'
import { customFields } from '../custom-fields/definition.ts'
import type { MemberPatch } from '../member-schema.ts'
import { mergePatch } from '../record/merge-patch.ts'
import { emptyProfile } from '../record/stored.ts'
import { type MemberRecord, memberRegistered, memberRegistrationAccepted } from '../refs.ts'
import { lockMembers } from '../sql/read-members.ts'
import {
  insertRegistration,
  lockRegistration,
  type RegistrationRow,
  registrationByToken,
  setRegistration,
} from '../sql/registrations.ts'
import { findDuplicates } from './duplicates.ts'
import { accept, remove } from './lifecycle.ts'
import { todayOf } from './status.ts'
import { addMembers, changeMembers } from './write.ts'

/** 256 bits; only the hash is kept. */
const newToken = (): string => randomBytes(32).toString('base64url')
export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex')

/** @throws Problem 400 when it could not become a member */
export async function register(ctx: MembersContext, tx: Tx, profile: MemberPatch): Promise<void> {
  const { date: today } = await todayOf(ctx, tx)
  mergePatch(emptyProfile, profile, { fields: await customFields(tx), today })
  const id = uuidv7()
  const expiresAt = new Date(tx.now().getTime() + ctx.config.registrationDays * 24 * 60 * 60 * 1000)
  await insertRegistration(tx, { id, profile, expiresAt })
  await tx.emit(memberRegistered, { registrationId: id })
  await tx.audit({ action: 'members.registered', target: { type: 'registration', id } })
}

/** For whoever sends the mail: a new link each time, so that none has to be kept. Null when there is nothing to confirm. */
export async function confirmationLink(
  ctx: MembersContext,
  tx: Tx,
  id: string,
): Promise<{ email: string; name: string; language: string | null; link: string } | null> {
  const row = await lockRegistration(tx, id)
  if (row?.state !== 'unconfirmed' || !row.profile.email) return null
  const token = newToken()
  await setRegistration(tx, id, { tokenHash: tokenHash(token) })
  const { firstName, lastName, displayName, email, language } = row.profile
  return {
    email,
    name: displayName ?? [firstName, lastName].filter(Boolean).join(' '),
    language: language ?? null,
    link: ctx.use.links.frontend(`/register/confirm#${token}`),
  }
}

/** @throws Problem 404, the same for an unknown, used and expired token */
export async function confirm(ctx: MembersContext, tx: Tx, token: string): Promise<void> {
  const row = await registrationByToken(tx, tokenHash(token), { lock: true })
  if (!row) throw new Problem(problems.notFound)
  await setRegistration(tx, row.id, { state: 'confirmed', tokenHash: null })
  await makeMember(ctx, tx, row)
}

/** An address that belongs to a member already makes no second one: staff see both and decide. */
async function makeMember(ctx: MembersContext, tx: Tx, row: RegistrationRow): Promise<string | null> {
  const candidate = { ...row.profile, key: row.id }
  const taken = (await findDuplicates(tx, [candidate])).some(({ reasons }) => reasons.includes('email'))
  if (taken) return null
  const { records } = await addMembers(ctx, tx, [{ ...row.profile, joinedOn: null, pending: true }], {
    activity: 'registered',
    findDuplicates: true,
    detail: { registrationId: row.id },
  })
  const memberId = records[0]!.id
  await setRegistration(tx, row.id, { memberId })
  return memberId
}

/** @throws Problem 404, 409 when it was decided already or the address belongs to a member */
export async function acceptRegistration(ctx: MembersContext, tx: Tx, id: string): Promise<RegistrationRow> {
  const row = await undecided(tx, id)
  const there = await memberMade(tx, row)
  const memberId = there?.id ?? (await makeMember(ctx, tx, row))
  if (memberId === null)
    throw new Problem(problems.alreadyExists, {
      detail: 'A member has this e-mail address already; refuse this registration.',
    })
  // Who was accepted in another way, or merged into somebody, has his day of joining.
  if (there?.pending ?? true) {
    await accept(ctx, tx, memberId)
    const { date: joinedOn } = await todayOf(ctx, tx)
    await changeMembers(ctx, tx, [{ id: memberId, patch: { joinedOn } }], {})
    await tx.emit(memberRegistrationAccepted, { registrationId: id, memberId })
  }
  await tx.audit({ action: 'members.registrationAccepted', target: { type: 'registration', id }, meta: { memberId } })
  return setRegistration(tx, id, { state: 'accepted', memberId, tokenHash: null, profile: {} })
}

/** The pending member goes, and with it what was written; who is a member by now, or was merged into one, stays. */
export async function refuseRegistration(ctx: MembersContext, tx: Tx, id: string): Promise<RegistrationRow> {
  const row = await undecided(tx, id)
  const there = await memberMade(tx, row)
  if (there?.pending) await remove(ctx, tx, [there.id], { activity: 'registrationRefused' })
  await tx.audit({ action: 'members.registrationRefused', target: { type: 'registration', id } })
  return setRegistration(tx, id, { state: 'refused', tokenHash: null, profile: {} })
}

/** The member a registration made, locked; undefined where it made none, or staff deleted him. */
const memberMade = async (tx: Tx, { member_id: id }: RegistrationRow): Promise<MemberRecord | undefined> =>
  id === null ? undefined : (await lockMembers(tx, [id])).get(id)

async function undecided(tx: Tx, id: string): Promise<RegistrationRow> {
  const row = await lockRegistration(tx, id)
  if (!row) throw new Problem(problems.notFound)
  if (row.state === 'accepted' || row.state === 'refused')
    throw new Problem(problems.conflict, { detail: `This registration was ${row.state} already.` })
  return row
}
