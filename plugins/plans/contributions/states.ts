import type { MembershipStates } from '#plugins/members/refs.ts'

interface Asked {
  readonly member: string
  readonly tenant: string
  readonly day: string
}
export const membershipStateNames = ['none', 'upcoming', 'covered', 'ended'] as const
export type MembershipState = (typeof membershipStateNames)[number]

const period = ({ member, tenant }: Asked, condition = '') =>
  `EXISTS (SELECT 1 FROM plans.period pq WHERE pq.tenant_id = ${tenant} AND pq.member_id = ${member}${condition})`
const begun = (asked: Asked) => period(asked, ` AND pq.starts_on <= ${asked.day}`)
const covering = (asked: Asked, grace: string) =>
  period(asked, ` AND pq.starts_on <= ${asked.day} AND pq.ends_before > ${asked.day} - ${grace}`)

/** Read once a statement, for what is asked of one member after the other. */
const graceReadOnce = '(SELECT plans.grace_days())'
/** Read where it stands, by the planner too. */
const graceInPlace = 'plans.grace_days()'

/** How a member stands by his periods on a day. */
export const stateSql = (asked: Asked): string =>
  `CASE WHEN ${covering(asked, graceReadOnce)} THEN 'covered' WHEN ${begun(asked)} THEN 'ended'
        WHEN ${period(asked)} THEN 'upcoming' ELSE 'none' END`

/** Whether he stands so: conditions that the planner turns into joins, so that it can begin with the few that match. */
export function inStateSql(asked: Asked, state: MembershipState): string {
  switch (state) {
    case 'covered':
      return covering(asked, graceInPlace)
    case 'ended':
      return `(${begun(asked)} AND NOT ${covering(asked, graceReadOnce)})`
    case 'upcoming':
      return `(${period(asked)} AND NOT ${begun(asked)})`
    case 'none':
      return `NOT ${period(asked)}`
  }
}

export const membershipStatesOfPlans: MembershipStates = { sql: stateSql }
