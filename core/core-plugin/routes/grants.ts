import {
  Closed,
  defineListing,
  invalid,
  listQuery,
  Nullable,
  Page,
  Problem,
  parseListQuery,
  problems,
  reachSql,
  readPage,
  Text,
  Timestamp,
  type Tx,
  Uuid,
} from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import { v7 as uuidv7 } from 'uuid'
import { actorName } from '../../audit/actor.ts'
import { mayEditGrantsOf } from '../../permissions/index.ts'
import { tree } from '../../tenancy/tree.ts'
import { requireAll, roleNamed } from '../access/access-service.ts'
import { requireAnotherAdmin } from '../access/administrators.ts'
import type { CoreContext, CoreRouter, Place } from '../surroundings.ts'

const Extent = Type.Union([Type.Literal('group'), Type.Literal('layer'), Type.Literal('below')], {
  description: 'group: this one only; layer: down to the next layer; below: everything under it',
})
const GrantView = Type.Object(
  {
    id: Uuid(),
    userId: Uuid(),
    role: Text(63, { description: 'Key of the role' }),
    groupId: Nullable(Uuid({ description: 'null: the whole organisation' })),
    extent: Extent,
    validFrom: Nullable(Timestamp({ description: 'Null: from the beginning' })),
    validUntil: Nullable(Timestamp({ description: 'Null: open-ended' })),
    grantedBy: Nullable(Text(200, { description: 'Id of the account' })),
    createdAt: Timestamp(),
    updatedAt: Timestamp({ description: 'Grants are not changed; the same as createdAt' }),
  },
  { title: 'Grant' },
)
type GrantView = Static<typeof GrantView>

interface Row {
  id: string
  principal_id: string
  role: string
  group_id: string | null
  extent: GrantView['extent']
  valid_from: Date | null
  valid_until: Date | null
  granted_by: string | null
  created_at: Date
  path: string | null
}
const columns =
  'g.id, g.principal_id, g.role, g.group_id, g.extent, g.valid_from, g.valid_until, g.granted_by, g.created_at, n.path'
const from = 'core."grant" g LEFT JOIN core."group" n ON n.tenant_id = g.tenant_id AND n.id = g.group_id'

const viewOf = (row: Row): GrantView => ({
  id: row.id,
  userId: row.principal_id,
  role: row.role,
  groupId: row.group_id,
  extent: row.extent,
  validFrom: row.valid_from?.toISOString() ?? null,
  validUntil: row.valid_until?.toISOString() ?? null,
  grantedBy: row.granted_by,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.created_at.toISOString(),
})

// Ids are made in the order of time (UUIDv7), so the primary key serves the order of making.
const grantListing = defineListing({
  id: 'core.grants',
  fields: {
    user: { type: 'uuid', column: 'g.principal_id', description: 'Who holds it' },
    role: { type: 'text', column: 'g.role', description: 'Key of the role' },
    group: {
      type: 'uuid',
      column: 'g.group_id',
      nullable: true,
      description: 'Where it is held; empty: the whole organisation',
    },
  },
  sorts: { createdAt: { column: 'g.id', type: 'uuid', leads: true } },
  defaultSort: '-createdAt',
  idColumn: 'g.id',
  tenantColumn: 'g.tenant_id',
})

const tags = ['Roles and grants']
const GrantId = Closed({ id: Uuid() })

/** Nobody edits his own grants, and nobody gives or takes what he does not hold there. */
async function requireMayEdit(
  place: Place,
  tx: Tx,
  ctx: CoreContext,
  o: { userId: string; role: string; path: string; extent: GrantView['extent'] },
) {
  await ctx.require('core.grants.manage', { paths: [o.path], readable: 'core.grants.read' })
  if (!mayEditGrantsOf(ctx.actor, o.userId))
    throw new Problem(problems.forbidden, { detail: 'Nobody edits his own grants.' })
  const { permissions } = await roleNamed(place.around.runtime, tx, o.role)
  await requireAll(place.around.runtime, tx, ctx, permissions, {
    path: o.path,
    extent: o.path === '' ? 'below' : o.extent,
  })
}

