import { type Bind, type PageOf, parseListQuery, readPage, type Tx } from '@guildhall/sdk'
import { memberReach } from '#plugins/members/refs.ts'
import { deskOf, type PlansContext } from '../context.ts'
import type { Membership } from '../membership-schema.ts'
import {
  coveredOn,
  type MembershipRow,
  membershipColumns,
  membershipListing,
  membershipOf,
  membershipTables,
} from './membership-sql.ts'

/** Memberships within the actor's reach. */
export async function listMemberships(
  ctx: PlansContext,
  tx: Tx,
  query: Readonly<Record<string, unknown>>,
  o: { memberId?: string } = {},
): Promise<PageOf<Membership>> {
  const { today, graceDays } = await deskOf(ctx, tx)
  const at = typeof query.at === 'string' ? query.at : null
  return readPage<MembershipRow, Membership>(tx, membershipListing, parseListQuery(membershipListing, query), {
    select: membershipColumns(at ?? today, graceDays),
    from: membershipTables,
    tenantId: tx.tenantId,
    where: (bind) => [
      reachCondition(ctx, 'plans.memberships.read', bind),
      ...(at === null ? [] : [coveredOn(at, bind)]),
      ...(o.memberId === undefined ? [] : [`s.member_id = ${bind(o.memberId)}::uuid`]),
    ],
    of: membershipOf,
  })
}

/** As members' lists do: by the groups the member is in, or as the own record. */
export function reachCondition(
  ctx: PlansContext,
  permission: `plans.memberships.${'read' | 'export'}`,
  bind: Bind,
): string {
  const reach = ctx.reach(permission)
  if (reach.everywhere) return 'TRUE'
  const parts = ctx
    .contributions(memberReach)
    .map((contributed) =>
      contributed.sql(reach, { member: 's.member_id', tenant: 's.tenant_id', now: ctx.now(), bind }),
    )
  if (reach.self !== null) parts.push(`s.member_id = ${bind(reach.self)}::uuid`)
  return parts.length === 0 ? 'FALSE' : `(${parts.join(' OR ')})`
}
