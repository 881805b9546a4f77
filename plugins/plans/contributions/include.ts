import { lastDay, Nullable, Uuid } from '@guildhall/sdk'
import Type from 'typebox'
import type { MemberInclude } from '#plugins/members/refs.ts'

const Item = Type.Object({
  id: Uuid(),
  planId: Uuid(),
  planName: Type.String(),
  from: Type.String({ format: 'date' }),
  validUntil: Nullable(Type.String({ format: 'date', description: 'Last day; null: open-ended' })),
})

interface Row {
  member_id: string
  id: string
  plan_id: string
  plan_name: string
  first_on: string
  ends_before: string
}

/** `?include=memberships`: latest first. */
export const membershipsInclude: MemberInclude = {
  key: 'memberships',
  needs: 'plans.memberships.read',
  own: true,
  description: 'Plans the member has or had',
  schema: Type.Array(Item, { maxItems: 1000 }),
  async load(tx, memberIds) {
    const rows = await tx.query<Row>(
      `SELECT s.member_id, s.id, s.plan_id, p.name AS plan_name, to_char(s.first_on, 'YYYY-MM-DD') AS first_on,
              to_char(s.ends_before, 'YYYY-MM-DD') AS ends_before
         FROM plans.membership s JOIN plans.plan p ON p.tenant_id = s.tenant_id AND p.id = s.plan_id
        WHERE s.tenant_id = $1 AND s.member_id = ANY($2::uuid[]) ORDER BY s.ends_before DESC, s.id`,
      [tx.tenantId, memberIds],
    )
    const found = new Map<string, unknown[]>(memberIds.map((id) => [id, []]))
    for (const row of rows)
      found.get(row.member_id)?.push({
        id: row.id,
        planId: row.plan_id,
        planName: row.plan_name,
        from: row.first_on,
        validUntil: lastDay(row.ends_before),
      })
    return found
  },
}
