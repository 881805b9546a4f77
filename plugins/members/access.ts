/** Which members an actor reaches: by the groups they are in, as the own record, or as a ward's of his. */
import { type Bind, covers, type Reach, type Tx } from '@guildhall/sdk'
import type { MembersContext } from './context.ts'
import type { MembersPermission } from './permissions.ts'
import { memberReach } from './refs.ts'
import { todayOf } from './service/status.ts'
import { wardsAmong } from './sql/guardians.ts'

const wholeOrganization = { paths: [''] } as const

/** Held over all of the organisation: nothing about the row needs to be asked. */
export const everywhere = (ctx: MembersContext, permission: MembersPermission): boolean =>
  ctx.may(permission, wholeOrganization)

/** The member the actor is himself here, where his rights begin with that. */
export function selfOf(ctx: MembersContext): string | null {
  const reach = ctx.reach('members.read')
  return reach.everywhere ? null : reach.self
}

/** @throws Problem 404 when the actor may not see the member, 403 when he may only see him */
export async function requireMember(
  ctx: MembersContext,
  tx: Tx,
  permission: MembersPermission,
  id: string,
): Promise<void> {
  if (everywhere(ctx, permission)) return
  await ctx.require(permission, { ...(await placeOf(ctx, tx, id)), readable: 'members.read' })
}

/** As whom the actor reads or changes a member: `staff`, or `own` as himself or a guardian. @throws Problem 404, 403 */
export async function standing(
  ctx: MembersContext,
  tx: Tx,
  permission: 'members.read' | 'members.update',
  id: string,
): Promise<'staff' | 'own'> {
  if (everywhere(ctx, permission)) return 'staff'
  const { paths, self } = await placeOf(ctx, tx, id)
  if (ctx.may(permission, { paths })) return 'staff'
  await ctx.require(permission, { paths, self, readable: 'members.read' })
  return 'own'
}

async function placeOf(ctx: MembersContext, tx: Tx, id: string): Promise<{ paths: readonly string[]; self: string }> {
  const paths = (await pathsOf(ctx, tx, [id])).get(id) ?? []
  const self = selfOf(ctx)
  if (self === null || self === id) return { paths, self: id }
  const today = await todayOf(ctx, tx)
  const wards = await wardsAmong(tx, { guardianId: self, ids: [id], day: today.date })
  return { paths, self: wards.has(id) ? self : id }
}

async function pathsOf(
  ctx: MembersContext,
  tx: Tx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const all = new Map<string, string[]>()
  for (const reach of ctx.contributions(memberReach)) {
    for (const [id, paths] of await reach.pathsOf(tx, ids)) all.set(id, [...(all.get(id) ?? []), ...paths])
  }
  return all
}

/** Which of these the permission reaches. */
export async function reachable(
  ctx: MembersContext,
  tx: Tx,
  permission: MembersPermission,
  ids: readonly string[],
): Promise<Set<string>> {
  if (everywhere(ctx, permission)) return new Set(ids)
  const paths = await pathsOf(ctx, tx, ids)
  return new Set(ids.filter((id) => ctx.may(permission, { paths: paths.get(id) ?? [], self: id })))
}

/** The same by a reach, whichever permission it is of. */
export async function within(ctx: MembersContext, tx: Tx, reach: Reach, ids: readonly string[]): Promise<string[]> {
  if (reach.everywhere) return [...ids]
  const paths = await pathsOf(ctx, tx, ids)
  const inPlaces = (id: string) => paths.get(id)?.some((path) => reach.places.some((place) => covers(place, path)))
  return ids.filter((id) => id === reach.self || inPlaces(id))
}

/** The same for lists: a condition over the member `m`. */
export const reachCondition = (ctx: MembersContext, permission: MembersPermission, bind: Bind): string =>
  withinSql(ctx, ctx.reach(permission), bind)

export function withinSql(ctx: MembersContext, reach: Reach, bind: Bind): string {
  if (reach.everywhere) return 'TRUE'
  const parts = ctx
    .contributions(memberReach)
    .map((contributed) => contributed.sql(reach, { member: 'm.id', tenant: 'm.tenant_id', now: ctx.now(), bind }))
  if (reach.self !== null) parts.push(`m.id = ${bind(reach.self)}::uuid`)
  return parts.length === 0 ? 'FALSE' : `(${parts.join(' OR ')})`
}
