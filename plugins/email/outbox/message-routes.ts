/** `/emails`: what went out, what waits, what failed and why. */
import {
  Closed,
  listQuery,
  Page,
  Problem,
  parseListQuery,
  problems,
  readPage,
  requireVersion,
  type Tx,
  Uuid,
} from '@guildhall/sdk'
import { type EmailContext, type EmailRouter, everywhere } from '../context.ts'
import { unsealed } from '../sending/prepare.ts'
import { sendTest } from '../sending/test-mail.ts'
import { Message, type MessageState, MessageWithContent, TestAnswer, TestInput } from './message-schema.ts'
import { type MessageRow, messageColumns, messageListing, messageOf, readMessage, setState } from './message-sql.ts'
import { queueDelivery } from './outbox.ts'

const Params = Closed({ id: Uuid() })
const tags = ['E-mails'] as const

export function messageRoutes(r: EmailRouter): void {
  r.route({
    method: 'GET',
    url: '/emails',
    access: { requires: 'email.read' },
    summary: 'List mails: those that wait, went out, failed',
    tags,
    schema: { query: listQuery(messageListing), response: Page(Message) },
    handler: (ctx, { query }) =>
      ctx.read(async (tx) => {
        await ctx.require('email.read', everywhere)
        return readPage<MessageRow, Message>(tx, messageListing, parseListQuery(messageListing, query), {
          select: messageColumns,
          from: 'email.message m',
          tenantId: tx.tenantId,
          of: messageOf,
        })
      }),
  })
  r.route({
    method: 'GET',
    url: '/emails/:id',
    access: { requires: 'email.read' },
    summary: 'Show a mail',
    description:
      'With what it says, links included, for whoever holds `email.readContent`, as long as it has not left: afterwards ' +
      'its words are forgotten. Confidential ones, such as the link that proves an address, nobody here reads.',
    tags,
    schema: { params: Params, response: MessageWithContent },
    handler: (ctx, { params }) =>
      ctx.read(async (tx) => {
        await ctx.require('email.read', everywhere)
        const row = await found(tx, params.id)
        return { ...messageOf(row), content: contentOf(ctx, row) }
      }),
  })
  r.route({
    method: 'POST',
    url: '/emails/:id/retry',
    ifMatch: true,
    access: { requires: 'email.manage' },
    summary: 'Send a mail now that failed or was kept',
    tags,
    problems: [problems.conflict, problems.preconditionFailed],
    schema: { params: Params, response: Message },
    status: 200,
    handler: (ctx, { params, facts }) =>
      ctx.transaction((tx) =>
        change(ctx, tx, params.id, {
          to: 'queued',
          from: ['queued', 'failed', 'kept', 'cancelled', 'suppressed'],
          facts,
        }),
      ),
  })
  r.route({
    method: 'POST',
    url: '/emails/:id/cancel',
    ifMatch: true,
    access: { requires: 'email.manage' },
    summary: 'Keep a waiting mail from being sent',
    tags,
    problems: [problems.conflict, problems.preconditionFailed],
    schema: { params: Params, response: Message },
    status: 200,
    handler: (ctx, { params, facts }) =>
      ctx.transaction((tx) =>
        change(ctx, tx, params.id, { to: 'cancelled', from: ['queued', 'failed', 'kept', 'suppressed'], facts }),
      ),
  })
  r.route({
    method: 'POST',
    url: '/emails/test',
    outside: true,
    access: { requires: 'email.manage' },
    rateLimit: { max: 10, perSeconds: 60 },
    summary: 'Send a test mail now, and say at which step it failed',
    description: 'settings, resolve, connect, tls, auth, sender, recipient or data. Past the outbox, at once.',
    tags,
    problems: [problems.overloaded],
    schema: { body: TestInput, response: TestAnswer },
    status: 200,
    handler: async (ctx, { body }) => {
      await ctx.require('email.manage', everywhere)
      const answer = await sendTest(ctx, body.to)
      await ctx.transaction((tx) =>
        tx.audit({ action: 'email.tested', meta: { sent: answer.sent, step: answer.step } }),
      )
      return answer
    },
  })
}

async function found(tx: Tx, id: string, o: { lock?: boolean } = {}): Promise<MessageRow> {
  const row = await readMessage(tx, id, o)
  if (!row) throw new Problem(problems.notFound)
  return row
}

function contentOf(ctx: EmailContext, row: MessageRow) {
  if (row.rendered === null || row.confidential || !ctx.may('email.readContent', everywhere)) return null
  const { subject, html, text } = unsealed(ctx, row)
  return { subject, html, text }
}

async function change(
  ctx: EmailContext,
  tx: Tx,
  id: string,
  o: { to: 'queued' | 'cancelled'; from: readonly MessageState[]; facts: { ifMatch: readonly number[] | null } },
): Promise<Message> {
  await ctx.require('email.manage', everywhere)
  const row = await found(tx, id, { lock: true })
  requireVersion(o.facts, row.version)
  if (!o.from.includes(row.state))
    throw new Problem(problems.conflict, {
      detail: row.state === 'sending' ? 'It is being sent at this moment.' : `The mail is ${row.state}.`,
    })
  await setState(tx, id, o.to)
  if (o.to === 'queued') await queueDelivery(tx)
  await tx.audit({
    action: o.to === 'queued' ? 'email.retried' : 'email.cancelled',
    target: { type: 'email', id },
  })
  return messageOf(await found(tx, id))
}
