import {
  Closed,
  defineListing,
  List,
  listQuery,
  Name,
  Nullable,
  Page,
  parseListQuery,
  readPage,
  requireVersion,
  Text,
  Timestamp,
  Uuid,
} from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import type { ServiceAccount } from '../../auth/index.ts'
import { requireGrantableCredential, Scopes } from '../access/credentials.ts'
import type { CoreRouter, Place } from '../surroundings.ts'

const AccountView = Type.Object(
  {
    id: Uuid(),
    name: Name({ description: 'What people read', examples: ['Accounting'] }),
    clientId: Text(300, { description: 'Sent as `client_id`' }),
    role: Text(63, { description: 'Key of the role it acts in' }),
    scopes: Nullable(List(Text(120), 500, { description: 'Permissions it is confined to; null: all of the role' })),
    disabled: Type.Boolean({ description: 'Gets no access tokens' }),
    createdAt: Timestamp(),
    updatedAt: Timestamp(),
    version: Type.Integer(),
  },
  { title: 'ServiceAccount' },
)
type AccountView = Static<typeof AccountView>
const Secret = {
  clientSecret: Nullable(Text(200, { description: 'Shown now and never again; null: the identity provider keeps it' })),
}

const viewOf = (account: ServiceAccount & { updatedAt?: Date }): AccountView => ({
  id: account.id,
  name: account.name,
  clientId: account.clientId,
  role: account.role,
  scopes: account.scopes && [...account.scopes],
  disabled: account.disabled,
  createdAt: account.createdAt.toISOString(),
  updatedAt: (account.updatedAt ?? account.createdAt).toISOString(),
  version: account.version,
})

const listing = defineListing({
  id: 'core.service-accounts',
  fields: {
    role: { type: 'text', column: 's.role', description: 'Key of the role' },
    disabled: { type: 'boolean', column: 's.disabled', description: 'Whether it is off' },
  },
  sorts: { createdAt: { column: 's.id', type: 'uuid', leads: true } },
  defaultSort: '-createdAt',
  idColumn: 's.id',
  tenantColumn: 's.tenant_id',
})
const columns = `s.id, s.name, s.client_id AS "clientId", s.role, s.scopes, s.disabled, s.created_at AS "createdAt", s.updated_at AS "updatedAt", s.version`

const Params = Closed({ id: Uuid() })
const tags = ['Service accounts']
const requires = 'core.service-accounts.manage' as const

export function serviceAccountRoutes(r: CoreRouter, place: Place): void {
  const accounts = () => place.identity.serviceAccounts
  r.route({
    method: 'GET',
    url: '/service-accounts',
    access: { requires: 'core.service-accounts.read' },
    summary: 'List service accounts',
    tags,
    schema: { query: listQuery(listing), response: Page(AccountView) },
    handler: (ctx, { query }) =>
      ctx.read((tx) =>
        readPage<ServiceAccount & { updatedAt: Date }, AccountView>(tx, listing, parseListQuery(listing, query), {
          select: columns,
          from: 'core.service_account s',
          tenantId: tx.tenantId,
          of: viewOf,
        }),
      ),
  })
  r.route({
    method: 'GET',
    url: '/service-accounts/:id',
    access: { requires: 'core.service-accounts.read' },
    summary: 'Show a service account',
    tags,
    schema: { params: Params, response: AccountView },
    handler: (ctx, { params }) => ctx.read(async (tx) => viewOf(await accounts().read(tx, params.id))),
  })
  r.route({
    method: 'POST',
    url: '/service-accounts',
    access: { requires },
    summary: 'Make a service account for `client_credentials`; the answer shows its secret once',
    tags,
    schema: {
      body: Closed({
        name: Name({ description: 'What people read', examples: ['Accounting'] }),
        role: Text(63, { description: 'Key of a role', examples: ['maker'] }),
        scopes: Type.Optional(Nullable(Scopes)),
        clientId: Type.Optional(
          Text(300, { description: 'The client at an external identity provider; the embedded one makes its own' }),
        ),
      }),
      response: Type.Object({ ...AccountView.properties, ...Secret }),
    },
    status: 201,
    once: ['clientSecret'],
    handler: (ctx, { body }) =>
      ctx.transaction(async (tx) => {
        await requireGrantableCredential(place.around.runtime, tx, ctx, body)
        const { record, clientSecret } = await accounts().create(tx, body)
        return { ...viewOf(record), clientSecret }
      }),
  })
  r.route({
    method: 'PUT',
    url: '/service-accounts/:id',
    access: { requires },
    summary: 'Change a service account',
    tags,
    schema: {
      params: Params,
      body: Closed({
        name: Type.Optional(Name({ description: 'What people read' })),
        role: Type.Optional(Text(63, { description: 'Key of the role it acts in' })),
        scopes: Type.Optional(Nullable(Scopes)),
        disabled: Type.Optional(Type.Boolean({ description: 'Gets no access tokens' })),
      }),
      response: AccountView,
    },
    handler: (ctx, { params, body, facts }) =>
      ctx.transaction(async (tx) => {
        const before = await accounts().read(tx, params.id)
        requireVersion(facts, before.version)
        const { role = before.role, scopes = before.scopes } = body
        await requireGrantableCredential(place.around.runtime, tx, ctx, { role, scopes })
        return viewOf(await accounts().change(tx, params.id, body))
      }),
  })
  r.route({
    method: 'POST',
    url: '/service-accounts/:id/renew-secret',
    access: { requires },
    summary: 'Give a service account a new secret; the old one ends at once',
    tags,
    schema: { params: Params, response: Type.Object(Secret) },
    once: ['clientSecret'],
    handler: (ctx, { params }) =>
      ctx.transaction(async (tx) => {
        const { role, scopes } = await accounts().read(tx, params.id)
        await requireGrantableCredential(place.around.runtime, tx, ctx, { role, scopes })
        return accounts().renewSecret(tx, params.id)
      }),
  })
  r.route({
    method: 'DELETE',
    url: '/service-accounts/:id',
    access: { requires },
    summary: 'Delete a service account; it ends at once',
    tags,
    schema: { params: Params, response: Type.Null() },
    status: 204,
    handler: (ctx, { params, facts }) =>
      ctx.transaction(async (tx) => {
        requireVersion(facts, (await accounts().read(tx, params.id)).version)
        await accounts().remove(tx, params.id)
        return null
      }),
  })
}
