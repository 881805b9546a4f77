import { Closed, List, Nullable, problems, type Router, Text } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import type { GroupsContext, GroupsPermission } from '../context.ts'
import { functions } from '../seats/role-types.ts'
import { refuseLostRoles, replaceFunctions, requireNewRights } from './functions.ts'
import { genderGroups, replaceGenderGroups, replaceStages, stages } from './lists.ts'

const Key = Text(60, { description: 'Unique, whatever the case of its letters' })
const RoleType = Closed(
  {
    key: Key,
    title: Text(200, { description: 'What people read' }),
    permissions: List(Text(100, { examples: ['members.read'] }), 200, {
      description: 'What the holder may; empty: a mere function',
    }),
    extent: Type.Enum(['group', 'layer', 'below'], {
      description: 'Where: the group; all below inside its layer; all below through every layer',
    }),
    maxHolders: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, description: 'In one group at a time' })),
  },
  { title: 'RoleType' },
)
const Level = Closed(
  {
    key: Key,
    title: Text(200, { description: 'What people read' }),
    layer: Type.Boolean({ description: 'Rights given above end here, unless they reach through' }),
    children: List(Text(60), 50, { description: 'Keys of levels allowed below' }),
    roles: List(RoleType, 100, { description: 'What members can be in groups of this level' }),
  },
  { title: 'Level' },
)
const GenderGroup = Closed(
  { code: Text(20, { description: 'Its name in groups' }), label: Text(100, { description: 'What people read' }) },
  { title: 'GenderGroup' },
)
const Age = Nullable(Type.Integer({ minimum: 0, maximum: 150, description: 'Years; null: no bound' }))
const Stage = Closed(
  { label: Text(100, { description: 'What people read, and its name in groups' }), minAge: Age, maxAge: Age },
  { title: 'Stage' },
)

const Levels = Closed(
  { levels: List(Level, 50, { description: "The first is the root's" }) },
  {
    title: 'Levels',
    examples: [
      {
        levels: [
          { key: 'club', title: 'Club', layer: true, children: ['team'], roles: [] },
          { key: 'team', title: 'Team', layer: false, children: [], roles: [] },
        ],
      },
    ],
  },
)
const Functions = Closed(
  { functions: List(RoleType, 200, { description: 'Offered by groups of all levels' }) },
  { title: 'Functions' },
)
const GenderGroups = Closed(
  { genderGroups: List(GenderGroup, 200, { description: 'Whom a group is for' }) },
  { title: 'GenderGroups' },
)
const Stages = Closed({ stages: List(Stage, 200, { description: 'In their order' }) }, { title: 'Stages' })

const tags = ['Groups']
const read = { requires: 'groups.read' } as const
const write = { requires: 'groups.configure' } as const

/** What groups of the organisation are made of. Each `PUT` puts a whole list in the place of the one that stands. */
export function settingsRoutes(r: Router<GroupsContext, GroupsPermission>): void {
  const configuring = (ctx: GroupsContext) => ctx.require('groups.configure', { paths: [''], readable: 'groups.read' })

  r.route({
    method: 'GET',
    url: '/groups/levels',
    access: read,
    summary: 'Show the levels of the hierarchy',
    tags,
    schema: { response: Levels },
    handler: (ctx) => ctx.transaction(async (tx) => ({ levels: mutable(await ctx.use.tree.levels(tx)) })),
  })
  r.route({
    method: 'PUT',
    url: '/groups/levels',
    ifMatch: false,
    access: write,
    summary: 'Change the levels of the hierarchy',
    description: 'Refused, with names, when groups or seats would be left without their level, place or role.',
    tags,
    problems: [problems.inUse],
    schema: { body: Levels, response: Levels },
    handler: (ctx, { body }) =>
      ctx.transaction(async (tx) => {
        await configuring(ctx)
        const before = await ctx.use.tree.levels(tx)
        for (const level of body.levels) {
          const old = before.find(({ key }) => key === level.key)?.roles ?? []
          await requireNewRights(tx, ctx.use.access, old, level.roles)
        }
        if (await ctx.use.tree.replaceLevels(tx, body.levels)) {
          await refuseLostRoles(tx, body.levels)
          await tx.audit({ action: 'groups.levels-changed', changed: ['levels'] })
        }
        return { levels: mutable(await ctx.use.tree.levels(tx)) }
      }),
  })
  r.route({
    method: 'GET',
    url: '/groups/functions',
    access: read,
    summary: 'Show the role types that every group offers',
    tags,
    schema: { response: Functions },
    handler: (ctx) => ctx.transaction(async (tx) => ({ functions: mutable(await functions(tx)) })),
  })
  r.route({
    method: 'PUT',
    url: '/groups/functions',
    ifMatch: false,
    access: write,
    summary: 'Change the role types that every group offers',
    description: 'Nobody gives a role a permission that he does not hold in the whole organisation.',
    tags,
    problems: [problems.inUse],
    schema: { body: Functions, response: Functions },
    handler: (ctx, { body }) =>
      ctx.transaction(async (tx) => {
        await configuring(ctx)
        if (await replaceFunctions(tx, ctx.use, body.functions))
          await tx.audit({ action: 'groups.functions-changed', changed: ['functions'] })
        return { functions: mutable(await functions(tx)) }
      }),
  })
  r.route({
    method: 'GET',
    url: '/groups/gender-groups',
    access: read,
    summary: 'Show the gender groups',
    tags,
    schema: { response: GenderGroups },
    handler: (ctx) => ctx.transaction(async (tx) => ({ genderGroups: mutable(await genderGroups(tx)) })),
  })
  r.route({
    method: 'PUT',
    url: '/groups/gender-groups',
    ifMatch: false,
    access: write,
    summary: 'Change the gender groups',
    tags,
    problems: [problems.inUse],
    schema: { body: GenderGroups, response: GenderGroups },
    handler: (ctx, { body }) =>
      ctx.transaction(async (tx) => {
        await configuring(ctx)
        if (await replaceGenderGroups(tx, body.genderGroups))
          await tx.audit({ action: 'groups.gender-groups-changed', changed: ['genderGroups'] })
        return { genderGroups: mutable(await genderGroups(tx)) }
      }),
  })
  r.route({
    method: 'GET',
    url: '/groups/stages',
    access: read,
    summary: 'Show the stages, in their order',
    tags,
    schema: { response: Stages },
    handler: (ctx) => ctx.transaction(async (tx) => ({ stages: mutable(await stages(tx)) })),
  })
  r.route({
    method: 'PUT',
    url: '/groups/stages',
    ifMatch: false,
    access: write,
    summary: 'Change the stages',
    tags,
    problems: [problems.inUse],
    schema: { body: Stages, response: Stages },
    handler: (ctx, { body }) =>
      ctx.transaction(async (tx) => {
        await configuring(ctx)
        if (await replaceStages(tx, body.stages))
          await tx.audit({ action: 'groups.stages-changed', changed: ['stages'] })
        return { stages: mutable(await stages(tx)) }
      }),
  })
}

/** Schemas infer arrays that can be written to; ours cannot, and nobody does. */
type Writable<T> = T extends readonly (infer I)[]
  ? Writable<I>[]
  : T extends object
    ? { -readonly [K in keyof T]: Writable<T[K]> }
    : T
const mutable = <T>(value: T): Writable<T> => value as Writable<T>

export type LevelsBody = Static<typeof Levels>
