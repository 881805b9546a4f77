import { randomUUID } from 'node:crypto'
import type { Expectations, Ids, Sample } from './expectation.ts'

const part = (id: string, at: number): string => id.split('/')[at] ?? id
const byId =
  (kind: keyof Ids, more: Omit<Sample, 'path'> = {}) =>
  (of: Ids): Sample => ({ path: { id: of[kind] }, ...more })

const reads = { who: 'staff', needs: 'plans.read' } as const
const writes = { who: 'owner', needs: 'plans.write' } as const
const reading = { who: 'staff', needs: 'plans.memberships.read' } as const
const writing = { who: 'owner', needs: 'plans.memberships.write' } as const
const own = { who: 'ownOrStaff', needs: 'plans.memberships.read' } as const
const period = (of: Ids) => ({ id: part(of.period, 0), periodId: part(of.period, 1) })

/** Plans and memberships. */
export const plans: Expectations = {
  'GET /api/v1/members/plans': reads,
  'GET /api/v1/members/plans/:id': { ...reads, sample: byId('plan') },
  'GET /api/v1/members/plans/:id/versions': { ...reads, sample: byId('plan') },
  'POST /api/v1/members/plans': { ...writes, sample: () => ({ body: { name: `Plan ${randomUUID()}` } }), answer: 201 },
  'PUT /api/v1/members/plans/:id': { ...writes, sample: byId('plan', { body: { description: 'Cheaper' } }) },
  'PATCH /api/v1/members/plans/:id': { ...writes, sample: byId('plan', { body: { description: 'Dearer' } }) },
  'DELETE /api/v1/members/plans/:id': { ...writes, sample: byId('plan'), answer: 204 },

  'GET /api/v1/memberships': { ...reading, sample: (of) => ({ query: { memberId: of.member, planId: of.plan } }) },
  'GET /api/v1/memberships/export': {
    who: 'staff',
    needs: 'plans.memberships.export',
    sample: (of) => ({ query: { format: 'ndjson', memberId: of.member, planId: of.plan } }),
  },
  'GET /api/v1/members/:id/memberships': {
    ...own,
    sample: (of) => ({ path: { id: of.member }, query: { memberId: of.otherMember, planId: of.plan } }),
  },
  'GET /api/v1/memberships/:id': { ...own, sample: byId('membership') },
  'POST /api/v1/memberships': {
    ...writing,
    sample: (of) => ({ body: { memberId: of.member, planId: of.plan, payerId: of.otherMember } }),
    answer: 201,
  },
  'POST /api/v1/memberships/:id/end': { ...writing, sample: byId('membership', { body: { reason: 'Moved away' } }) },
  'POST /api/v1/memberships/:id/renew': {
    ...writing,
    sample: (of) => ({ path: { id: of.membership }, body: { payerId: of.otherMember } }),
  },
  'PATCH /api/v1/memberships/:id/periods/:periodId': {
    ...writing,
    sample: (of) => ({ path: period(of), body: { payerId: of.otherMember } }),
  },
  'DELETE /api/v1/memberships/:id/periods/:periodId': {
    ...writing,
    sample: (of) => ({ path: period(of) }),
    answer: 204,
  },
  'POST /api/v1/members/:id/plan': {
    ...writing,
    sample: (of) => ({ path: { id: of.member }, body: { planId: of.plan } }),
  },
}

const statistics = { who: 'staff', needs: 'analytics.read' } as const

export const analytics: Expectations = {
  'GET /api/v1/members/analytics/statistics': statistics,
  'GET /api/v1/analytics/:topic': { ...statistics, sample: () => ({ path: { topic: 'members' } }) },
  'GET /api/v1/analytics/:topic/csv': { ...statistics, sample: () => ({ path: { topic: 'members' } }) },
}
