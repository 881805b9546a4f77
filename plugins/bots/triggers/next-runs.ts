import { Closed, Text, Timestamp } from '@guildhall/sdk'
import Type from 'typebox'
import { botNamed } from '../bot-list.ts'
import type { BotsRouter } from '../context.ts'
import { readShipped } from '../definitions/catalogue.ts'
import { BotParams } from '../language.ts'

const shown = 5

/** What an administrator looks at while choosing times; the bot need not be installed yet. */
export function nextRunsRoute(r: BotsRouter): void {
  r.route({
    method: 'GET',
    url: '/bots/:id/next-runs',
    access: { requires: 'bots.read' },
    summary: 'Show when a cron expression would start a bot',
    description: 'The next times in the time zone of the organisation. Nothing is set by it.',
    tags: ['Bots'],
    schema: {
      params: BotParams,
      query: Closed({ cron: Text(100, { examples: ['0 7 * * 1'], description: 'Minute, hour, day, month, weekday' }) }),
      response: Closed({
        timeZone: Type.String({ description: 'IANA name, of the organisation', maxLength: 100 }),
        next: Type.Array(Timestamp(), { description: 'When the clock starts it, soonest first', maxItems: shown }),
      }),
    },
    handler: async (ctx, { params, query }) => {
      const shipped = await readShipped(ctx)
      return ctx.read(async (tx) => {
        await botNamed(ctx, tx, shipped, params.id)
        const { timeZone } = await ctx.use.organization.current(tx)
        const next = await ctx.use.schedules.next(tx, query.cron, shown)
        return { timeZone, next: next.map((at) => at.toISOString()) }
      })
    },
  })
}
