/** Inviting, sending again, taking back. */
import { Problem, problems, type RequestFacts, requireEverywhere, requireVersion, type Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import { personBehind } from '../acting-for.ts'
import type { MembersContext } from '../context.ts'
import { emailKey } from '../normalise.ts'
import { memberInvited } from '../refs.ts'
import { idsByEmailKey, readMember } from '../sql/read-members.ts'
import type { InvitationInput, SentInvitation } from './invitation-schema.ts'
import {
  cancelInvitation,
  hasPending,
  type InvitationRow,
  insertInvitation,
  invitationOf,
  readInvitation,
  renewInvitation,
  statusOf,
} from './invitation-sql.ts'
import { requireRoomToInvite, requireRoomToResend } from './limits.ts'
import { mailInvitation } from './mail.ts'
import { grantsOf, requireGivable } from './steps.ts'
import { acceptPath, hashOf, newToken } from './token.ts'

/** @throws Problem 403 for what the inviter does not hold, 409 for an address that has an account here or waits, 429 */
export async function invite(ctx: MembersContext, tx: Tx, input: InvitationInput): Promise<SentInvitation> {
  requireEverywhere(ctx, 'members.invite')
  const inviter = personBehind(ctx.actor)
  await requireRoomToInvite(tx, inviter)
  const role = input.role ?? 'maker'
  await ctx.use.access.requireGrantable(tx, { role })
  const grants = await grantsOf(ctx, tx, input)
  const key = emailKey(input.email)
  await requireUnlinked(tx, key)
  const id = uuidv7()
  await requireOnly(tx, { id, emailKey: key })
  const token = newToken()
  const row = await insertInvitation(tx, {
    id,
    email: input.email,
    emailKey: key,
    role,
    grants,
    message: input.message || null,
    tokenHash: hashOf(token),
    expiresAt: await expiry(ctx, tx),
    inviter,
  })
  await tx.emit(memberInvited, { inviteId: row.id })
  await tx.audit({ action: 'members.invited', target: { type: 'invitation', id: row.id }, meta: { role } })
  return sent(ctx, tx, row, token)
}

/**
 * A new token; the one before ends. Whoever sends it vouches for it: he gets the link, so he must hold what it gives.
 * @throws Problem 404, 403, 409 when it was accepted or cancelled, or another one waits, 412, 429
 */
export async function resend(ctx: MembersContext, tx: Tx, id: string, facts: RequestFacts): Promise<SentInvitation> {
  requireEverywhere(ctx, 'members.invite')
  const row = await lockedInvitation(tx, id)
  requireVersion(facts, row.version)
  const status = statusOf(row, tx.now())
  if (status === 'accepted' || status === 'cancelled')
    throw new Problem(problems.conflict, { detail: `It is ${status}: invite anew.` })
  requireRoomToResend(row.resent_at, tx.now())
  await ctx.use.access.requireGrantable(tx, { role: row.role })
  await requireGivable(ctx, tx, row.grants)
  await requireUnlinked(tx, row.email_key)
  await requireOnly(tx, { id, emailKey: row.email_key })
  const token = newToken()
  const sender = personBehind(ctx.actor)
  const renewed = await renewInvitation(tx, id, { tokenHash: hashOf(token), expiresAt: await expiry(ctx, tx), sender })
  await tx.audit({ action: 'members.inviteResent', target: { type: 'invitation', id } })
  return sent(ctx, tx, renewed, token)
}

/** The row stays. Twice changes nothing. @throws Problem 404, 409 when it was accepted, 412 */
export async function cancel(ctx: MembersContext, tx: Tx, id: string, facts: RequestFacts): Promise<void> {
  requireEverywhere(ctx, 'members.invite')
  const row = await lockedInvitation(tx, id)
  requireVersion(facts, row.version)
  if (row.accepted_at) throw new Problem(problems.conflict, { detail: 'It is accepted: there is a member now.' })
  if (row.cancelled_at) return
  await cancelInvitation(tx, id)
  await tx.audit({ action: 'members.inviteCancelled', target: { type: 'invitation', id } })
}

async function lockedInvitation(tx: Tx, id: string): Promise<InvitationRow> {
  const row = await readInvitation(tx, id, { lock: true })
  if (!row) throw new Problem(problems.notFound)
  return row
}

/** Whoever has an account here needs no invitation, and must not get another one's member. */
async function requireUnlinked(tx: Tx, key: string): Promise<void> {
  const id = (await idsByEmailKey(tx, [key])).get(key)
  const member = id === undefined ? undefined : await readMember(tx, id)
  if (member?.userId)
    throw new Problem(problems.alreadyExists, {
      detail: 'The member with this address has an account already.',
      errors: [{ pointer: '/email', message: 'belongs to a member who has an account', code: 'unique' }],
    })
}

/** One address waits once: of two links that are open, nobody could say which one counts. */
async function requireOnly(tx: Tx, o: { id: string; emailKey: string }): Promise<void> {
  if (await hasPending(tx, o))
    throw new Problem(problems.alreadyExists, {
      detail: 'An invitation to this address is waiting: send it again, or cancel it first.',
      errors: [{ pointer: '/email', message: 'has an invitation that is waiting', code: 'unique' }],
    })
}

async function expiry(ctx: MembersContext, tx: Tx): Promise<Date> {
  const { inviteExpiryDays } = await ctx.use.organization.current(tx)
  return new Date(tx.now().getTime() + inviteExpiryDays * 86_400_000)
}

/** While no server carries mails, the answer has the link: whoever invites passes it on himself. */
async function sent(ctx: MembersContext, tx: Tx, row: InvitationRow, token: string): Promise<SentInvitation> {
  const acceptLink = ctx.use.links.frontend(acceptPath(token))
  await mailInvitation(ctx, tx, row, acceptLink)
  const leaves = ctx.use.email?.carriers().any ?? false
  return { ...invitationOf(row, tx.now()), ...(!leaves && { acceptLink }) }
}
