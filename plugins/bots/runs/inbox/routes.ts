/** `/bot-runs` and `/bots/{id}/runs`: what ran, what failed, and what to do about it. */
import { Closed, listQuery, Page, parseListQuery, problems, Text, type Tx, Uuid } from '@guildhall/sdk'
import type { BotsContext, BotsRouter } from '../../context.ts'
import { installationByKey } from '../../installations/stored.ts'
import { cancel, discard, replay, rerun, retry } from './again.ts'
import { runListing, runPage } from './run-list.ts'
import { RunShown, RunTrace } from './run-schema.ts'
import { traceOf } from './trace.ts'

const url = '/bot-runs'
const tags = ['Runs of bots'] as const
const access = { requires: 'bots.read' } as const
const Params = Closed({ id: Uuid() })

export function inboxRoutes(r: BotsRouter): void {
  r.route({
    method: 'GET',
    url,
    access,
    summary: 'List runs of all bots',
    description: '`status=failed` is the failed inbox.',
    tags,
    schema: { query: listQuery(runListing), response: Page(RunShown) },
    handler: (ctx, { query, facts: { language } }) =>
      ctx.read((tx) => runPage(ctx, tx, parseListQuery(runListing, query), { language })),
  })
  r.route({
    method: 'GET',
    url: '/bots/:id/runs',
    access,
    summary: 'List runs of a bot',
    tags,
    schema: { params: Closed({ id: Text(80) }), query: listQuery(runListing), response: Page(RunShown) },
    handler: (ctx, { params, query, facts: { language } }) =>
      ctx.read(async (tx) => {
        const { id } = await installationByKey(tx, params.id)
        return runPage(ctx, tx, parseListQuery(runListing, query), { language, installationId: id })
      }),
  })
  r.route({
    method: 'GET',
    url: `${url}/:id`,
    access,
    summary: 'Show what a run did',
    description:
      'Its cause, each call with what came back, its log and the limits it used. What an action said is shown to those who hold its permission, what started the run carried to those who may list members.',
    tags,
    schema: { params: Params, response: RunTrace },
    handler: (ctx, { params, facts }) => ctx.read((tx) => traceOf(ctx, tx, params.id, facts.language)),
  })
  const act = (
    verb: string,
    summary: string,
    description: string,
    work: (ctx: BotsContext, tx: Tx, id: string) => Promise<string | undefined>,
    status: 200 | 201 = 200,
  ) =>
    r.route({
      method: 'POST',
      url: `${url}/:id/${verb}`,
      access: { requires: 'bots.run' },
      summary,
      description,
      tags,
      problems: [problems.conflict],
      schema: { params: Params, response: RunTrace },
      status,
      location: `/api/v1${url}`,
      handler: (ctx, { params, facts }) =>
        ctx.transaction(async (tx) => {
          const made = await work(ctx, tx, params.id)
          await tx.audit({ action: `bots.run-${verb}`, target: { type: 'botRun', id: params.id } })
          return traceOf(ctx, tx, made ?? params.id, facts.language)
        }),
    })
  act(
    'replay',
    'Replay a run from its journal',
    'Nothing is done: every answer comes from the journal. Where the bot asks for something else, the replay ends as `non-deterministic` and says where.',
    replay,
    201,
  )
  act(
    'rerun',
    'Run the same cause again',
    'A new run in earnest, with the version and settings of today. A failed one leaves the failed inbox.',
    rerun,
    201,
  )
  act(
    'retry',
    'Go on with a failed run',
    'With its own version and settings; what it has done is not done again.',
    (ctx, tx, id) => retry(ctx, tx, id).then(() => undefined),
  )
  act('discard', 'Take a run out of the failed inbox', 'Its trace stays.', (_ctx, tx, id) =>
    discard(tx, id).then(() => undefined),
  )
  act('cancel', 'Stop a run', 'What it has done stays done; it does nothing more.', (_ctx, tx, id) =>
    cancel(tx, id).then(() => undefined),
  )
}
