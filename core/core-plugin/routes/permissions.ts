import { Closed, invalid, memberPlaces, Nullable, Page, requireEverywhere, Text, type Tx, Uuid } from '@guildhall/sdk'
import Type from 'typebox'
import { holdingsOf } from '../../permissions/grants.ts'
import { explain } from '../../permissions/index.ts'
import { tree } from '../../tenancy/tree.ts'
import { principalNamed } from '../access/standing.ts'
import type { CoreRouter, Place } from '../surroundings.ts'

const PermissionView = Type.Object(
  {
    id: Text(120),
    title: Text(200, { description: 'What it allows' }),
    plugin: Text(63, { description: 'Who asks for it' }),
    enabled: Type.Boolean({ description: 'Whether the plugin is on in this organisation' }),
    writes: Type.Boolean({ description: 'Whether it changes things' }),
    own: Type.Boolean({ description: 'Can be held for the own record alone' }),
    wholeOnly: Type.Boolean({ description: 'Concerns the organisation as a whole: held at a group it gives nothing' }),
    platform: Type.Boolean({ description: 'Stands above organisations' }),
    roles: Type.Array(Text(63), { maxItems: 10, description: 'Built-in roles that hold it' }),
  },
  { title: 'Permission' },
)

const Explained = Type.Object(
  {
    allowed: Type.Boolean({ description: 'The verdict' }),
    permission: Text(120, { description: 'As asked' }),
    reason: Nullable(
      Text(40, { description: 'What the nearest grant lacks; null when allowed; no-role: nothing carries it' }),
    ),
    findings: Type.Array(
      Type.Object({
        role: Text(63, { description: 'Key of the role' }),
        source: Type.Object(
          {
            kind: Text(40, { description: 'A grant, a seat, a role mapping, ...' }),
            id: Text(100, { description: 'Of the grant or the seat' }),
          },
          { description: 'Where the role comes from' },
        ),
        area: Type.Object(
          {
            path: Type.String({ description: 'Of the group; empty: the organisation', maxLength: 2000 }),
            extent: Text(10, { description: 'How far down it reaches' }),
          },
          { description: 'Where it holds' },
        ),
        own: Type.Boolean({ description: "Only for what is the person's own" }),
        path: Nullable(Type.String({ maxLength: 2000, description: 'Where it allows' })),
        obstacles: Type.Array(Text(40), { description: 'What keeps it from allowing', maxItems: 10 }),
      }),
      { description: 'Each role that could allow it', maxItems: 1000 },
    ),
  },
  { title: 'PermissionExplanation' },
)

const principalPattern = /^(user|token|serviceAccount):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/
const tags = ['Roles and grants']

export function permissionRoutes(r: CoreRouter, place: Place): void {
  r.route({
    method: 'GET',
    url: '/permissions',
    access: { requires: 'core.catalogue.read' },
    summary: 'List every permission there is; each is also the scope of a token',
    tags,
    schema: {
      response: Page(PermissionView, { most: 5000 }),
    },
    handler: (ctx) =>
      ctx.read(async (tx) => {
        const { runtime } = place.around
        const [on, { builtin }] = await Promise.all([runtime.enablement.of(tx.tenantId), runtime.access.roles(tx)])
        const items = [...runtime.host.permissions].map(([id, { plugin, declaration }]) => ({
          id,
          title: declaration.title,
          plugin: plugin.id,
          enabled: on.isOn(plugin.id),
          writes: declaration.writes,
          own: declaration.own === true,
          wholeOnly: declaration.wholeOnly === true,
          platform: declaration.platform === true,
          roles: builtin
            .filter(({ permissions }) => permissions.has(id) || permissions.has(`${id}:own`))
            .map(({ key }) => key),
        }))
        return { items: items.sort((a, b) => (a.id < b.id ? -1 : 1)), page: { nextCursor: null } }
      }),
  })
  r.route({
    method: 'GET',
    url: '/permissions/explain',
    access: { requires: 'core.grants.read' },
    summary: 'Show which grant, role and path allow or deny something',
    tags,
    schema: {
      query: Closed({
        principal: Text(60, {
          description: '`user:<id>`, `token:<id>` or `serviceAccount:<id>`',
          examples: ['user:01890a5d-ac96-774b-bcce-b302099a8057'],
        }),
        permission: Text(120, { description: 'Its id', examples: ['members.read'] }),
        group: Type.Optional(Uuid({ description: 'At this group' })),
        member: Type.Optional(Uuid({ description: 'For the record of this member' })),
      }),
      response: Explained,
    },
    handler: (ctx, { query }) =>
      ctx.read(async (tx) => {
        const { runtime } = place.around
        // It tells of grants wherever they are held.
        requireEverywhere(ctx, 'core.grants.read')
        if (!runtime.host.permissions.has(query.permission))
          throw invalid('/permission', 'is no permission; GET /permissions lists them', { in: 'query' })
        const [, kind, id] = principalPattern.exec(query.principal) ?? []
        if (!kind || !id)
          throw invalid('/principal', 'must be user:<id>, token:<id> or serviceAccount:<id>', { in: 'query' })
        const on = await runtime.enablement.of(tx.tenantId)
        const principal = await principalNamed(runtime, tx, { kind, id })
        const known =
          principal &&
          (principal.kind !== 'user' ||
            principal.organizations.some((o) => o.id === tx.tenantId) ||
            principal.globalRole)
        if (!known) throw invalid('/principal', 'is nobody here', { in: 'query' })
        const holdings = await holdingsOf(tx, principal, runtime.host, on)
        const { all: roles } = await runtime.access.roles(tx)
        const at = await placeOf(place, tx, query)
        const explained = explain(
          { ...holdings, roles, wholeOnly: runtime.access.wholeOnly, now: tx.now() },
          query.permission,
          at,
        )
        return {
          allowed: explained.allowed,
          permission: explained.permission,
          reason: explained.allowed ? null : explained.reason,
          findings: explained.findings.slice(0, 1000).map(({ grant, own, path, obstacles }) => ({
            role: grant.role,
            source: { kind: grant.source.kind, id: grant.source.id },
            area: { path: grant.path, extent: grant.extent },
            own,
            path,
            obstacles: [...obstacles],
          })),
        }
      }),
  })
}

async function placeOf(place: Place, tx: Tx, query: { group?: string; member?: string }) {
  const { runtime } = place.around
  if (query.member !== undefined) {
    const on = await runtime.enablement.of(tx.tenantId)
    const found: (readonly string[])[] = []
    for (const find of runtime.host.contributions(memberPlaces, on)) {
      const paths = await find.pathsOf(tx, query.member)
      if (paths) found.push(paths)
    }
    if (found.length === 0) throw invalid('/member', 'is no member here', { in: 'query' })
    return { paths: found.flat(), self: query.member }
  }
  if (query.group === undefined) return ''
  return (await tree.node(tx, query.group)).path
}
