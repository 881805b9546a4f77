import { binder, compileFilter, type Filter, type Tx } from '@guildhall/sdk'
import { reachCondition } from '../access.ts'
import type { MembersContext } from '../context.ts'
import { extendedListing, memberOn, searchCondition } from '../list.ts'
import type { MembersPermission } from '../permissions.ts'
import type { MembersService } from '../refs.ts'

/** Ids a filter finds, in order of id: what bulk operations, exports and segments walk through. */
export async function select(
  ctx: MembersContext,
  tx: Tx,
  o: Parameters<MembersService['select']>[1],
): Promise<readonly string[]> {
  const { listing, at } = await extendedListing(ctx, tx, o.at)
  const { bind, values } = binder()
  const conditions = [`m.tenant_id = ${bind(tx.tenantId)}`, 'm.deleted_at IS NULL']
  conditions.push(reachCondition(ctx, o.permission as MembersPermission, bind))
  if (o.filter !== undefined) conditions.push(compileFilter(listing, o.filter as Filter).sql(bind))
  if (at && !JSON.stringify(o.filter ?? null).includes('"status"')) conditions.push(memberOn(ctx, at, bind))
  if (o.search?.trim()) conditions.push(searchCondition(o.search, bind))
  if (o.after !== undefined) conditions.push(`m.id > ${bind(o.after)}::uuid`)
  const rows = await tx.query<{ id: string }>(
    `SELECT m.id FROM members.member m WHERE ${conditions.join(' AND ')} ORDER BY m.id LIMIT ${bind(o.limit)}`,
    values,
  )
  return rows.map(({ id }) => id)
}
