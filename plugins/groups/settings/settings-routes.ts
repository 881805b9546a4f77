import { Closed, List, Nullable, problems, type Router, readToReplace, Text, type Tx } from '@guildhall/sdk'
import Type, { type Static, type TObject } from 'typebox'
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

interface WholeList<S extends TObject> {
  readonly url: `/groups/${string}`
  readonly show: string
  readonly change: string
  readonly description?: string
  readonly list: S
  readonly action: `groups.${string}`
  read(ctx: GroupsContext, tx: Tx): Promise<Static<S>>
  /** @returns whether anything differs */
  replace(ctx: GroupsContext, tx: Tx, wanted: Static<S>, before: Static<S>): Promise<boolean>
}

/** One that is shown, and whose `PUT` puts a whole list in the place of the one that stands. */
function wholeList<S extends TObject>(r: Router<GroupsContext, GroupsPermission>, o: WholeList<S>): void {
  const tags = ['Groups']
  r.route({
    method: 'GET',
    url: o.url,
    access: { requires: 'groups.read' },
    summary: o.show,
    tags,
    contentVersion: true,
    schema: { response: o.list },
    handler: (ctx) => ctx.transaction((tx) => o.read(ctx, tx)),
  })
  r.route({
    method: 'PUT',
    url: o.url,
    access: { requires: 'groups.configure' },
    summary: o.change,
    ...(o.description === undefined ? {} : { description: o.description }),
    tags,
    contentVersion: true,
    problems: [problems.inUse],
    schema: { body: o.list, response: o.list },
    handler: (ctx, { body, facts }) =>
      ctx.transaction(async (tx) => {
        await ctx.require('groups.configure', { paths: [''], readable: 'groups.read' })
        const before = await readToReplace(tx, facts, () => o.read(ctx, tx))
        if (await o.replace(ctx, tx, body, before))
          await tx.audit({ action: o.action, changed: Object.keys(o.list.properties) })
        return o.read(ctx, tx)
      }),
  })
}

/** What groups of the organisation are made of. */
export function settingsRoutes(r: Router<GroupsContext, GroupsPermission>): void {
  wholeList(r, {
    url: '/groups/levels',
    show: 'Show the levels of the hierarchy',
    change: 'Change the levels of the hierarchy',
    description: 'Refused, with names, when groups or seats would be left without their level, place or role.',
    list: Levels,
    action: 'groups.levels-changed',
    read: async (ctx, tx) => ({ levels: mutable(await ctx.use.tree.levels(tx)) }),
    async replace(ctx, tx, { levels }, before) {
      for (const level of levels) {
        const old = before.levels.find(({ key }) => key === level.key)?.roles ?? []
        await requireNewRights(tx, ctx.use.access, old, level.roles)
      }
      const differs = await ctx.use.tree.replaceLevels(tx, levels)
      if (differs) await refuseLostRoles(tx, levels)
      return differs
    },
  })
  wholeList(r, {
    url: '/groups/functions',
    show: 'Show the role types that every group offers',
    change: 'Change the role types that every group offers',
    description: 'Nobody gives a role a permission that he does not hold in the whole organisation.',
    list: Functions,
    action: 'groups.functions-changed',
    read: async (_ctx, tx) => ({ functions: mutable(await functions(tx)) }),
    replace: (ctx, tx, wanted) => replaceFunctions(tx, ctx.use, wanted.functions),
  })
  wholeList(r, {
    url: '/groups/gender-groups',
    show: 'Show the gender groups',
    change: 'Change the gender groups',
    list: GenderGroups,
    action: 'groups.gender-groups-changed',
    read: async (_ctx, tx) => ({ genderGroups: mutable(await genderGroups(tx)) }),
    replace: (_ctx, tx, wanted) => replaceGenderGroups(tx, wanted.genderGroups),
  })
  wholeList(r, {
    url: '/groups/stages',
    show: 'Show the stages, in their order',
    change: 'Change the stages',
    list: Stages,
    action: 'groups.stages-changed',
    read: async (_ctx, tx) => ({ stages: mutable(await stages(tx)) }),
    replace: (_ctx, tx, wanted) => replaceStages(tx, wanted.stages),
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
