/** `/members/invites`: what staff do. */
import {
  Closed,
  defineListing,
  extendListing,
  listQuery,
  Page,
  Problem,
  parseListQuery,
  problems,
  readPage,
  requireEverywhere,
  Uuid,
} from '@guildhall/sdk'
import Type from 'typebox'
import { emailKey } from '../normalise.ts'
import type { MembersRouter } from '../routes/router.ts'
import { Invitation, InvitationInput, invitationStatuses, SentInvitation } from './invitation-schema.ts'
import {
  type InvitationRow,
  invitationColumns,
  invitationOf,
  readInvitation,
  statusConditions,
} from './invitation-sql.ts'
import { cancel, invite, resend } from './invite.ts'

const Params = Closed({ id: Uuid() })
const tags = ['Invitations'] as const

const statusField = (now: Date) => ({
  type: 'text' as const,
  description: 'Status; without it, pending ones',
  values: invitationStatuses,
  ops: ['eq', 'in'] as const,
  sql: (_op: string, value: unknown, bind: (value: unknown) => string) => {
    const asked = invitationStatuses.filter((status) => [value].flat().includes(status))
    // A parameter that no condition uses has no type.
    const timed = asked.some((status) => status === 'expired' || status === 'pending')
    const conditions = statusConditions(timed ? `${bind(now)}::timestamptz` : 'NULL')
    return asked.map((status) => `(${conditions[status]})`).join(' OR ') || 'FALSE'
  },
})
const listing = defineListing({
  id: 'members.invites',
  fields: {
    status: statusField(new Date(0)),
    role: { type: 'text', column: 'i.role', description: 'Role' },
    email: { type: 'text', column: 'i.email_key', description: 'Address', normalise: emailKey },
    createdAt: { type: 'timestamp', column: 'i.created_at', description: 'When it was made' },
    expiresAt: { type: 'timestamp', column: 'i.expires_at', description: 'When it ends' },
  },
  sorts: {
    createdAt: { column: 'i.created_at', type: 'timestamp', leads: true },
    expiresAt: { column: 'i.expires_at', type: 'timestamp', leads: true },
    email: { column: 'i.email_key', type: 'text', leads: true },
  },
  defaultSort: '-createdAt',
  idColumn: 'i.id',
  tenantColumn: 'i.tenant_id',
})
const asksStatus = (query: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(query).some(
    ([key, value]) => value !== undefined && (key === 'status' || key.startsWith('status.')),
  ) ||
  (typeof query.filter === 'string' && query.filter.includes('"status"'))

export function invitationRoutes(r: MembersRouter): void {
  r.route({
    method: 'POST',
    url: '/members/invites',
    access: { requires: 'members.invite' },
    summary: 'Invite somebody',
    description:
      'Nobody gives more than he holds, now and when it is accepted. At most 20 an hour. While no mail server is set, the ' +
      'answer carries the link, once.',
    tags,
    problems: [problems.alreadyExists, problems.rateLimited],
    schema: { body: InvitationInput, response: SentInvitation },
    status: 201,
    once: ['acceptLink'],
    handler: (ctx, { body }) => ctx.transaction((tx) => invite(ctx, tx, body)),
  })

  r.route({
    method: 'GET',
    url: '/members/invites',
    access: { requires: 'members.readInvites' },
    summary: 'List invitations: pending ones, unless `status` asks otherwise',
    description: 'Never shows a token.',
    tags,
    schema: { query: listQuery(listing), response: Page(Invitation) },
    handler: (ctx, { query }) =>
      ctx.read((tx) => {
        requireEverywhere(ctx, 'members.readInvites')
        const now = tx.now()
        const asked = asksStatus(query) ? query : { ...query, status: 'pending' }
        const current = extendListing(listing, { fields: { status: statusField(now) } })
        return readPage<InvitationRow, Invitation>(tx, current, parseListQuery(current, asked), {
          select: invitationColumns,
          from: 'members.invitation i',
          tenantId: tx.tenantId,
          // What the partial index of open ones needs to see; a computed status tells it nothing.
          where: () => (asksStatus(query) ? [] : ['i.accepted_at IS NULL AND i.cancelled_at IS NULL']),
          of: (row) => invitationOf(row, now),
        })
      }),
  })

  r.route({
    method: 'GET',
    url: '/members/invites/:id',
    access: { requires: 'members.readInvites' },
    summary: 'Show an invitation, without its token',
    tags,
    schema: { params: Params, response: Invitation },
    handler: (ctx, { params }) =>
      ctx.read(async (tx) => {
        requireEverywhere(ctx, 'members.readInvites')
        const row = await readInvitation(tx, params.id)
        if (!row) throw new Problem(problems.notFound)
        return invitationOf(row, tx.now())
      }),
  })

  r.route({
    method: 'POST',
    url: '/members/invites/:id/resend',
    ifMatch: true,
    access: { requires: 'members.invite' },
    summary: 'Send an invitation again',
    description:
      'With a new token; the one before ends. The answer carries it as that of the creation does. At most 3 times a day.',
    tags,
    problems: [problems.conflict, problems.alreadyExists, problems.rateLimited],
    schema: { params: Params, response: SentInvitation },
    once: ['acceptLink'],
    handler: (ctx, { params, facts }) => ctx.transaction((tx) => resend(ctx, tx, params.id, facts)),
  })

  r.route({
    method: 'DELETE',
    url: '/members/invites/:id',
    access: { requires: 'members.invite' },
    summary: 'Cancel an invitation',
    description: 'It stays in the list as cancelled.',
    tags,
    problems: [problems.conflict],
    schema: { params: Params, response: Type.Null() },
    status: 204,
    handler: (ctx, { params, facts }) =>
      ctx.transaction(async (tx) => {
        await cancel(ctx, tx, params.id, facts)
        return null
      }),
  })
}
