import { isUuid, valuesOf } from '@guildhall/sdk'
import type { MemberFilter, MemberSql } from '#plugins/members/refs.ts'
import { nameKey } from '../catalogue/plan-sql.ts'
import { inStateSql, type MembershipState, membershipStateNames, stateSql } from './states.ts'

const covering = ({ member, tenant, day }: MemberSql, condition: string): string =>
  `EXISTS (SELECT 1 FROM plans.period pf WHERE pf.tenant_id = ${tenant} AND pf.member_id = ${member}
     AND pf.starts_on <= ${day} AND pf.ends_before > ${day}${condition})`

/** `?plan=`: by id or by name. */
const plan: MemberFilter = {
  name: 'plan',
  needs: 'plans.memberships.read',
  description: 'The plan that covers the day, by id or name',
  type: 'text',
  ops: ['eq', 'ne', 'in', 'isNull'],
  sql(op, value, o) {
    if (op === 'isNull') return `NOT ${covering(o, '')}`
    const wanted = valuesOf(value).map(String)
    const ids = wanted.filter((one) => isUuid(one)).map((one) => one.toLowerCase())
    const names = wanted.filter((one) => !isUuid(one)).map(nameKey)
    return covering(
      o,
      ` AND pf.plan_id IN (SELECT pn.id FROM plans.plan pn WHERE pn.tenant_id = ${o.tenant}
          AND (pn.id = ANY(${o.bind(ids)}::uuid[]) OR pn.name_key = ANY(${o.bind(names)}::text[])))`,
    )
  },
}

const membershipState: MemberFilter = {
  name: 'membershipState',
  needs: 'plans.memberships.read',
  description: 'How the member stands by his periods on the day',
  type: 'text',
  ops: ['eq', 'ne', 'in'],
  values: membershipStateNames,
  sql(_op, value, o) {
    const states = valuesOf(value)
    return states.length === 1
      ? inStateSql(o, states[0] as MembershipState)
      : `(${stateSql(o)} = ANY(${o.bind(states)}::text[]))`
  },
}

/** Who runs out when. */
const validUntil: MemberFilter = {
  name: 'validUntil',
  needs: 'plans.memberships.read',
  description: 'Last day of the last period; open-ended ones match no date',
  type: 'date',
  ops: ['eq', 'lt', 'lte', 'gt', 'gte', 'between'],
  sql(op, value, { member, tenant, bind }) {
    const last = `(SELECT nullif(max(pf.ends_before), DATE '9999-12-31') - 1 FROM plans.period pf
                    WHERE pf.tenant_id = ${tenant} AND pf.member_id = ${member})`
    const [first, second] = valuesOf(value).map((one) => `${bind(one)}::date`)
    if (op === 'between') return `(${last} BETWEEN ${first} AND ${second})`
    const sign = { eq: '=', lt: '<', lte: '<=', gt: '>', gte: '>=' }[op as 'eq' | 'lt' | 'lte' | 'gt' | 'gte']
    return `(${last} ${sign} ${first})`
  },
}

export const planFilters: readonly MemberFilter[] = [plan, membershipState, validUntil]
