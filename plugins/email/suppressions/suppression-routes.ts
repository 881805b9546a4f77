/** `/email-suppressions`: addresses that get nothing. */
import {
  Closed,
  Email,
  listQuery,
  Page,
  parseListQuery,
  readPage,
  requireVersion,
  Text,
  Timestamp,
  Uuid,
} from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import { type EmailRouter, everywhere } from '../context.ts'
import { emailKey, oneAddress } from '../outbox/address.ts'
import {
  readSuppression,
  release,
  type SuppressionRow,
  suppress,
  suppressionColumns,
  suppressionListing,
  suppressionReasons,
} from './suppression-sql.ts'

const Suppression = Type.Object(
  {
    id: Uuid(),
    email: Type.String(),
    reason: Type.Enum([...suppressionReasons], {
      description: 'unsubscribed: bulk mail is spared; else: all mail',
    }),
    note: Type.String({ description: 'Of whoever entered it' }),
    createdAt: Timestamp(),
    updatedAt: Timestamp(),
    version: Type.Integer(),
  },
  { title: 'EmailSuppression' },
)
type Suppression = Static<typeof Suppression>
const tags = ['E-mail suppressions'] as const

const suppressionOf = (row: SuppressionRow): Suppression => ({
  id: row.id,
  email: row.email_key,
  reason: row.reason,
  note: row.note,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  version: row.version,
})

const Params = Closed({ id: Uuid() })

export function suppressionRoutes(r: EmailRouter): void {
  r.route({
    method: 'GET',
    url: '/email-suppressions',
    access: { requires: 'email.read' },
    summary: 'List the addresses that get no mail',
    tags,
    schema: { query: listQuery(suppressionListing), response: Page(Suppression) },
    handler: (ctx, { query }) =>
      ctx.read(async (tx) => {
        await ctx.require('email.read', everywhere)
        return readPage<SuppressionRow, Suppression>(
          tx,
          suppressionListing,
          parseListQuery(suppressionListing, query),
          {
            select: suppressionColumns,
            from: 'email.suppression s',
            tenantId: tx.tenantId,
            of: suppressionOf,
          },
        )
      }),
  })
  r.route({
    method: 'POST',
    url: '/email-suppressions',
    access: { requires: 'email.manage' },
    summary: 'Send nothing to an address any more',
    tags,
    schema: {
      body: Closed({ email: Email(), note: Type.Optional(Text(500, { description: 'For whoever asks why' })) }),
      response: Suppression,
    },
    status: 201,
    handler: (ctx, { body }) =>
      ctx.transaction(async (tx) => {
        await ctx.require('email.manage', everywhere)
        const key = emailKey(oneAddress(body.email, '/email'))
        const row = await suppress(tx, { emailKey: key, reason: 'manual', note: body.note ?? '' })
        await tx.audit({ action: 'email.suppressed', target: { type: 'suppression', id: row.id } })
        return suppressionOf(row)
      }),
  })
  r.route({
    method: 'GET',
    url: '/email-suppressions/:id',
    access: { requires: 'email.read' },
    summary: 'Show an address to which nothing is sent',
    tags,
    schema: { params: Params, response: Suppression },
    handler: (ctx, { params }) =>
      ctx.read(async (tx) => {
        await ctx.require('email.read', everywhere)
        return suppressionOf(await readSuppression(tx, params.id))
      }),
  })
  r.route({
    method: 'DELETE',
    url: '/email-suppressions/:id',
    access: { requires: 'email.manage' },
    summary: 'Send to an address again',
    tags,
    schema: { params: Params, response: Type.Null() },
    status: 204,
    handler: (ctx, { params, facts }) =>
      ctx.transaction(async (tx) => {
        await ctx.require('email.manage', everywhere)
        requireVersion(facts, (await readSuppression(tx, params.id)).version)
        await release(tx, params.id)
        await tx.audit({ action: 'email.released', target: { type: 'suppression', id: params.id } })
        return null
      }),
  })
}
