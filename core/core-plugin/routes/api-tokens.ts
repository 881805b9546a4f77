import {
  Closed,
  defineListing,
  List,
  listQuery,
  Name,
  Nullable,
  Page,
  parseListQuery,
  problems,
  readPage,
  requireVersion,
  Text,
  Timestamp,
  Uuid,
} from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import { type ApiToken, createApiToken, readApiToken, revokeApiToken } from '../../auth/tokens/api-tokens.ts'
import { requireGrantableCredential, Scopes } from '../access/credentials.ts'
import type { CoreRouter, Place } from '../surroundings.ts'

const TokenView = Type.Object(
  {
    id: Uuid(),
    publicId: Text(20, { description: 'The part of the token between `gh_` and the secret' }),
    name: Name({ description: 'What people read', examples: ['Door of the workshop'] }),
    role: Text(63, { description: 'Key of the role it acts in' }),
    scopes: Nullable(List(Text(120), 500, { description: 'Permissions it is confined to; null: all of the role' })),
    createdBy: Nullable(Text(200, { description: 'Id of the account' })),
    createdAt: Timestamp(),
    updatedAt: Timestamp(),
    expiresAt: Nullable(Timestamp({ description: 'Null: never' })),
    revokedAt: Nullable(Timestamp({ description: 'Null: it is valid' })),
    lastUsedAt: Nullable(Timestamp({ description: 'Exact to a minute' })),
    version: Type.Integer(),
  },
  { title: 'ApiToken' },
)
type TokenView = Static<typeof TokenView>
const NewToken = Type.Object(
  {
    ...TokenView.properties,
    token: Text(200, { description: 'Shown now and never again' }),
  },
  { title: 'NewApiToken' },
)

const viewOf = (token: ApiToken): TokenView => ({
  id: token.id,
  publicId: token.publicId,
  name: token.name,
  role: token.role,
  scopes: token.scopes && [...token.scopes],
  createdBy: token.createdBy,
  createdAt: token.createdAt.toISOString(),
  updatedAt: (token.revokedAt ?? token.createdAt).toISOString(),
  expiresAt: token.expiresAt?.toISOString() ?? null,
  revokedAt: token.revokedAt?.toISOString() ?? null,
  lastUsedAt: token.lastUsedAt?.toISOString() ?? null,
  version: token.version,
})

// Ids are made in the order of time (UUIDv7), so the primary key serves the order of making.
const listing = defineListing({
  id: 'core.api-tokens',
  fields: {
    role: { type: 'text', column: 'k.role', description: 'Key of the role' },
    revoked: {
      type: 'boolean',
      ops: ['eq'],
      sql: (_op, value) => `k.revoked_at IS ${value === true ? 'NOT ' : ''}NULL`,
      read: (token) => (token as { revokedAt: unknown }).revokedAt !== null,
      description: 'Whether it was revoked',
    },
  },
  sorts: { createdAt: { column: 'k.id', type: 'uuid', leads: true } },
  defaultSort: '-createdAt',
  idColumn: 'k.id',
  tenantColumn: 'k.tenant_id',
})

const columns = `k.id, k.public_id AS "publicId", k.name, k.role, k.scopes, k.created_by AS "createdBy", k.created_at AS "createdAt",
  k.expires_at AS "expiresAt", k.revoked_at AS "revokedAt", k.last_used_at AS "lastUsedAt", k.version`
const tags = ['API tokens']

export function apiTokenRoutes(r: CoreRouter, place: Place): void {
  r.route({
    method: 'GET',
    url: '/api-tokens',
    access: { requires: 'core.tokens.read' },
    summary: 'List API tokens; secrets are never shown',
    tags,
    schema: { query: listQuery(listing), response: Page(TokenView) },
    handler: (ctx, { query }) =>
      ctx.read((tx) =>
        readPage<ApiToken, TokenView>(tx, listing, parseListQuery(listing, query), {
          select: columns,
          from: 'core.api_token k',
          tenantId: tx.tenantId,
          of: viewOf,
        }),
      ),
  })
  r.route({
    method: 'GET',
    url: '/api-tokens/:id',
    access: { requires: 'core.tokens.read' },
    summary: 'Show an API token, without its secret',
    tags,
    schema: { params: Closed({ id: Uuid() }), response: TokenView },
    handler: (ctx, { params }) => ctx.read(async (tx) => viewOf(await readApiToken(tx, params.id))),
  })
  r.route({
    method: 'POST',
    url: '/api-tokens',
    access: { requires: 'core.tokens.manage' },
    summary: 'Make an API token; the answer shows it once',
    description: 'The role, less what the scopes leave out, must be held by whoever makes it.',
    tags,
    problems: [problems.forbidden],
    schema: {
      body: Closed({
        name: Name({ description: 'What people read', examples: ['Door of the workshop'] }),
        role: Text(63, { description: 'Key of a role', examples: ['maker'] }),
        scopes: Type.Optional(Nullable(Scopes)),
        expiresAt: Type.Optional(Nullable(Timestamp({ description: 'Default: never' }))),
      }),
      response: NewToken,
    },
    status: 201,
    once: ['token'],
    handler: (ctx, { body }) =>
      ctx.transaction(async (tx) => {
        await requireGrantableCredential(place.around.runtime, tx, ctx, body)
        const { token, record } = await createApiToken(tx, {
          name: body.name,
          role: body.role,
          scopes: body.scopes ?? null,
          expiresAt: body.expiresAt ? new Date(body.expiresAt) : null,
        })
        return { ...viewOf(record), token }
      }),
  })
  r.route({
    method: 'DELETE',
    url: '/api-tokens/:id',
    access: { requires: 'core.tokens.manage' },
    summary: 'Revoke an API token; it ends at once',
    tags,
    schema: { params: Closed({ id: Uuid() }), response: TokenView },
    handler: (ctx, { params, facts }) =>
      ctx.transaction(async (tx) => {
        requireVersion(facts, (await readApiToken(tx, params.id)).version)
        return viewOf(await revokeApiToken(tx, params.id))
      }),
  })
}
