import { addDays, DateOnly, invalid, type Router, Uuid } from '@guildhall/sdk'
import Type from 'typebox'
import type { GroupsContext, GroupsPermission } from '../context.ts'
import { GroupFigures, groupFigures } from './group-figures.ts'
import { reached } from './group-routes.ts'

export function figureRoutes(r: Router<GroupsContext, GroupsPermission>): void {
  r.route({
    method: 'GET',
    url: '/groups/analytics',
    access: { requires: 'groups.seats.read' },
    summary: 'Show how members spread over groups, and how seats came and went',
    tags: ['Groups'],
    schema: {
      query: Type.Object(
        {
          at: Type.Optional(DateOnly({ description: 'The day the distribution is told of; default: today' })),
          from: Type.Optional(DateOnly({ description: 'Begin of the activity; default: a year before `to`' })),
          to: Type.Optional(DateOnly({ description: 'Last day of the activity; default: today' })),
          below: Type.Optional(Uuid({ description: 'Only this group and those below it' })),
        },
        { additionalProperties: false },
      ),
      response: GroupFigures,
    },
    handler: (ctx, { query }) =>
      ctx.transaction(async (tx) => {
        const today = await ctx.use.organization.today(tx)
        const to = query.to ?? today
        const from = query.from ?? addDays(to, -365)
        if (from > to) throw invalid('/from', `must be ${to} or earlier`, { in: 'query' })
        const top =
          query.below === undefined
            ? await ctx.use.tree.root(tx)
            : await reached(ctx, tx, 'groups.seats.read', query.below)
        return groupFigures(tx, ctx.reach('groups.seats.read'), { at: query.at ?? today, from, to, topPath: top.path })
      }),
  })
}
