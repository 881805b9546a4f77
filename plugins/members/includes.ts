import { List } from '@guildhall/sdk'
import Type from 'typebox'
import type { MemberInclude } from './refs.ts'
import { type ActivityRow, activityColumns, activityOf } from './routes/activities.ts'

/** `?include=activities`: the latest ten of each member. */
export const latestActivities: MemberInclude = {
  key: 'activities',
  needs: 'members.read',
  description: 'The latest ten entries of the activity log',
  schema: List(Type.Object({}), 10),
  load: async (tx, memberIds) => {
    const rows = await tx.query<ActivityRow>(
      `SELECT ${activityColumns} FROM unnest($2::uuid[]) AS w (id)
        CROSS JOIN LATERAL (SELECT l.* FROM members.activity l WHERE l.tenant_id = $1 AND l.member_id = w.id
                             ORDER BY l.at DESC, l.id DESC LIMIT 10) a`,
      [tx.tenantId, memberIds],
    )
    return Map.groupBy(rows.map(activityOf), ({ memberId }) => memberId)
  },
}