export function grantRoutes(r: CoreRouter, place: Place): void {
  r.route({
    method: 'GET',
    url: '/grants',
    access: { requires: 'core.grants.read' },
    summary: 'List who holds which role where',
    description:
      "Direct grants. Members' roles and seats give rights too; `GET /permissions/explain` shows all of them.",
    tags,
    schema: { query: listQuery(grantListing), response: Page(GrantView) },
    handler: (ctx, { query }) =>
      ctx.read((tx) =>
        readPage<Row, GrantView>(tx, grantListing, parseListQuery(grantListing, query), {
          select: columns,
          from,
          where: (bind) => [
            `g.principal_kind = 'user'`,
            reachSql(ctx.reach('core.grants.read'), { pathColumn: 'n.path', bind }),
          ],
          tenantId: tx.tenantId,
          of: viewOf,
        }),
      ),
  })
  r.route({
    method: 'GET',
    url: '/grants/:id',
    access: { requires: 'core.grants.read' },
    summary: 'Show who holds a role where',
    tags,
    schema: { params: GrantId, response: GrantView },
    handler: (ctx, { params }) =>
      ctx.read(async (tx) => {
        const row = await grantNamed(tx, params.id)
        await ctx.require('core.grants.read', { paths: [row.path ?? ''], readable: 'core.grants.read' })
        return viewOf(row)
      }),
  })
  r.route({
    method: 'POST',
    url: '/grants',
    access: { requires: 'core.grants.manage' },
    summary: 'Give somebody a role, in the whole organisation or in a group',
    tags,
    schema: {
      body: Closed({
        userId: Uuid(),
        role: Text(63, { description: 'Key of a role', examples: ['maker'] }),
        groupId: Type.Optional(Nullable(Uuid())),
        extent: Type.Optional(Extent),
        validFrom: Type.Optional(Nullable(Timestamp({ description: 'Default: now' }))),
        validUntil: Type.Optional(Nullable(Timestamp({ description: 'Default: open-ended' }))),
      }),
      response: GrantView,
    },
    status: 201,
    handler: (ctx, { body }) =>
      ctx.transaction(async (tx) => {
        const { extent = 'below', groupId = null } = body
        const path = groupId === null ? '' : await pathOf(tx, groupId)
        await requireMayEdit(place, tx, ctx, { userId: body.userId, role: body.role, path, extent })
        if (body.validFrom && body.validUntil && new Date(body.validUntil) <= new Date(body.validFrom))
          throw invalid('/validUntil', 'must be after validFrom')
        const [here] = await tx.query('SELECT 1 FROM core.affiliation WHERE tenant_id = $1 AND user_id = $2', [
          tx.tenantId,
          body.userId,
        ])
        if (!here) throw invalid('/userId', 'is nobody who can sign in to this organisation')
        const [row] = await tx.query<Row>(
          `INSERT INTO core."grant" AS g (tenant_id, id, principal_kind, principal_id, role, group_id, extent, valid_from, valid_until, granted_by, created_at)
           VALUES ($1, $2, 'user', $3, $4, $5, $6, $7, $8, $9, $10) RETURNING g.*, NULL AS path`,
          [
            tx.tenantId,
            uuidv7(),
            body.userId,
            body.role,
            groupId,
            extent,
            body.validFrom ?? null,
            body.validUntil ?? null,
            actorName(tx.actor),
            tx.now(),
          ],
        )
        await tx.audit({
          action: 'core.role-granted',
          target: { type: 'user', id: body.userId },
          meta: { grantId: row!.id, role: body.role, groupId, extent },
        })
        tx.accessChanged()
        return viewOf(row!)
      }),
  })
  r.route({
    method: 'DELETE',
    url: '/grants/:id',
    ifMatch: false,
    access: { requires: 'core.grants.manage' },
    summary: 'Take a role away',
    tags,
    schema: { params: GrantId, response: Type.Null() },
    status: 204,
    handler: (ctx, { params }) =>
      ctx.transaction(async (tx) => {
        const row = await grantNamed(tx, params.id)
        await ctx.require('core.grants.manage', { paths: [row.path ?? ''], readable: 'core.grants.read' })
        if (!mayEditGrantsOf(ctx.actor, row.principal_id))
          throw new Problem(problems.forbidden, { detail: 'Nobody edits his own grants.' })
        if (row.group_id === null) await requireAnotherAdmin(place.around.runtime, tx, row.principal_id)
        await tx.query('DELETE FROM core."grant" WHERE tenant_id = $1 AND id = $2', [tx.tenantId, params.id])
        await tx.audit({
          action: 'core.role-revoked',
          target: { type: 'user', id: row.principal_id },
          meta: { grantId: row.id, role: row.role, groupId: row.group_id },
        })
        tx.accessChanged()
        return null
      }),
  })
}

/** @throws Problem 404 */
async function grantNamed(tx: Tx, id: string): Promise<Row> {
  const [row] = await tx.query<Row>(
    `SELECT ${columns} FROM ${from} WHERE g.tenant_id = $1 AND g.id = $2 AND g.principal_kind = 'user'`,
    [tx.tenantId, id],
  )
  if (!row) throw new Problem(problems.notFound)
  return row
}

async function pathOf(tx: Tx, groupId: string): Promise<string> {
  try {
    return (await tree.node(tx, groupId)).path
  } catch (cause) {
    if (cause instanceof Problem) throw invalid('/groupId', 'is no group of this organisation')
    throw cause
  }
}
