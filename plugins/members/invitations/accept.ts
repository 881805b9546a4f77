/**
 * What the holder of a link may see and do. The token is all the credential there is, and the organisation's staff may
 * have it too: it makes a member here and an account of this organisation alone. Who wants to be let in with the account
 * he has signs in with it. Whose rights count is the sender's.
 */
import { grantSources, isProblem, Problem, parseEntry, problems, type Tx } from '@guildhall/sdk'
import { everywhere } from '../access.ts'
import { actingFor, type Person } from '../acting-for.ts'
import type { MembersContext } from '../context.ts'
import { nameOf } from '../record/stored.ts'
import { type MemberRecord, memberInviteAccepted } from '../refs.ts'
import { membersServiceFor } from '../service/index.ts'
import { idsByEmailKey } from '../sql/read-members.ts'
import { ownView } from '../views.ts'
import type { Acceptance, Accepted, Offer } from './invitation-schema.ts'
import { consumeInvitation, type InvitationRow, noteMember, openInvitation } from './invitation-sql.ts'
import { mailAccountLink } from './mail.ts'
import { applySteps, describeSteps, requireStillGivable } from './steps.ts'

/** Unknown, expired, used and cancelled are one answer: a stranger learns nothing from it. */
const noInvitation = () => new Problem(problems.notFound)

/** Changes nothing, however often mail scanners follow the link. @throws Problem 404 */
export async function show(ctx: MembersContext, tx: Tx, tokenHash: string): Promise<Offer> {
  const row = await openInvitation(tx, tokenHash)
  if (!row) throw noInvitation()
  const { name, slug } = await ctx.use.organization.current(tx)
  const role = (await ctx.use.access.roles(tx)).find(({ key }) => key === row.role)
  const names = await describeSteps(ctx, tx, row.grants)
  return {
    organization: { name, slug },
    role: row.role,
    roleTitle: role?.title ?? row.role,
    roleTitles: role?.titles ?? { de: row.role, en: row.role },
    plan: names.planId ?? null,
    groups: names.groupIds ?? null,
    message: row.message,
    expiresAt: row.expires_at.toISOString(),
  }
}

/**
 * Makes the member, or links the one with this address who has no account, with what was promised.
 * @throws Problem 404, 403 when whoever sent it may no longer give that, 409 when the address has got an account here,
 *   401 where accounts are kept elsewhere and nobody is signed in
 */
export async function accept(ctx: MembersContext, tx: Tx, tokenHash: string, given: Acceptance): Promise<Accepted> {
  const row = await consumeInvitation(tx, tokenHash)
  if (!row) throw noInvitation()
  const sender: Person = { kind: row.sender_kind, id: row.sender_id }
  const acting = await actingFor(ctx, tx, sender)
  await requireStillGiven(acting, tx, row)

  const present = await unlinked(acting, tx, row)
  const { userId, setPasswordLink, mailed } = await accountFor(ctx, tx, row, given)
  const member = await join(acting, tx, row, given, { present, userId })
  if (setPasswordLink) await mailAccountLink(acting, tx, { member, email: row.email, setPasswordLink, mailed })
  await applySteps(acting, tx, row.grants, { memberId: member.id, invitedBy: sender })
  await requireNothingBeyond(acting, tx, (await membersServiceFor(acting).get(tx, member.id)).userId!)

  await noteMember(tx, row.id, member.id)
  await membersServiceFor(acting).logActivity(tx, [
    { memberId: member.id, kind: 'inviteAccepted', byMember: true, detail: { inviteId: row.id } },
  ])
  await tx.emit(memberInviteAccepted, { inviteId: row.id, memberId: member.id })
  await tx.audit({
    action: 'members.inviteAccepted',
    target: { type: 'invitation', id: row.id },
    meta: { memberId: member.id },
  })
  const now = await membersServiceFor(acting).get(tx, member.id)
  return { ...(await ownView(tx, now)), ...(setPasswordLink && !mailed && { setPasswordLink }) }
}

