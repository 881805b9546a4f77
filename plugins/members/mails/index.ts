/** What members are told by mail: welcome, and that they are suspended. Each event makes one mail, however often it comes. */
import type { Events } from '@guildhall/sdk'
import type { MembersContext } from '../context.ts'
import { memberCreated, memberInviteAccepted, memberRegistrationAccepted, memberSuspended } from '../events.ts'
import { readMember } from '../sql/read-members.ts'

export function memberMails(e: Events<MembersContext>): void {
  e.on(memberCreated, 'members.mailWelcome', (ctx, { payload }) => welcome(ctx, payload.memberId), {
    when: ({ sendWelcome }) => sendWelcome,
  })
  // Somebody who was on the register already, and has accepted: nothing was created.
  e.on(memberInviteAccepted, 'members.mailAccepted', (ctx, { payload }) => welcome(ctx, payload.memberId))
  e.on(memberRegistrationAccepted, 'members.mailRegistered', (ctx, { payload }) => welcome(ctx, payload.memberId))
  e.on(memberSuspended, 'members.mailSuspension', (ctx, { id, payload }) => suspension(ctx, id, payload.memberId), {
    when: ({ notify }) => notify,
  })
}

async function suspension(ctx: MembersContext, eventId: string, memberId: string): Promise<void> {
  const { email } = ctx.use
  if (!email) return
  await ctx.transaction(async (tx) => {
    const member = await readMember(tx, memberId)
    // Whoever was reactivated meanwhile is spared the news.
    if (!member?.email || member.suspendedReason === null) return
    await email.send(tx, {
      template: 'suspension',
      to: { email: member.email, name: member.displayName },
      data: { name: member.displayName, reason: member.suspendedReason },
      key: `suspension:${eventId}`,
      memberId: member.id,
      ...(member.language ? { language: member.language } : {}),
    })
  })
}

async function welcome(ctx: MembersContext, memberId: string): Promise<void> {
  const { email } = ctx.use
  if (!email) return
  await ctx.transaction(async (tx) => {
    const member = await readMember(tx, memberId)
    if (!member?.email) return
    await email.send(tx, {
      template: 'welcome',
      to: { email: member.email, name: member.displayName },
      data: { name: member.displayName, link: ctx.use.links.frontend('/') },
      key: `welcome:${member.id}`,
      memberId: member.id,
      ...(member.language ? { language: member.language } : {}),
    })
  })
}
