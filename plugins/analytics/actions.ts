import { type Actions, analyticsFigures, Closed } from '@guildhall/sdk'
import type { Static } from 'typebox'
import { compute } from './report.ts'
import { type AnalyticsContext, Days, Statistics } from './routes.ts'
import { spanOf } from './span.ts'

const Input = Closed(Days)

declare module '@guildhall/sdk' {
  interface ActionRegistry {
    'analytics.statistics': { input: Static<typeof Input>; output: Static<typeof Statistics> }
  }
}

/** What bots may ask of analytics: the weekly report begins here. */
export function analyticsActions(a: Actions<AnalyticsContext, 'analytics.read'>): void {
  a.action({
    id: 'analytics.statistics',
    title: 'Statistics of the organisation',
    requires: 'analytics.read',
    effect: 'read',
    input: Input,
    output: Statistics,
    perRun: 10,
    async run(ctx, tx, input) {
      const today = await ctx.use.organization.today(tx)
      const span = spanOf(input, today)
      return { ...span, ...(await compute(ctx, tx, ctx.contributions(analyticsFigures), span, today)) }
    },
  })
}
