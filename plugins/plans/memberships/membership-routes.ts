import { listQuery, namedAt, Page, problems, type Router, requireVersion, Uuid } from '@guildhall/sdk'
import Type from 'typebox'
import { sheetParameters, sheetTypes } from '#plugins/members/refs.ts'
import { deskOf, type PlansContext, type planPermissions, requireAtMember, writableMember } from '../context.ts'
import {
  Ending,
  Membership,
  MembershipInput,
  MembershipWithPeriods,
  PeriodPatch,
  PlanChange,
  Renewal,
} from '../membership-schema.ts'
import { exportMemberships } from './membership-export.ts'
import { listMemberships } from './membership-list.ts'
import { membershipListing } from './membership-sql.ts'
import {
  changePlanOf,
  correctPeriod,
  endMembership,
  lockMembership,
  readMembership,
  removePeriod,
  renewMembership,
  startMembership,
} from './memberships.ts'

const Params = Type.Object({ id: Uuid() })
const PeriodParams = Type.Object({ id: Uuid(), periodId: Uuid() })
const tags = ['Memberships']
const read = { requires: 'plans.memberships.read', own: true } as const
const write = { requires: 'plans.memberships.write' } as const

const { limit: _, cursor: __, total: ___, ...filters } = listQuery(membershipListing).properties
const ExportQuery = Type.Object({ ...filters, ...sheetParameters }, { additionalProperties: false })

export function membershipRoutes(r: Router<PlansContext, keyof typeof planPermissions>): void {
  r.route({
    method: 'GET',
    url: '/memberships',
    access: { requires: 'plans.memberships.read' },
    summary: 'List memberships; with `at`, those that cover a day',
    tags,
    schema: { query: listQuery(membershipListing), response: Page(Membership) },
    handler: (ctx, { query }) => ctx.transaction((tx) => listMemberships(ctx, tx, query)),
  })
  r.download({
    url: '/memberships/export',
    access: { requires: 'plans.memberships.export' },
    summary: 'Export memberships as CSV, XLSX or NDJSON: a row a period',
    description:
      'Takes the filters and sort of the list. A table written here is read back by an import into `memberships`, which finds every row unchanged.',
    tags,
    produces: sheetTypes,
    schema: { query: ExportQuery },
    handler: (ctx, { query }) => exportMemberships(ctx, query),
  })
  r.route({
    method: 'GET',
    url: '/members/:id/memberships',
    access: read,
    summary: 'List the memberships of a member',
    tags,
    schema: { params: Params, query: listQuery(membershipListing), response: Page(Membership) },
    handler: (ctx, { params, query }) =>
      ctx.transaction(async (tx) => {
        // An id that was merged into another goes on resolving.
        const member = await ctx.use.members.get(tx, params.id)
        await requireAtMember(ctx, tx, 'plans.memberships.read', member.id)
        return listMemberships(ctx, tx, query, { memberId: member.id })
      }),
  })
  r.route({
    method: 'POST',
    url: '/memberships',
    access: write,
    summary: 'Start a membership',
    description: "Without `validUntil` the period lasts as long as the plan's billing cycle.",
    tags,
    problems: [problems.conflict],
    schema: { body: MembershipInput, response: MembershipWithPeriods },
    status: 201,
    handler: (ctx, { body }) =>
      ctx.transaction(async (tx) => {
        const memberId = await namedAt(
          '/memberId',
          writableMember(ctx, tx, body.memberId),
          'is not a member of this organisation',
        )
        return startMembership(tx, await deskOf(ctx, tx), { ...body, memberId })
      }),
  })
  r.route({
    method: 'GET',
    url: '/memberships/:id',
    access: read,
    summary: 'Show a membership with its periods',
    tags,
    schema: { params: Params, response: MembershipWithPeriods },
    handler: (ctx, { params }) =>
      ctx.transaction(async (tx) => {
        const membership = await readMembership(tx, params.id, await deskOf(ctx, tx))
        await requireAtMember(ctx, tx, 'plans.memberships.read', membership.memberId)
        return membership
      }),
  })
  r.route({
    method: 'POST',
    url: '/memberships/:id/renew',
    ifMatch: true,
    access: write,
    summary: 'Add a period',
    description: 'It begins when the last one ends; where that has passed, today.',
    tags,
    problems: [problems.conflict, problems.preconditionFailed],
    schema: { params: Params, body: Renewal, response: MembershipWithPeriods },
    handler: (ctx, { params, body, facts }) =>
      ctx.transaction(async (tx) => {
        const { memberId, version } = await lockMembership(tx, params.id)
        await requireAtMember(ctx, tx, 'plans.memberships.write', memberId)
        requireVersion(facts, version)
        return renewMembership(tx, await deskOf(ctx, tx), params.id, body)
      }),
  })
  r.route({
    method: 'POST',
    url: '/memberships/:id/end',
    ifMatch: true,
    access: write,
    summary: 'End a membership',
    tags,
    problems: [problems.conflict, problems.preconditionFailed],
    schema: { params: Params, body: Ending, response: MembershipWithPeriods },
    handler: (ctx, { params, body, facts }) =>
      ctx.transaction(async (tx) => {
        const { memberId, version } = await lockMembership(tx, params.id)
        await requireAtMember(ctx, tx, 'plans.memberships.write', memberId)
        requireVersion(facts, version)
        return endMembership(tx, await deskOf(ctx, tx), params.id, body)
      }),
  })
  r.route({
    method: 'POST',
    url: '/members/:id/plan',
    access: write,
    summary: 'Give a member another plan',
    description:
      'What he has ends the day before, and what he would have later never comes. Where the plan covers the day already and no other follows, nothing changes: renew the membership to prolong it.',
    tags,
    problems: [problems.conflict],
    schema: { params: Params, body: PlanChange, response: MembershipWithPeriods },
    handler: (ctx, { params, body }) =>
      ctx.transaction(async (tx) => {
        const memberId = await writableMember(ctx, tx, params.id)
        return (await changePlanOf(tx, await deskOf(ctx, tx), { ...body, memberId })).membership
      }),
  })
  r.route({
    method: 'PATCH',
    url: '/memberships/:id/periods/:periodId',
    access: write,
    summary: 'Correct a period',
    description: "A period has no version of its own: `If-Match` names the membership's.",
    tags,
    problems: [problems.conflict],
    schema: { params: PeriodParams, body: PeriodPatch, response: MembershipWithPeriods },
    handler: (ctx, { params, body, facts }) =>
      ctx.transaction(async (tx) => {
        const { memberId, version } = await lockMembership(tx, params.id)
        await requireAtMember(ctx, tx, 'plans.memberships.write', memberId)
        requireVersion(facts, version)
        return correctPeriod(tx, await deskOf(ctx, tx), {
          membershipId: params.id,
          periodId: params.periodId,
          patch: body,
        })
      }),
  })
  r.route({
    method: 'DELETE',
    url: '/memberships/:id/periods/:periodId',
    access: write,
    summary: 'Take back a period that should not be there',
    description: 'With its last period the membership is gone. `If-Match` names the version of the membership.',
    tags,
    schema: { params: PeriodParams, response: Type.Null() },
    status: 204,
    handler: (ctx, { params, facts }) =>
      ctx.transaction(async (tx) => {
        const { memberId, version } = await lockMembership(tx, params.id)
        await requireAtMember(ctx, tx, 'plans.memberships.write', memberId)
        requireVersion(facts, version)
        await removePeriod(tx, await deskOf(ctx, tx), { membershipId: params.id, periodId: params.periodId })
        return null
      }),
  })
}
