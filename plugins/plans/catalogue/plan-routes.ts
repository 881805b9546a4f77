import { listQuery, Page, parseListQuery, problems, type Router, readPage, Uuid, WholeList } from '@guildhall/sdk'
import Type from 'typebox'
import type { PlansContext, planPermissions } from '../context.ts'
import { Plan, PlanInput, PlanPatch, PlanVersion } from '../plan-schema.ts'
import { type PlanSqlRow, planColumns, planListing, planOf } from './plan-sql.ts'
import { changePlan, createPlan, deletePlan, planVersions, readPlan } from './plans.ts'

const Params = Type.Object({ id: Uuid() })
const tags = ['Plans']

/** `/members/plans`: a static address, which the router prefers to `/members/{id}`. */
export function planRoutes(r: Router<PlansContext, keyof typeof planPermissions>): void {
  r.route({
    method: 'GET',
    url: '/members/plans',
    access: { requires: 'plans.read' },
    summary: 'List the plans',
    tags,
    schema: { query: listQuery(planListing), response: Page(Plan) },
    handler: (ctx, { query }) =>
      ctx.transaction(async (tx) => {
        const day = await ctx.use.organization.today(tx)
        return readPage<PlanSqlRow, Plan>(tx, planListing, parseListQuery(planListing, query), {
          select: planColumns(day),
          from: 'plans.plan p',
          tenantId: tx.tenantId,
          where: () => ['p.deleted_at IS NULL'],
          of: planOf,
        })
      }),
  })
  r.route({
    method: 'POST',
    url: '/members/plans',
    access: { requires: 'plans.write' },
    summary: 'Add a plan',
    tags,
    problems: [problems.alreadyExists],
    schema: { body: PlanInput, response: Plan },
    status: 201,
    handler: (ctx, { body }) =>
      ctx.transaction(async (tx) => {
        await ctx.require('plans.write', { paths: [''] })
        const organization = await ctx.use.organization.current(tx)
        return createPlan(tx, body, { organization, day: await ctx.use.organization.today(tx) })
      }),
  })
  r.route({
    method: 'GET',
    url: '/members/plans/:id',
    access: { requires: 'plans.read' },
    summary: 'Show a plan',
    tags,
    schema: { params: Params, response: Plan },
    handler: (ctx, { params }) =>
      ctx.transaction(async (tx) => readPlan(tx, params.id, await ctx.use.organization.today(tx))),
  })
  for (const method of ['PUT', 'PATCH'] as const)
    r.route({
      method,
      url: '/members/plans/:id',
      access: { requires: 'plans.write' },
      summary: 'Change a plan',
      description: 'Merges what is sent. Periods that run already keep the edition they were taken with.',
      tags,
      problems: [problems.alreadyExists, problems.preconditionFailed],
      schema: { params: Params, body: PlanPatch, response: Plan },
      handler: (ctx, { params, body, facts }) =>
        ctx.transaction(async (tx) => {
          await ctx.require('plans.write', { paths: [''], readable: 'plans.read' })
          return changePlan(tx, params.id, body, {
            ifMatch: facts.ifMatch,
            day: await ctx.use.organization.today(tx),
          })
        }),
    })
  r.route({
    method: 'DELETE',
    url: '/members/plans/:id',
    access: { requires: 'plans.write' },
    summary: 'Delete a plan that nobody has',
    description: 'Past periods keep it. A plan that members have today or later is refused with their number.',
    tags,
    problems: [problems.inUse, problems.preconditionFailed],
    schema: { params: Params, response: Type.Null() },
    status: 204,
    handler: (ctx, { params, facts }) =>
      ctx.transaction(async (tx) => {
        await ctx.require('plans.write', { paths: [''], readable: 'plans.read' })
        await deletePlan(tx, params.id, { ifMatch: facts.ifMatch, day: await ctx.use.organization.today(tx) })
        return null
      }),
  })
  r.route({
    method: 'GET',
    url: '/members/plans/:id/versions',
    access: { requires: 'plans.read' },
    summary: 'Show what a plan offered before',
    tags,
    schema: { params: Params, response: WholeList(PlanVersion, 200) },
    handler: (ctx, { params }) =>
      ctx.transaction(async (tx) => {
        await readPlan(tx, params.id, await ctx.use.organization.today(tx))
        return { items: await planVersions(tx, params.id) }
      }),
  })
}
