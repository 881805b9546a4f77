/** Mails that belong to an invitation: in its own unit of work, so none goes out for one that was not made. */
import { dateIn, type Tx } from '@guildhall/sdk'
import type { MembersContext } from '../context.ts'
import type { MemberRecord } from '../refs.ts'
import type { InvitationRow } from './invitation-sql.ts'
import { describeSteps } from './steps.ts'

export async function mailInvitation(ctx: MembersContext, tx: Tx, row: InvitationRow, link: string): Promise<void> {
  const { email } = ctx.use
  if (!email) return
  const { timeZone, languages } = await ctx.use.organization.current(tx)
  const role = (await ctx.use.access.roles(tx)).find(({ key }) => key === row.role)
  const names = await describeSteps(ctx, tx, row.grants)
  await email.send(tx, {
    template: 'invitation',
    to: { email: row.email },
    data: {
      link,
      role: role?.titles[/^de\b/i.test(languages[0] ?? '') ? 'de' : 'en'] ?? row.role,
      plan: names.planId ?? '',
      groups: names.groupIds ?? '',
      message: row.message ?? '',
      expiresOn: dateIn(timeZone, row.expires_at),
    },
    // Sent again, it is another mail: each has a link of its own.
    key: `invitation:${row.id}:${row.version}`,
  })
}

export async function mailAccountLink(
  ctx: MembersContext,
  tx: Tx,
  o: { member: MemberRecord; email: string; setPasswordLink: string; mailed: boolean },
): Promise<void> {
  await ctx.use.email?.send(tx, {
    template: 'account-link',
    to: { email: o.email, name: o.member.displayName },
    data: { name: o.member.displayName, link: o.setPasswordLink },
    memberId: o.member.id,
    confidential: o.mailed,
    ...(o.member.language ? { language: o.member.language } : {}),
  })
}
