import {
  type AccessService,
  accessService,
  type Context,
  organizationService,
  organizationToday,
  type PermissionDeclaration,
  type TreeService,
  type Tx,
  treeService,
} from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import { type Caller, type MembersService, membersService, sheetService } from '#plugins/members/refs.ts'

export const groupPermissions = {
  'groups.read': { title: 'See groups', writes: false, grantedTo: ['admin'] },
  'groups.write': { title: 'Add, change, move and delete groups', writes: true },
  'groups.seats.read': { title: 'See who sits in a group, and since when', writes: false, grantedTo: ['admin'] },
  'groups.seats.export': { title: 'Export who sits in a group', writes: false, grantedTo: ['admin'] },
  'groups.seats.write': { title: 'Give, change and end seats', writes: true },
  'groups.configure': { title: 'Define levels, roles, gender groups and stages', writes: true, wholeOnly: true },
} as const satisfies Record<`groups.${string}`, PermissionDeclaration>
export type GroupsPermission = keyof typeof groupPermissions

export const GroupsConfig = Type.Object({}, { additionalProperties: false })
export const groupUses = {
  organization: organizationService,
  tree: treeService,
  access: accessService,
  members: membersService,
  sheets: sheetService,
}
export type GroupsContext = Context<
  typeof groupUses,
  Record<never, never>,
  Static<typeof GroupsConfig>,
  GroupsPermission
>

/** What operations on groups and seats need of whoever asks for them: a handler, or a contribution's caller. */
export interface Desk {
  readonly tree: TreeService
  readonly access: AccessService
  readonly members: Pick<MembersService, 'logActivity' | 'find'>
  /** The organisation's calendar date. */
  readonly today: string
}
export const deskOf = async (ctx: GroupsContext, tx: Tx): Promise<Desk> => ({
  tree: ctx.use.tree,
  access: ctx.use.access,
  members: ctx.use.members,
  today: await ctx.use.organization.today(tx),
})
export const deskOfCaller = async (caller: Caller, tx: Tx): Promise<Desk> => ({
  ...caller,
  today: await organizationToday(tx),
})