/** The sender may have lost rights since. */
async function requireStillGiven(acting: MembersContext, tx: Tx, row: InvitationRow): Promise<void> {
  try {
    if (!everywhere(acting, 'members.invite')) throw ended()
    await acting.use.access.requireGrantable(tx, { role: row.role })
    await requireStillGivable(acting, tx, row.grants)
  } catch (cause) {
    throw isProblem(cause) ? ended(cause) : cause
  }
}

interface AccountForMember {
  readonly userId: string
  readonly setPasswordLink?: string
  /** The link goes to the mailbox and nowhere else. */
  readonly mailed: boolean
}

/** The account of whoever is signed in, where the address is his; else one of this organisation alone. */
async function accountFor(
  ctx: MembersContext,
  tx: Tx,
  row: InvitationRow,
  given: Acceptance,
): Promise<AccountForMember> {
  const { users, email } = ctx.use
  if (ctx.actor.kind === 'user' && (await users.ownsAddress(tx, { userId: ctx.actor.id, email: row.email })))
    return { userId: ctx.actor.id, mailed: false }
  const mailed = email?.carriers().confidential ?? false
  const made = await users.accountHere(tx, { email: row.email, name: nameGiven(given) || mailbox(row.email), mailed })
  return { ...made, mailed }
}

/** The member who is there with this address. @throws Problem 409 where he has an account */
async function unlinked(acting: MembersContext, tx: Tx, row: InvitationRow): Promise<MemberRecord | undefined> {
  const known = (await idsByEmailKey(tx, [row.email_key])).get(row.email_key)
  const present = known === undefined ? undefined : await membersServiceFor(acting).get(tx, known)
  if (present?.userId)
    throw new Problem(problems.conflict, { detail: 'The member with this address has an account already: sign in.' })
  return present
}

async function join(
  acting: MembersContext,
  tx: Tx,
  row: InvitationRow,
  given: Acceptance,
  { present, userId }: { present: MemberRecord | undefined; userId: string },
): Promise<MemberRecord> {
  const service = membersServiceFor(acting)
  const detail = { inviteId: row.id }
  // Never called as his account is: that name was told to somebody else.
  const name = nameGiven(given) ? given : { displayName: mailbox(row.email) }
  const member =
    present ??
    (await service.create(
      tx,
      { ...name, email: row.email, role: row.role },
      { notify: true, detail, allowIncomplete: true },
    ))
  if (present) {
    // Names of a member who is there are staff's.
    await service.update(tx, { id: present.id, patch: { role: row.role } }, { detail })
    await service.accept(tx, present.id)
  }
  await service.linkUser(tx, member.id, userId)
  return member
}

const nameGiven = (given: Acceptance): string => given.displayName ?? nameOf(named(given))
const named = (given: Acceptance) => ({
  firstName: given.firstName ?? null,
  middleName: given.middleName ?? null,
  lastName: given.lastName ?? null,
  suffix: given.suffix ?? null,
})
const mailbox = (email: string): string => email.slice(0, email.lastIndexOf('@'))

/**
 * The account gets what the record carries, and a record that was there may carry more than the role: seats with
 * permissions, what a third plugin gives. Whoever could write the address into such a record and invite it would take
 * all of that over, so the sender must hold it.
 */
async function requireNothingBeyond(acting: MembersContext, tx: Tx, userId: string): Promise<void> {
  const roles = new Map((await acting.use.access.roles(tx)).map(({ key, permissions }) => [key, permissions]))
  for (const source of acting.contributions(grantSources)) {
    const { grants } = await source.ofUser(tx, userId)
    for (const grant of grants) {
      const { path, extent } = grant
      const permissions = (grant.permissions ?? roles.get(grant.role) ?? []).filter((entry) => !parseEntry(entry).own)
      await acting.use.access.requireHeld(tx, { permissions, path, extent }).catch((cause) => {
        throw ended(cause)
      })
    }
  }
}

const ended = (cause?: unknown) =>
  new Problem(problems.forbidden, {
    detail: 'Whoever invited you may no longer give what the invitation promises. Ask the organisation for a new one.',
    ...(cause === undefined ? {} : { cause }),
  })
