/** `POST /bots/{id}/run`: a person, a program or a button starts a bot. */
import {
  Closed,
  formErrors,
  invalid,
  isProblem,
  Problem,
  type ProblemError,
  problems,
  type Tx,
  Uuid,
  withFormDefaults,
} from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import { Value } from 'typebox/value'
import { v7 as uuidv7 } from 'uuid'
import type { BotsContext, BotsRouter } from '../context.ts'
import { requireKind } from '../installations/configure.ts'
import { type Installation, installationByKey } from '../installations/stored.ts'
import { BotParams } from '../language.ts'
import { askedBy } from '../runs/inbox/again.ts'
import { runRow, viewOf } from '../runs/inbox/run-list.ts'
import { RunView } from '../runs/inbox/run-schema.ts'
import { startRun } from '../runs/start.ts'

const Target = Closed({ type: Type.Enum(['member', 'group']), id: Uuid() })
const Happening = Closed(
  {
    name: Type.String({ minLength: 1, maxLength: 120, examples: ['members.created'] }),
    payload: Type.Unsafe<Record<string, unknown>>({
      type: 'object',
      additionalProperties: true,
      'x-max-bytes': 65_536,
      description: 'As the event would carry it',
    }),
  },
  { description: 'Only with `dryRun`: as if this had happened' },
)
const Start = Closed({
  input: Type.Optional(
    Type.Unsafe<Record<string, unknown>>({
      type: 'object',
      additionalProperties: true,
      'x-max-bytes': 65_536,
      description: 'As the form of its manual or API trigger asks for',
    }),
  ),
  dryRun: Type.Optional(
    Type.Boolean({ description: 'Nothing is changed or sent; the trace shows what would be. Default false' }),
  ),
  target: Type.Optional(Target),
  event: Type.Optional(Happening),
})
type Start = Static<typeof Start>

export function startRoutes(r: BotsRouter): void {
  r.route({
    method: 'POST',
    url: '/bots/:id/run',
    access: { requires: 'bots.run' },
    summary: 'Start a bot',
    description:
      'The run waits in the queue: `GET /bot-runs/{id}` shows how far it is. With `target` it is started as the button on that member or group. With `dryRun` and `event` it is tried as if that had happened. With an `Idempotency-Key` the same call starts one run.',
    tags: ['Runs of bots'],
    problems: [problems.conflict],
    schema: { params: BotParams, body: Start, response: RunView },
    status: 202,
    location: '/api/v1/bot-runs',
    handler: (ctx, { params, body }) =>
      ctx.transaction(async (tx) => {
        const installation = await installationByKey(tx, params.id)
        requireKind(ctx, installation)
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

type Cause = { readonly kind: 'manual' | 'api' | 'action' | 'event'; readonly trigger: Record<string, unknown> }

/** @throws Problem 409 when it is not started that way, 400 for an input that does not fit and a target that is none */
async function causeOf(ctx: BotsContext, tx: Tx, installation: Installation, body: Start): Promise<Cause> {
  const requestedBy = askedBy(ctx).id
  if (body.event) return asIf(ctx, installation, body, body.event)
  if (body.target) {
    await requireTarget(ctx, tx, installation, body.target)
    return { kind: 'action', trigger: { trigger: 'action', target: body.target, requestedBy } }
  }
  const kind = startedBy(ctx, installation)
  const schema = installation.manifest.triggers[kind]?.input
  const input = schema ? withFormDefaults(schema, body.input ?? {}) : (body.input ?? {})
  const errors = schema ? formErrors(schema, input) : noInput(input)
  if (errors.length > 0)
    throw new Problem(problems.validationFailed, {
      detail: errors[0]!.message,
      errors: errors.map((error) => ({ ...error, pointer: `/input${error.pointer}` })),
    })
  return { kind, trigger: { trigger: kind, input, requestedBy } }
}

/** An event that nobody raised, for a trial of a bot that only events start. */
function asIf(
  ctx: BotsContext,
  { manifest }: Installation,
  { dryRun, input, target }: Start,
  { name, payload }: Static<typeof Happening>,
): Cause {
  if (!dryRun) throw invalid('/event', 'is for trials only: send dryRun as well')
  if (input || target) throw invalid('/event', 'starts the bot by itself: leave out input and target')
  const event = ctx.use.events.list().find(({ id }) => id === name)
  if (!event || !manifest.triggers.events.includes(name))
    throw invalid(
      '/event/name',
      `must be one this bot reacts to: ${manifest.triggers.events.join(', ') || 'there is none'}`,
    )
  const [wrong] = Value.Errors(event.payload, payload)
  if (wrong) throw invalid(`/event/payload${wrong.instancePath}`, wrong.message)
  return { kind: 'event', trigger: { trigger: 'event', name, id: uuidv7(), at: ctx.now().toISOString(), payload } }
}

const noInput = (input: unknown): ProblemError[] =>
  Object.keys(input as object).length === 0
    ? []
    : [{ pointer: '', message: 'This bot asks for no input', code: 'additionalProperties' }]

/** Programs come by tokens. Who has only the other way in takes that. */
function startedBy(ctx: BotsContext, { manifest, triggers }: Installation): 'manual' | 'api' {
  const open = (['manual', 'api'] as const).filter((kind) => manifest.triggers[kind] && triggers[kind] !== false)
  const wanted = ctx.actor.kind === 'user' ? 'manual' : 'api'
  const kind = open.includes(wanted) ? wanted : open[0]
  if (!kind) throw new Problem(problems.conflict, { detail: 'This bot is not started by hand.' })
  return kind
}

async function requireTarget(
  ctx: BotsContext,
  tx: Tx,
  { manifest, triggers }: Installation,
  target: Static<typeof Target>,
): Promise<void> {
  const offered = triggers.action === false ? null : manifest.triggers.action
  if (offered?.target !== target.type)
    throw new Problem(problems.conflict, { detail: `This bot has no button on a ${target.type}.` })
  const there = target.type === 'member' ? await seenMember(ctx, tx, target.id) : await seenGroup(ctx, tx, target.id)
  if (!there) throw invalid('/target/id', `There is no such ${target.type}.`, { code: 'exists' })
}

async function seenMember(ctx: BotsContext, tx: Tx, id: string): Promise<boolean> {
  const { members } = ctx.use
  if (!members || !(await members.find(tx, [id])).has(id)) return false
  return (await members.reachable(tx, 'members.read', [id])).has(id)
}

async function seenGroup(ctx: BotsContext, tx: Tx, id: string): Promise<boolean> {
  if (!ctx.use.groups || !ctx.may('groups.read')) return false
  return ctx.use.groups.group(tx, id).then(
    () => true,
    (error: unknown) => {
      if (isProblem(error) && error.status < 500) return false
      throw error
    },
  )
}
