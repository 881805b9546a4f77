/** `POST /bots/{id}/run`: a person, a program or a button starts a bot. */
import { Closed, Problem, problems, Timestamp, Uuid } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import type { BotsRouter } from '../context.ts'
import { requireAuthority } from '../installations/rights.ts'
import { installationByKey } from '../installations/stored.ts'
import { BotParams } from '../language.ts'
import { askedBy } from '../runs/inbox/again.ts'
import { runRow, viewOf } from '../runs/inbox/run-list.ts'
import { RunView } from '../runs/inbox/run-schema.ts'
import { startRun } from '../runs/start.ts'
import { causeOf } from './cause.ts'

const mostBytes = { 'x-max-bytes': 65_536 }
const Target = Closed(
  { type: Type.Enum(['member', 'group'], { description: 'What it is to run for' }), id: Uuid() },
  { title: 'RunTarget', description: 'Whom or what it is to run for' },
)
export type Target = Static<typeof Target>
const Happening = Closed(
  {
    name: Type.String({ description: 'The event', minLength: 1, maxLength: 120, examples: ['members.created'] }),
    payload: Type.Unsafe<Record<string, unknown>>({
      type: 'object',
      additionalProperties: true,
      ...mostBytes,
      description: 'As the event would carry it',
    }),
  },
  { title: 'RunEvent', description: 'Only with `dryRun`: as if this had happened' },
)
const Call = Closed(
  { body: Type.Unsafe<unknown>({ ...mostBytes, description: 'JSON, or a text' }) },
  { title: 'RunCall', description: 'Only with `dryRun`: as if a signed call had come in' },
)
const Start = Closed(
  {
    input: Type.Optional(
      Type.Unsafe<Record<string, unknown>>({
        type: 'object',
        additionalProperties: true,
        ...mostBytes,
        description: 'As the form of its manual or API trigger asks for',
      }),
    ),
    dryRun: Type.Optional(
      Type.Boolean({ description: 'Nothing is changed or sent; the trace shows what would be. Default false' }),
    ),
    target: Type.Optional(Target),
    event: Type.Optional(Happening),
    scheduledFor: Type.Optional(Timestamp({ description: 'Only with `dryRun`: as if this time of the bot had come' })),
    call: Type.Optional(Call),
  },
  { title: 'StartRunInput' },
)
export type Start = Static<typeof Start>

export function startRoutes(r: BotsRouter): void {
  r.route({
    method: 'POST',
    url: '/bots/:id/run',
    access: { requires: 'bots.run' },
    summary: 'Start a bot',
    description:
      'The run waits in the queue: `GET /bot-runs/{id}` shows how far it is. With `target` it is started as the button on that member or group. With `dryRun` it can be tried as if an `event` had happened, a time of its own had come (`scheduledFor`; by itself for a bot that only times start), or a signed `call` had come in. With an `Idempotency-Key` the same call starts one run.',
    tags: ['Runs of bots'],
    problems: [problems.conflict],
    schema: { params: BotParams, body: Start, response: RunView },
    status: 202,
    location: '/api/v1/bot-runs',
    handler: (ctx, { params, body }) =>
      ctx.transaction(async (tx) => {
        const installation = await installationByKey(tx, params.id)
        await requireAuthority(ctx, tx, installation)
        if (!installation.enabled && !body.dryRun)
          throw new Problem(problems.conflict, {
            detail: `The bot is switched off${installation.stopped ? `: ${installation.stopped.reason}` : ''}. Try it with \`dryRun\`, or switch it on.`,
          })
        const { kind, trigger } = await causeOf(ctx, tx, installation, body)
        const { id } = await startRun(tx, {
          installationId: installation.id,
          trigger,
          kind,
          mode: body.dryRun ? 'dry' : 'live',
          requestedBy: askedBy(ctx),
        })
        await tx.audit({
          action: 'bots.started',
          target: { type: 'bot', id: installation.key },
          meta: { runId: id, dryRun: body.dryRun === true, by: kind },
        })
        return viewOf((await runRow(tx, id))!)
      }),
  })
}
