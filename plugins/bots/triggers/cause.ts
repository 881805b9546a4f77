/** Why a run begins that somebody asked for: he himself, a button, or, for a trial, what would start the bot by itself. */
import {
  domainValues,
  formErrors,
  invalid,
  isProblem,
  Problem,
  type ProblemError,
  problems,
  type SchemaFault,
  type Tx,
  valueErrors,
  withFormDefaults,
} from '@guildhall/sdk'
import { Value } from 'typebox/value'
import { v7 as uuidv7 } from 'uuid'
import type { BotsContext } from '../context.ts'
import { lookUp } from '../installations/lookups.ts'
import type { Installation } from '../installations/stored.ts'
import { askedBy } from '../runs/inbox/again.ts'
import type { TriggerKind } from '../runs/stored.ts'
import type { Start, Target } from './by-hand.ts'

type Cause = { readonly kind: TriggerKind; readonly trigger: Record<string, unknown> }

/** @throws Problem 409 when it is not started that way, 400 for an input that does not fit and a target that is none */
export async function causeOf(ctx: BotsContext, tx: Tx, installation: Installation, body: Start): Promise<Cause> {
  requireTrial(body)
  if (body.event) return asIfHappened(ctx, installation, body.event)
  if (body.call) return asIfCalled(installation, body.call)
  if (body.scheduledFor) return asIfDue(installation, body.scheduledFor)
  const requestedBy = askedBy(ctx).id
  if (body.target) {
    await requireTarget(ctx, tx, installation, body.target)
    return { kind: 'action', trigger: { trigger: 'action', target: body.target, requestedBy } }
  }
  const kind = startedBy(ctx, installation)
  if (!kind && body.dryRun && !body.input && installation.manifest.triggers.cron)
    return asIfDue(installation, ctx.now().toISOString())
  if (!kind)
    throw new Problem(problems.conflict, { detail: `This bot is not started by hand.${waysToTry(installation)}` })
  const schema = installation.manifest.triggers[kind]?.input
  const input = schema ? withFormDefaults(schema, body.input ?? {}) : (body.input ?? {})
  const wrong = schema ? formErrors(schema, input) : noInput(kind, input)
  const errors = schema && wrong.length === 0 ? await lookUp(ctx, tx, domainValues(schema, input)) : wrong
  if (errors.length > 0)
    throw new Problem(problems.validationFailed, {
      detail: errors[0]!.message,
      errors: errors.map((error) => ({ ...error, pointer: `/input${error.pointer}` })),
    })
  return { kind, trigger: { trigger: kind, input, requestedBy } }
}

function waysToTry({ manifest: { triggers } }: Installation): string {
  const ways = [
    ...(triggers.cron ? ['`scheduledFor`'] : []),
    ...(triggers.events.length > 0 ? ['`event`'] : []),
    ...(triggers.action ? [`\`target\` (a ${triggers.action.target})`] : []),
    ...(triggers.webhook ? ['`call`'] : []),
  ]
  // None where it is started by hand alone, and that is switched off.
  return ways.length > 0 ? ` Try it with \`dryRun\` and what starts it: ${ways.join(' or ')}.` : ''
}

const onlyTried = ['event', 'scheduledFor', 'call'] as const

/** Nobody makes happen in earnest what did not happen. @throws Problem 400 */
function requireTrial(body: Start): void {
  const [way, another] = onlyTried.filter((name) => body[name] !== undefined)
  if (!way) return
  if (!body.dryRun) throw invalid(`/${way}`, 'is for trials only: send dryRun as well')
  const more = (['input', 'target'] as const).find((name) => body[name] !== undefined) ?? another
  if (more) throw invalid(`/${way}`, `starts the bot by itself: leave out ${more}`)
}

function asIfHappened(
  ctx: BotsContext,
  { manifest }: Installation,
  { name, payload }: NonNullable<Start['event']>,
): Cause {
  const event = ctx.use.events.list().find(({ id }) => id === name)
  if (!event || !manifest.triggers.events.includes(name))
    throw invalid(
      '/event/name',
      `must be one this bot reacts to: ${manifest.triggers.events.join(', ') || 'there is none'}`,
    )
  const [wrong] = valueErrors(event.payload, Value.Errors(event.payload, payload) as readonly SchemaFault[])
  if (wrong) throw invalid(`/event/payload${wrong.pointer}`, wrong.message)
  return { kind: 'event', trigger: { trigger: 'event', name, id: uuidv7(), at: ctx.now().toISOString(), payload } }
}

function asIfCalled({ manifest }: Installation, { body }: NonNullable<Start['call']>): Cause {
  if (!manifest.triggers.webhook) throw invalid('/call', 'This bot listens to no incoming calls')
  const headers = { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' }
  return { kind: 'webhook', trigger: { trigger: 'webhook', id: uuidv7(), headers, body } }
}

function asIfDue({ manifest }: Installation, scheduledFor: string): Cause {
  if (!manifest.triggers.cron) throw invalid('/scheduledFor', 'This bot has no time of its own')
  return { kind: 'cron', trigger: { trigger: 'cron', scheduledFor: new Date(scheduledFor).toISOString() } }
}

const noInput = (kind: 'manual' | 'api', input: unknown): ProblemError[] =>
  Object.keys(input as object).length === 0
    ? []
    : [
        {
          pointer: '',
          message: `Started by ${starters[kind]}, this bot asks for no input`,
          code: 'additionalProperties',
        },
      ]
const starters = { manual: 'people', api: 'a program' } as const

/** Programs come by tokens. Who has only the other way in takes that. */
function startedBy(ctx: BotsContext, { manifest, triggers }: Installation): 'manual' | 'api' | undefined {
  const open = (['manual', 'api'] as const).filter((kind) => manifest.triggers[kind] && triggers[kind] !== false)
  const wanted = ctx.actor.kind === 'user' ? 'manual' : 'api'
  return open.includes(wanted) ? wanted : open[0]
}

async function requireTarget(
  ctx: BotsContext,
  tx: Tx,
  { manifest, triggers }: Installation,
  target: Target,
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
