import type { MembershipStates } from '#plugins/members/refs.ts'

/** Days of grace, as the organisation has configured this plugin: a contribution has no context that knows. */
const graceDays = `(SELECT coalesce((config->>'graceDays')::int, 0) FROM core.plugin_state
  WHERE tenant_id = (SELECT app.tenant()) AND plugin_id = 'plans')`

/** How a member stands by his periods on a day. */
export const stateSql = ({ member, tenant, day }: { member: string; tenant: string; day: string }): string => {
  const period = (condition: string) =>
    `EXISTS (SELECT 1 FROM plans.period pq WHERE pq.tenant_id = ${tenant} AND pq.member_id = ${member}${condition})`
  return `CASE WHEN ${period(` AND pq.starts_on <= ${day} AND pq.ends_before + coalesce(${graceDays}, 0) > ${day}`)} THEN 'covered'
    WHEN ${period(` AND pq.starts_on <= ${day}`)} THEN 'ended'
    WHEN ${period('')} THEN 'upcoming' ELSE 'none' END`
}

export const membershipStatesOfPlans: MembershipStates = { sql: stateSql }
