import {
  Closed,
  invalid,
  List,
  LongText,
  Name,
  Nullable,
  Page,
  Problem,
  problems,
  requireVersion,
  roleUses,
  Text,
  Timestamp,
  Titles,
  type Tx,
  wholeOrganization,
} from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import { v7 as uuidv7 } from 'uuid'
import { tenantRoleProblems } from '../../permissions/index.ts'
import type { Runtime } from '../../runtime.ts'
import { requireAll, rolesOf } from '../access/access-service.ts'
import { keepAnAdmin } from '../access/administrators.ts'
import type { CoreContext, CoreRouter, Place } from '../surroundings.ts'

const Key = Type.String({
  minLength: 1,
  maxLength: 63,
  pattern: '^[a-z][a-z0-9_-]*$',
  'x-says': 'must be lower-case letters, digits, "-" and "_", and begin with a letter',
  description: 'Its name in grants and tokens',
})
const Entries = List(
  Text(120, { description: 'A permission id, or `<id>:own` for the own record alone', examples: ['members.read'] }),
  500,
  {
    uniqueItems: true,
    description: 'What whoever has the role may',
  },
)
const Params = Closed({ key: Text(63) })
const RoleView = Type.Object(
  {
    id: Text(63, { description: 'The same as key' }),
    key: Text(63, { description: 'Its name in grants and tokens' }),
    title: Name({ description: 'What people read' }),
    titles: Titles(),
    description: LongText(2000, { description: 'Who should have it' }),
    builtIn: Type.Boolean({ description: 'Cannot be changed; copy it' }),
    permissions: Entries,
    createdAt: Nullable(Timestamp()),
    updatedAt: Nullable(Timestamp()),
    version: Type.Integer(),
  },
  { title: 'Role' },
)
type RoleView = Static<typeof RoleView>

interface Row {
  key: string
  title: string
  description: string
  permissions: string[]
  created_at: Date
  updated_at: Date
  version: number
}

const viewOf = (row: Row): RoleView => ({
  id: row.key,
  key: row.key,
  title: row.title,
  titles: { de: row.title, en: row.title },
  description: row.description,
  builtIn: false,
  permissions: row.permissions,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  version: row.version,
})

const columns = 'key, title, description, permissions, created_at, updated_at, version'

async function views(runtime: Runtime, tx: Tx): Promise<RoleView[]> {
  const own = await tx.query<Row>(`SELECT ${columns} FROM core.role WHERE tenant_id = $1 ORDER BY key LIMIT 190`, [
    tx.tenantId,
  ])
  const builtIn = (await rolesOf(runtime, tx)).filter((role) => role.builtIn)
  return [
    ...builtIn.map(({ key, title, titles, permissions }) => ({
      id: key,
      key,
      title,
      titles,
      description: '',
      builtIn: true,
      permissions: [...permissions],
      createdAt: null,
      updatedAt: null,
      version: 1,
    })),
    ...own.map(viewOf),
  ]
}

async function ownRole(tx: Tx, key: string): Promise<Row> {
  const [row] = await tx.query<Row>(`SELECT ${columns} FROM core.role WHERE tenant_id = $1 AND key = $2 FOR UPDATE`, [
    tx.tenantId,
    key,
  ])
  if (!row) throw new Problem(problems.notFound, { detail: `There is no role "${key}" of this organisation's own.` })
  return row
}

const most = 150

/** Whoever makes or widens a role must hold all of it: else he could give it to himself by way of somebody else. */
async function checkEntries(runtime: Runtime, tx: Tx, ctx: CoreContext, entries: readonly string[]): Promise<void> {
  const wrong = tenantRoleProblems(entries, runtime.host.declaredPermissions)
  if (wrong.length > 0) throw invalid('/permissions', wrong.join('; '))
  await requireAll(runtime, tx, ctx, entries, wholeOrganization)
}

/** What holds the role, in words; grants that ended count no more. */
async function usesOf(runtime: Runtime, tx: Tx, key: string): Promise<string[]> {
  const [counted] = await tx.query<{ grants: number; tokens: number; accounts: number; mappings: number }>(
    `SELECT (SELECT count(*) FROM core."grant" WHERE tenant_id = $1 AND role = $2 AND (valid_until IS NULL OR valid_until > $3))::int AS grants,
            (SELECT count(*) FROM core.api_token WHERE tenant_id = $1 AND role = $2 AND revoked_at IS NULL
                AND (expires_at IS NULL OR expires_at > $3))::int AS tokens,
            (SELECT count(*) FROM core.service_account WHERE tenant_id = $1 AND role = $2)::int AS accounts,
            (SELECT count(*) FROM core.role_mapping WHERE tenant_id = $1 AND role = $2)::int AS mappings`,
    [tx.tenantId, key, tx.now()],
  )
  const on = await runtime.enablement.of(tx.tenantId)
  const more = await Promise.all(
    runtime.host.contributions(roleUses, on).map(async (use) => [use.what, await use.count(tx, key)] as const),
  )
  return [
    ['grants', counted!.grants] as const,
    ['API tokens', counted!.tokens] as const,
    ['service accounts', counted!.accounts] as const,
    ['role mappings', counted!.mappings] as const,
    ...more,
  ]
    .filter(([, n]) => n > 0)
    .map(([what, n]) => `${n} ${what}`)
}

const tags = ['Roles and grants']

