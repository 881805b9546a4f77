import type { BotManifest, ProblemError, Tx } from '@guildhall/sdk'
import type { BotsContext } from '../context.ts'
import type { Language } from '../definitions/requests.ts'
import { conditionErrors } from './conditions.ts'
import { requireNoFault } from './faults.ts'
import { lookUp } from './lookups.ts'
import type { TriggersInput } from './settings-schema.ts'
import type { InstalledTriggers } from './stored.ts'

type Offered = Pick<BotManifest, 'triggers'>
const kinds = ['manual', 'api', 'webhook', 'action'] as const

const offers = (triggers: BotManifest['triggers'], kind: (typeof kinds)[number]): boolean => Boolean(triggers[kind])

/** Everything a bot reacts to is on until somebody switches it off. */
export const defaultTriggers = ({ triggers }: Offered): InstalledTriggers => ({
  events: Object.fromEntries(triggers.events.map((event) => [event, { on: true, condition: null }])),
  cron: triggers.cron ? { on: true, expression: triggers.cron.default } : null,
  ...Object.fromEntries(kinds.map((kind) => [kind, offers(triggers, kind)])),
})

/** What stood, as far as this version still offers it, with what was sent laid over it; what is new is on. */
export async function mergedTriggers(
  ctx: BotsContext,
  tx: Tx,
  manifest: Offered,
  before: InstalledTriggers | null,
  sent: TriggersInput | undefined,
  language: Language,
): Promise<InstalledTriggers> {
  if (sent) requireNoFault(await faults(ctx, tx, manifest, sent), language)
  const offered = defaultTriggers(manifest)
  const events = Object.entries(offered.events ?? {}).map(([event, standard]) => {
    const is = before?.events?.[event] ?? standard
    const asked = sent?.events?.[event]
    if (!asked) return [event, is] as const
    return [
      event,
      { on: asked.on, condition: asked.condition === undefined ? (is.condition ?? null) : asked.condition },
    ] as const
  })
  const configurable = manifest.triggers.cron?.configurable ?? false
  const cron = offered.cron
    ? {
        on: sent?.cron === null ? false : (sent?.cron?.on ?? before?.cron?.on ?? offered.cron.on),
        expression: (configurable && (sent?.cron?.expression ?? before?.cron?.expression)) || offered.cron.expression,
      }
    : null
  return {
    events: Object.fromEntries(events),
    cron,
    ...Object.fromEntries(
      kinds.map((kind) => [kind, offered[kind] === true && (sent?.[kind] ?? before?.[kind] ?? true)]),
    ),
  }
}

async function faults(ctx: BotsContext, tx: Tx, { triggers }: Offered, sent: TriggersInput): Promise<ProblemError[]> {
  const errors: ProblemError[] = []
  const refuse = (pointer: string, message: string, code: string) =>
    errors.push({ pointer: `/triggers${pointer}`, message, code })
  const known = new Map(ctx.use.events.list().map((event) => [event.id, event]))
  for (const [name, { condition }] of Object.entries(sent.events ?? {})) {
    const event = known.get(name)
    if (!triggers.events.includes(name))
      refuse(`/events/${name}`, `This bot reacts to ${triggers.events.join(', ') || 'no event'}`, 'unknown')
    else if (condition && event)
      errors.push(...(await conditionErrors(ctx, tx, event, condition, `/triggers/events/${name}/condition`)))
    else if (condition)
      refuse(`/events/${name}`, 'The part of the platform that says this is switched off here', 'unknown')
  }
  if (sent.cron?.on && !triggers.cron) refuse('/cron', 'This bot has no time of its own', 'unknown')
  if (sent.cron?.expression !== undefined && triggers.cron) {
    const { expression } = sent.cron
    if (!triggers.cron.configurable && expression !== triggers.cron.default)
      refuse('/cron/expression', `Its author set the time: ${triggers.cron.default}`, 'const')
    else
      errors.push(
        ...(await lookUp(ctx, tx, [{ pointer: '/triggers/cron/expression', format: 'cron', value: expression }])),
      )
  }
  for (const kind of kinds)
    if (sent[kind] === true && !offers(triggers, kind))
      refuse(`/${kind}`, 'This bot is not started that way', 'unknown')
  return errors
}
