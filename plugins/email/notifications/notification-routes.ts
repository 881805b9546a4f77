/** `/notifications` and `/notification-settings`: everybody's own, and nobody else's. */
import { setTimeout as wait } from 'node:timers/promises'
import {
  type Actor,
  Closed,
  listQuery,
  Page,
  Problem,
  parseListQuery,
  problems,
  readPage,
  type ServerSentEvent,
  type Tx,
  Uuid,
  WholeList,
} from '@guildhall/sdk'
import Type from 'typebox'
import type { EmailContext, EmailRouter } from '../context.ts'
import { Kind, Notification, NotificationSetting, SettingInput } from './notification-schema.ts'
import {
  acknowledge,
  changedSince,
  countUnread,
  type NotificationRow,
  notificationColumns,
  notificationListing,
  notificationOf,
  ownNotification,
  readAll,
  setRead,
} from './notification-sql.ts'
import { putSetting, settingsOf } from './settings-sql.ts'

const Params = Closed({ id: Uuid() })
const tags = ['Notifications'] as const
const access = {
  signedIn: true,
  because: 'everybody has an inbox of his own; a token without a person has an empty one',
} as const
const nobody = '00000000-0000-0000-0000-000000000000'

/** Whose inbox: a token that a person made is that person's. */
const ownerOf = (actor: Actor): string | null =>
  actor.kind === 'user' ? actor.id : 'userId' in actor ? (actor.userId ?? null) : null

function requireOwner(actor: Actor): string {
  const owner = ownerOf(actor)
  if (owner === null) throw new Problem(problems.notFound, { detail: 'A token that is nobody has no inbox.' })
  return owner
}

async function own(ctx: EmailContext, tx: Tx, id: string): Promise<NotificationRow> {
  const row = await ownNotification(tx, ownerOf(ctx.actor) ?? nobody, id)
  if (!row) throw new Problem(problems.notFound)
  return row
}

export function notificationRoutes(r: EmailRouter): void {
  r.route({
    method: 'GET',
    url: '/notifications',
    access,
    summary: 'Read the own inbox, the newest first',
    description: 'With `Accept: text/event-stream`, what comes from now on, as it comes.',
    tags,
    schema: { query: listQuery(notificationListing), response: Page(Notification) },
    handler: (ctx, { query }) =>
      ctx.read((tx) =>
        readPage<NotificationRow, Notification>(tx, notificationListing, parseListQuery(notificationListing, query), {
          select: notificationColumns,
          from: 'email.notification n',
          tenantId: tx.tenantId,
          where: (bind) => [`n.user_id = ${bind(ownerOf(ctx.actor) ?? nobody)}::uuid`],
          of: notificationOf,
        }),
      ),
    stream: (ctx, { signal, lastEventId }) => arriving(ctx, signal, lastEventId),
  })
  r.route({
    method: 'GET',
    url: '/notifications/unread',
    access,
    summary: 'Count what is unread in the own inbox',
    tags,
    schema: { response: Type.Object({ unread: Type.Integer({ description: 'How many' }) }) },
    handler: (ctx) => ctx.read(async (tx) => ({ unread: await countUnread(tx, ownerOf(ctx.actor) ?? nobody) })),
  })
  r.route({
    method: 'POST',
    url: '/notifications/read-all',
    access,
    summary: 'Mark everything in the own inbox as read',
    tags,
    schema: { response: Type.Object({ read: Type.Integer({ description: 'How many were unread' }) }) },
    status: 200,
    handler: (ctx) => ctx.transaction(async (tx) => ({ read: await readAll(tx, ownerOf(ctx.actor) ?? nobody) })),
  })
  for (const [word, read, summary] of [
    ['read', true, 'Mark as read'],
    ['unread', false, 'Mark as unread'],
  ] as const)
    r.route({
      method: 'POST',
      url: `/notifications/:id/${word}`,
      access,
      summary,
      tags,
      schema: { params: Params, response: Notification },
      status: 200,
      handler: (ctx, { params }) =>
        ctx.transaction(async (tx) => {
          const { user_id } = await own(ctx, tx, params.id)
          await setRead(tx, user_id, params.id, read)
          return notificationOf(await own(ctx, tx, params.id))
        }),
    })
  r.route({
    method: 'POST',
    url: '/notifications/:id/acknowledge',
    access,
    summary: 'Acknowledge an alert, for everybody who was told',
    tags,
    schema: { params: Params, response: Notification },
    status: 200,
    handler: (ctx, { params }) =>
      ctx.transaction(async (tx) => {
        const row = await own(ctx, tx, params.id)
        if (row.acknowledged_at === null) {
          await acknowledge(tx, row.alert_id)
          await tx.audit({
            action: 'email.alertAcknowledged',
            target: { type: 'notification', id: row.id },
            meta: { kind: row.kind },
          })
        }
        return notificationOf(await own(ctx, tx, params.id))
      }),
  })
  settingRoutes(r)
}

function settingRoutes(r: EmailRouter): void {
  r.route({
    method: 'GET',
    url: '/notification-settings',
    access,
    summary: 'Show what reaches me which way',
    description:
      'Kinds about which nothing was said go into the inbox; warnings and what is critical come by mail too.',
    tags,
    schema: { response: WholeList(NotificationSetting, 500) },
    handler: (ctx) => ctx.read(async (tx) => ({ items: await settingsOf(tx, ownerOf(ctx.actor) ?? nobody) })),
  })
  r.route({
    method: 'PUT',
    url: '/notification-settings/:kind',
    ifMatch: false,
    access,
    summary: 'Say how one kind reaches me',
    tags,
    problems: [problems.notFound],
    schema: { params: Closed({ kind: Kind }), body: SettingInput, response: NotificationSetting },
    handler: (ctx, { params, body }) =>
      ctx.transaction(async (tx) => {
        const setting = { kind: params.kind, inbox: body.inbox, mail: body.mail }
        await putSetting(tx, requireOwner(ctx.actor), setting)
        return setting
      }),
  })
}

const lookEveryMs = 2000

/** Looks every two seconds; the id of an event is when it changed, so that a browser goes on where it was. */
async function* arriving(
  ctx: EmailContext,
  signal: AbortSignal,
  lastEventId: string | null,
): AsyncIterable<ServerSentEvent> {
  const owner = ownerOf(ctx.actor) ?? nobody
  const asked = lastEventId === null ? Number.NaN : Date.parse(lastEventId)
  let since = Number.isNaN(asked) ? ctx.now() : new Date(asked)
  while (!signal.aborted) {
    const rows = await ctx.read((tx) => changedSince(tx, owner, since))
    for (const row of rows) {
      since = row.updated_at
      yield { id: row.updated_at.toISOString(), event: 'notification', data: notificationOf(row) }
    }
    await wait(lookEveryMs, undefined, { signal }).catch(() => {})
  }
}
