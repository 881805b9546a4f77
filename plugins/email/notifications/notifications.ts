/** Telling people: into the inbox, and by mail where they want it. */
import { invalid, type Tx } from '@guildhall/sdk'
import type { EmailContext } from '../context.ts'
import { isAddress, oneLine } from '../outbox/address.ts'
import { emailServiceFor } from '../outbox/outbox.ts'
import { mailPeople, type NewNotification, type NotificationsService } from '../refs.ts'
import { insertNotifications, type NotificationRow, repeatDue } from './notification-sql.ts'
import { defaultSetting, settingsFor } from './settings-sql.ts'

const most = 1000

export const notificationsServiceFor = (ctx: EmailContext): NotificationsService => ({
  send: (tx, notification) => tell(ctx, tx, notification),
})

async function tell(ctx: EmailContext, tx: Tx, o: NewNotification): Promise<number> {
  if (o.link !== undefined && !/^\/(?!\/)[^\s\\]*$/.test(o.link))
    throw invalid('/link', 'must be a path of this platform', { code: 'format' })
  const userIds = await usersOf(ctx, tx, o.to)
  if (userIds.length > most) throw invalid('/to', `These are more than ${most} people`, { code: 'maxItems' })
  const severity = o.severity ?? 'info'
  const settings = await settingsFor(tx, userIds, o.kind)
  const wanted = (userId: string) => settings.get(userId) ?? defaultSetting(severity)
  const listening = userIds.filter((userId) => wanted(userId).inbox || wanted(userId).mail)
  if (listening.length === 0) return 0
  const told = {
    kind: o.kind,
    severity,
    title: oneLine(o.title),
    text: o.text ?? '',
    link: o.link ?? null,
    key: o.key ?? null,
    repeatHours: o.repeatHours ?? null,
  }
  const rows = await insertNotifications(
    tx,
    listening.filter((userId) => wanted(userId).inbox),
    told,
  )
  const inInbox = new Map(rows.map((row) => [row.user_id, row]))
  for (const userId of listening) {
    const row = inInbox.get(userId)
    // One that only renews what nobody has read makes no second mail.
    if (wanted(userId).mail && (row === undefined || row.version === 1))
      await mailTo(ctx, tx, userId, told, row ? `notification:${row.id}:${row.round}` : null)
  }
  return listening.length
}

async function mailTo(
  ctx: EmailContext,
  tx: Tx,
  userId: string,
  o: Pick<NotificationRow, 'title' | 'text' | 'link'>,
  key: string | null,
): Promise<void> {
  const user = await ctx.use.users.affiliated(tx, userId)
  if (!user?.email || !isAddress(user.email)) return
  await emailServiceFor(ctx).send(tx, {
    template: 'notification',
    to: { email: user.email, name: user.name },
    data: { title: o.title, text: o.text, link: o.link === null ? '' : ctx.use.links.frontend(o.link) },
    ...(key === null ? {} : { key }),
  })
}

/** Accounts of this organisation, each once. */
async function usersOf(ctx: EmailContext, tx: Tx, to: NewNotification['to']): Promise<string[]> {
  const people = ctx.contributions(mailPeople)
  const found = new Set(to.users ?? [])
  if (to.roles?.length) {
    const rows = await tx.query<{ id: string }>(
      `SELECT g.principal_id AS id FROM core."grant" g WHERE g.tenant_id = $1 AND g.principal_kind = 'user'
          AND g.role = ANY($2::text[]) AND (g.valid_from IS NULL OR g.valid_from <= $3)
          AND (g.valid_until IS NULL OR g.valid_until > $3)`,
      [tx.tenantId, to.roles, tx.now()],
    )
    for (const { id } of rows) found.add(id)
    for (const book of people) for (const id of await book.usersWithRole(tx, to.roles)) found.add(id)
  }
  if (to.members?.length)
    for (const book of people) for (const { userId } of await book.byId(tx, to.members)) if (userId) found.add(userId)
  if (found.size === 0) return []
  // Users are global: only those who belong here are told.
  const here = await tx.query<{ user_id: string }>(
    'SELECT a.user_id FROM core.affiliation a WHERE a.tenant_id = $1 AND a.user_id = ANY($2::uuid[]) ORDER BY a.user_id',
    [tx.tenantId, [...found]],
  )
  return here.map(({ user_id }) => user_id)
}

/** Alerts that nobody has acknowledged come again, into the inbox and by mail. */
export async function repeatAlerts(ctx: EmailContext, tx: Tx): Promise<number> {
  const rows = await repeatDue(tx)
  for (const row of rows) {
    const wants = (await settingsFor(tx, [row.user_id], row.kind)).get(row.user_id) ?? defaultSetting(row.severity)
    if (wants.mail) await mailTo(ctx, tx, row.user_id, row, `notification:${row.id}:${row.round}`)
  }
  return rows.length
}
