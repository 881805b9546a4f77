import { Closed, Nullable, Text, Timestamp, WholeList } from '@guildhall/sdk'
import Type from 'typebox'
import { Value } from 'typebox/value'
import type { BotsRouter } from '../context.ts'
import { titleIn } from '../definitions/german-titles.ts'
import { installationByKey } from '../installations/stored.ts'
import { BotParams, Language, seenBy } from '../language.ts'
import { seesPeople } from '../runs/inbox/what-may-be-seen.ts'

const SampleEvent = Closed(
  {
    name: Text(120, { description: 'The event, such as members.created' }),
    title: Text(200, { description: 'In the language asked for' }),
    payload: Type.Unsafe<Record<string, unknown>>({
      type: 'object',
      additionalProperties: true,
      description: 'What the event says; its schema stands at /events',
    }),
    at: Nullable(Timestamp({ description: 'When it happened' })),
  },
  { title: 'SampleEvent' },
)

/** Events somebody can try a bot with: the last of each that happened here, else the example its plugin gives. */
export function sampleEventsRoute(r: BotsRouter): void {
  r.route({
    method: 'GET',
    url: '/bots/:id/sample-events',
    access: { requires: 'bots.run' },
    summary: 'Show events a bot can be tried with',
    description:
      'One for each event it reacts to, as `event` of a dry run takes it: the last that happened here, or, for those who may not list members too, an example (`at` is null; its ids are nobody’s).',
    tags: ['Runs of bots'],
    schema: {
      params: BotParams,
      query: Closed(Language),
      response: WholeList(SampleEvent, 100),
    },
    handler: (ctx, { params, query, facts }) =>
      ctx.read(async (tx) => {
        const { manifest } = await installationByKey(tx, params.id)
        const { language } = seenBy(ctx, query, facts)
        const known = new Map(ctx.use.events.list().map((event) => [event.id, event]))
        const sees = seesPeople(ctx)
        const heard = manifest.triggers.events.flatMap((name) => known.get(name) ?? [])
        const latest = new Map(
          (
            await ctx.use.events.latest(
              tx,
              heard.map(({ id }) => id),
            )
          ).map((past) => [past.name, past]),
        )
        return {
          items: heard.map(({ id, title, payload, example }) => {
            const past = sees ? latest.get(id) : undefined
            // One of an earlier version is no sample of this one.
            const fits = past !== undefined && Value.Check(payload, past.payload)
            return {
              name: id,
              title: titleIn(language, title),
              payload: (fits ? past.payload : example) as Record<string, unknown>,
              at: fits ? past.at.toISOString() : null,
            }
          }),
        }
      }),
  })
}