export function roleRoutes(r: CoreRouter, place: Place): void {
  r.route({
    method: 'GET',
    url: '/roles',
    access: { requires: 'core.roles.read' },
    summary: 'List roles: the built-in ones, then the own ones',
    tags,
    schema: { response: Page(RoleView) },
    handler: (ctx) =>
      ctx.read(async (tx) => ({ items: await views(place.around.runtime, tx), page: { nextCursor: null } })),
  })
  r.route({
    method: 'GET',
    url: '/roles/:key',
    access: { requires: 'core.roles.read' },
    summary: 'Show a role',
    tags,
    schema: { params: Params, response: RoleView },
    handler: (ctx, { params }) =>
      ctx.read(async (tx) => {
        const found = (await views(place.around.runtime, tx)).find(({ key }) => key === params.key)
        if (!found) throw new Problem(problems.notFound, { detail: `There is no role "${params.key}" here.` })
        return found
      }),
  })
  r.route({
    method: 'POST',
    url: '/roles',
    access: { requires: 'core.roles.manage' },
    summary: 'Make a role, from nothing or as a copy',
    tags,
    schema: {
      body: Closed({
        key: Key,
        title: Name({ description: 'What people read' }),
        description: Type.Optional(LongText(2000, { description: 'Who should have it' })),
        copyOf: Type.Optional(Text(63, { description: 'Key of the role whose permissions it starts with' })),
        permissions: Type.Optional(Entries),
      }),
      response: RoleView,
    },
    status: 201,
    handler: (ctx, { body }) =>
      ctx.transaction(async (tx) => {
        const { runtime } = place.around
        // Of several at once each sees what the ones before made.
        await tx.query('SELECT 1 FROM core.tenant WHERE id = $1 FOR NO KEY UPDATE', [tx.tenantId])
        const all = await rolesOf(runtime, tx)
        if (all.filter((role) => !role.builtIn).length >= most)
          throw new Problem(problems.conflict, { detail: `An organisation has at most ${most} roles of its own.` })
        const copied = body.copyOf === undefined ? undefined : all.find(({ key }) => key === body.copyOf)
        if (body.copyOf !== undefined && !copied) throw invalid('/copyOf', 'is not a role here')
        const permissions = body.permissions ?? [...(copied?.permissions ?? [])]
        await checkEntries(runtime, tx, ctx, permissions)
        if (all.some(({ key }) => key === body.key) || isGlobal(body.key))
          throw new Problem(problems.alreadyExists, {
            detail: `There is a role "${body.key}" already.`,
            errors: [{ pointer: '/key', message: 'is taken' }],
          })
        const [row] = await tx.query<Row>(
          `INSERT INTO core.role (tenant_id, id, key, title, description, permissions, created_at, updated_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $7) RETURNING ${columns}`,
          [tx.tenantId, uuidv7(), body.key, body.title, body.description ?? '', permissions, tx.now()],
        )
        await tx.audit({ action: 'core.role-created', target: { type: 'role', id: body.key }, meta: { permissions } })
        tx.accessChanged()
        return viewOf(row!)
      }),
  })
  r.route({
    method: 'PUT',
    url: '/roles/:key',
    access: { requires: 'core.roles.manage' },
    summary: 'Change a role of the organisation',
    tags,
    schema: {
      params: Params,
      body: Closed({
        title: Type.Optional(Name({ description: 'What people read' })),
        description: Type.Optional(LongText(2000, { description: 'Who should have it' })),
        permissions: Type.Optional(Entries),
      }),
      response: RoleView,
    },
    handler: (ctx, { params, body, facts }) =>
      ctx.transaction(async (tx) => {
        const { runtime } = place.around
        const before = await ownRole(tx, params.key)
        requireVersion(facts, before.version)
        if (body.permissions) await checkEntries(runtime, tx, ctx, body.permissions)
        const row = await keepAnAdmin(runtime, tx, async () => {
          const [changed] = await tx.query<Row>(
            `UPDATE core.role SET title = $3, description = $4, permissions = $5, updated_at = $6, version = version + 1
              WHERE tenant_id = $1 AND key = $2 RETURNING ${columns}`,
            [
              tx.tenantId,
              params.key,
              body.title ?? before.title,
              body.description ?? before.description,
              body.permissions ?? before.permissions,
              tx.now(),
            ],
          )
          return changed!
        })
        await tx.audit({
          action: 'core.role-changed',
          target: { type: 'role', id: params.key },
          changed: Object.keys(body),
          ...(body.permissions ? { meta: { permissions: body.permissions } } : {}),
        })
        tx.accessChanged()
        return viewOf(row)
      }),
  })
  r.route({
    method: 'DELETE',
    url: '/roles/:key',
    access: { requires: 'core.roles.manage' },
    summary: 'Delete a role that nobody holds',
    tags,
    problems: [problems.inUse],
    schema: { params: Params, response: Type.Null() },
    status: 204,
    handler: (ctx, { params, facts }) =>
      ctx.transaction(async (tx) => {
        const row = await ownRole(tx, params.key)
        requireVersion(facts, row.version)
        const uses = await usesOf(place.around.runtime, tx, params.key)
        if (uses.length > 0) throw new Problem(problems.inUse, { detail: `The role is held: ${uses.join(', ')}.` })
        await tx.query('DELETE FROM core.role WHERE tenant_id = $1 AND key = $2', [tx.tenantId, params.key])
        await tx.audit({ action: 'core.role-deleted', target: { type: 'role', id: params.key } })
        tx.accessChanged()
        return null
      }),
  })
}

const isGlobal = (key: string): boolean => key === 'super_admin' || key === 'platform_auditor'
