import {
  type GroupNode,
  listQuery,
  namedAt,
  Page,
  Problem,
  problems,
  type RequestFacts,
  type Router,
  type Tx,
  Uuid,
} from '@guildhall/sdk'
import Type from 'typebox'
import { deskOf, type GroupsContext, type GroupsPermission } from '../context.ts'
import { Group, GroupInput, GroupItem, GroupPatch } from '../group-schema.ts'
import { listGroups } from './group-list.ts'
import { groupListing } from './group-sql.ts'
import { changeGroup, createGroup, deleteGroup, readGroup } from './groups.ts'

const Params = Type.Object({ id: Uuid() })
const tags = ['Groups']

export function groupRoutes(r: Router<GroupsContext, GroupsPermission>): void {
  r.route({
    method: 'GET',
    url: '/groups',
    access: { requires: 'groups.read' },
    summary: 'List groups, or show them as a tree',
    tags,
    schema: { query: listQuery(groupListing), response: Page(GroupItem) },
    handler: (ctx, { query }) => ctx.transaction((tx) => listGroups(ctx, tx, query)),
  })
  r.route({
    method: 'POST',
    url: '/groups',
    access: { requires: 'groups.write' },
    summary: 'Add a group',
    tags,
    problems: [problems.alreadyExists],
    schema: { body: GroupInput, response: Group },
    status: 201,
    handler: (ctx, { body }) => ctx.transaction((tx) => addGroup(ctx, tx, body)),
  })
  r.route({
    method: 'GET',
    url: '/groups/:id',
    access: { requires: 'groups.read' },
    summary: 'Show a group',
    tags,
    schema: { params: Params, response: Group },
    handler: (ctx, { params }) =>
      ctx.transaction(async (tx) => {
        await reached(ctx, tx, 'groups.read', params.id)
        return readGroup(tx, params.id, await ctx.use.organization.today(tx))
      }),
  })
  for (const method of ['PUT', 'PATCH'] as const)
    r.route({
      method,
      url: '/groups/:id',
      access: { requires: 'groups.write' },
      summary: 'Change a group, or move it',
      description: 'Merges what is sent. Another `parentId` moves the group with all below it; rights follow at once.',
      tags,
      problems: [problems.alreadyExists, problems.conflict, problems.preconditionFailed],
      schema: { params: Params, body: GroupPatch, response: Group },
      handler: (ctx, { params, body, facts }) => ctx.transaction((tx) => editGroup(ctx, tx, params.id, body, facts)),
    })
  r.route({
    method: 'DELETE',
    url: '/groups/:id',
    access: { requires: 'groups.write' },
    summary: 'Delete an empty group',
    description: 'One with groups below it or members in it is refused, naming them.',
    tags,
    problems: [problems.inUse, problems.conflict, problems.preconditionFailed],
    schema: {
      params: Params,
      query: Type.Object({
        discardHistory: Type.Optional(
          Type.Boolean({ description: 'Also when ended seats remain of it, which are then gone' }),
        ),
      }),
      response: Type.Null(),
    },
    status: 204,
    handler: (ctx, { params, query, facts }) =>
      ctx.transaction(async (tx) => {
        await reached(ctx, tx, 'groups.write', params.id)
        await deleteGroup(tx, await deskOf(ctx, tx), params.id, { ifMatch: facts.ifMatch, ...query })
        return null
      }),
  })
}

/** A new group where the actor may write: asked over HTTP or by a bot. @throws as `createGroup`, 403 */
export async function addGroup(ctx: GroupsContext, tx: Tx, input: GroupInput): Promise<Group> {
  const desk = await deskOf(ctx, tx)
  const parent = input.parentId === undefined ? await desk.tree.root(tx) : await knownParent(ctx, tx, input.parentId)
  return createGroup(tx, desk, { ...input, parentId: parent.id }, { allowed: mayWrite(ctx) })
}

/** A change of a group that the actor may write, to what he may write as well. @throws as `changeGroup`, 403 */
export async function editGroup(
  ctx: GroupsContext,
  tx: Tx,
  id: string,
  patch: GroupPatch,
  { ifMatch }: Pick<RequestFacts, 'ifMatch'>,
): Promise<Group> {
  const group = await reached(ctx, tx, 'groups.write', id)
  if (patch.parentId !== undefined && patch.parentId !== group.parentId) await knownParent(ctx, tx, patch.parentId)
  return changeGroup(tx, await deskOf(ctx, tx), id, patch, { ifMatch, allowed: mayWrite(ctx) })
}

/** @throws Problem 404 when the actor may not see the group, 403 when he may only see it */
export async function reached(
  ctx: GroupsContext,
  tx: Tx,
  permission: GroupsPermission,
  id: string,
): Promise<GroupNode> {
  const node = await ctx.use.tree.node(tx, id)
  await ctx.require(permission, { paths: [node.path], readable: 'groups.read' })
  return node
}

/**
 * Where a group shall hang: seen at least, or written, for a bot that adds groups need not read them; else it is none here. What may be
 * done there is asked with the new place (`mayWrite`).
 */
const knownParent = (ctx: GroupsContext, tx: Tx, id: string): Promise<GroupNode> =>
  namedAt(
    '/parentId',
    reached(ctx, tx, ctx.may('groups.read') ? 'groups.read' : 'groups.write', id),
    'is not a group here',
  )

/** The new place itself, and not the parent: rights over a group alone, or up to a layer, may end before it. */
const mayWrite = (ctx: GroupsContext) => (node: GroupNode) => {
  if (!ctx.may('groups.write', { paths: [node.path] }))
    throw new Problem(problems.forbidden, {
      detail: 'This needs the permission groups.write at the place the group gets.',
    })
}
